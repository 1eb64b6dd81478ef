package ualarm.routes;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/** Fills in what {@code {{…}}} stands for, by Camel's own resolver. */
final class Placeholders {

    private static final Pattern EACH = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern MISSING = Pattern.compile("(?:key|variable|property) \\[([^\\]]+)]");

    private final CamelContext camel;

    Placeholders(CamelContext camel) {
        this.camel = camel;
    }

    /**
     * @param text as it is written
     * @param parameters what a template gives, whose values nobody knows here
     * @return the text with all filled in; nothing when that depends on what is not known
     */
    Optional<String> resolve(String text, Set<String> parameters) {
        if (!text.contains("{{")) {
            return Optional.of(text);
        }
        if (EACH.matcher(text).results().anyMatch(each -> parameters.contains(name(each.group(1))))) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(camel.resolvePropertyPlaceholders(text))
                    // As Camel marks those that are missing and may be.
                    .filter(full -> !full.contains("{{") && !full.contains("@@["));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /**
     * @param text as it is written
     * @param parameters what a template gives
     * @param missing is told each name that nothing stands for
     */
    void check(String text, Set<String> parameters, Consumer<String> missing) {
        String left = EACH.matcher(text)
                .replaceAll(
                        each -> parameters.contains(name(each.group(1))) ? "" : Matcher.quoteReplacement(each.group()));
        Matcher each = EACH.matcher(left);
        while (each.find()) {
            try {
                camel.resolvePropertyPlaceholders(each.group());
            } catch (RuntimeException e) {
                Matcher named = MISSING.matcher(String.valueOf(e.getMessage()));
                missing.accept(named.find() ? named.group(1) : each.group(1));
            }
        }
    }

    private static String name(String placeholder) {
        return placeholder.replaceFirst("^[?!]", "").replaceFirst(":.*", "").strip();
    }
}
