package ualarm.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of an {@code application.properties} whose comments and other lines stay when values are changed. */
final class SettingsText {

    private static final String MARK = "\uFEFF";

    private final String mark;
    private final String end;
    private final List<String> lines;

    SettingsText(String text) {
        mark = text.startsWith(MARK) ? MARK : "";
        end = text.contains("\r\n") ? "\r\n" : "\n";
        String plain = text.substring(mark.length()).replaceAll("\r\n?", "\n");
        lines = SettingsFile.LINE
                .matcher(plain)
                .results()
                .map(MatchResult::group)
                .filter(line -> !line.isEmpty())
                .map(line -> line.endsWith("\n") ? line.substring(0, line.length() - 1) : line)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** @return the text with these values: each in its old line, else below the comment that shows it, else at the end of its site */
    String with(Map<String, String> values) {
        values.forEach(this::set);
        return text();
    }

    /** @return the text without the lines of a site; comments stay */
    String without(String site) {
        lines.removeIf(line -> SettingsFile.properties(line.strip()).stringPropertyNames().stream()
                .anyMatch(key -> Keys.site(key).filter(site::equals).isPresent()));
        return text();
    }

    private String text() {
        return mark + (String.join("\n", lines) + "\n").replace("\n", end);
    }

    private void set(String key, String value) {
        String line = key + "=" + escaped(value);
        Optional<Integer> old =
                last(text -> SettingsFile.properties(text.strip()).containsKey(key));
        if (old.isPresent()) {
            lines.set(old.get(), line);
            return;
        }
        Pattern shown = Pattern.compile("\\s*[#!]\\s*" + Pattern.quote(key) + "\\s*[=:].*");
        String site = key.replaceFirst("^(site\\.[^.]+\\.).*", "$1");
        int at = last(text -> shown.matcher(text).matches())
                .or(() -> last(text -> site.startsWith("site.") && text.strip().startsWith(site)))
                .orElse(lines.size() - 1);
        lines.add(at + 1, line);
    }

    private Optional<Integer> last(Predicate<String> fits) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (fits.test(lines.get(i))) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** A blank at either end would be taken for none. */
    private static String escaped(String value) {
        String escaped = value.replace("\\", "\\\\");
        String left = escaped.replaceFirst("^ ", "\\\\u0020");
        return left.endsWith(" ") ? left.substring(0, left.length() - 1) + "\\u0020" : left;
    }
}
