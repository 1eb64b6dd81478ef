package ualarm.site;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code application.properties} line by line with {@link Properties}, which knows neither the line of a key nor that a key
 * came twice. Unlike there, a backslash that begins no escape is left alone, so that a Windows path or a Windows user name is read as
 * it was typed.
 */
final class SettingsFile {

    /** A comment, or a line with those it goes on in: a backslash takes the next character with it, a line's end too. */
    static final Pattern LINE =
            Pattern.compile("(?:[ \\t\\f]*[#!].*|[^\\\\\\n]*+(?:\\\\[\\s\\S]?[^\\\\\\n]*+)*+)(?:\\n|\\z)");

    /** A backslash with its escape; the group is there where it begins none. */
    private static final Pattern BACKSLASH = Pattern.compile("\\\\(?:[tnrf\\\\=:#! \\n]|u[0-9a-fA-F]{4}|())");

    /** One setting of the file; a key's first line counts. */
    record Entry(String value, int line) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> faults;

    /**
     * @param text the file's text
     * @param faults gets what is wrong with it, a line each
     */
    SettingsFile(String text, Set<String> faults) {
        this.faults = faults;
        var lines = LINE.matcher(text.replace("\uFEFF", "").replaceAll("\r\n?", "\n"));
        int number = 1;
        while (lines.find()) {
            for (var entry : properties(lines.group().strip()).entrySet()) {
                add(entry.getKey().toString(), entry.getValue().toString(), number);
            }
            number += (int) lines.group().chars().filter(c -> c == '\n').count();
        }
    }

    /** @return the settings by key, in the file's order */
    Map<String, Entry> entries() {
        return entries;
    }

    static Properties properties(String line) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(BACKSLASH
                    .matcher(line)
                    .replaceAll(found -> Matcher.quoteReplacement(found.group(1) == null ? found.group() : "\\\\"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private void add(String key, String value, int line) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            faults.add("line " + line + ": " + key + " has a control character in it. Write a backslash as \\\\.");
        }
        Entry before = entries.put(key, new Entry(value, line));
        if (before != null) {
            faults.add("line " + line + ": " + key + " stands already in line " + before.line()
                    + ". Take one of them out.");
        }
    }
}
