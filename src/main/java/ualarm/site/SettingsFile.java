package ualarm.site;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code application.properties}: UTF-8, one {@code key=value} a line, {@code #} and {@code !} begin comments, a backslash at
 * the end goes on in the next line. Unlike {@link java.util.Properties} it knows the line of each key, and leaves a backslash
 * alone where it begins no escape, so that a Windows path or a Windows user name is read as it was typed.
 */
final class SettingsFile {

    /** One setting of the file. */
    record Entry(String key, String value, int line) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    SettingsFile(String text) {
        String[] lines = text.replace("\uFEFF", "").split("\r\n|\r|\n", -1);
        for (int i = 0; i < lines.length; i++) {
            int first = i + 1;
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
                continue;
            }
            while (goesOn(line) && i + 1 < lines.length) {
                line = line.substring(0, line.length() - 1) + lines[++i].strip();
            }
            add(line, first);
        }
    }

    Map<String, Entry> entries() {
        return entries;
    }

    List<String> faults() {
        return faults;
    }

    private static boolean goesOn(String line) {
        int slashes = 0;
        while (slashes < line.length() && line.charAt(line.length() - 1 - slashes) == '\\') {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private void add(String line, int number) {
        int end = 0;
        while (end < line.length() && "=: \t".indexOf(line.charAt(end)) < 0) {
            end += line.charAt(end) == '\\' ? 2 : 1;
        }
        end = Math.min(end, line.length());
        String key = unescape(line.substring(0, end));
        String rest = line.substring(end).strip();
        String value = unescape(
                rest.startsWith("=") || rest.startsWith(":") ? rest.substring(1).strip() : rest);
        if (value.chars().anyMatch(Character::isISOControl)) {
            faults.add("line " + number + ": " + key + " has a control character in it. Write a backslash as \\\\.");
        }
        Entry before = entries.put(key, new Entry(key, value, number));
        if (before != null) {
            faults.add("line " + number + ": " + key + " stands already in line " + before.line()
                    + ". Take one of them out.");
        }
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 't' -> out.append('\t');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 'f' -> out.append('\f');
                case '\\', '=', ':', '#', '!', ' ' -> out.append(next);
                case 'u' -> {
                    if (text.substring(i + 1).matches("(?s)[0-9a-fA-F]{4}.*")) {
                        out.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
                        i += 4;
                    } else {
                        out.append("\\u");
                    }
                }
                default -> out.append('\\').append(next);
            }
        }
        return out.toString();
    }
}
