package ualarm.site;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of all settings, and what is wrong with them. Every reading method puts down a fault where the value is not right and
 * then answers something harmless, so that one start tells all faults.
 */
final class Values {

    private static final Pattern FILE = Pattern.compile("\\{\\{file:(.+)}}");
    private static final Pattern ENV = Pattern.compile("\\{\\{env:([A-Za-z_][A-Za-z0-9_]*)}}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*([KMG]?)B?");
    private static final Pattern SPAN = Pattern.compile("([1-9]\\d{0,5})\\s*([smhd])");

    /** One value and where it stands, for error texts. */
    private record Value(String text, String where) {}

    private final Keys keys = new Keys();
    private final Map<String, Value> values = new TreeMap<>();
    private final Map<String, String> others = new TreeMap<>();
    private final Path folder;

    /** A value may be read twice; what is wrong with it is told once. */
    private final Set<String> faults = new LinkedHashSet<>();

    /**
     * Takes the values; the parameters are those of {@link Settings}. What comes later goes before what came earlier.
     */
    Values(String file, Path folder, Map<String, String> environment, Map<String, String> options) {
        this.folder = folder;
        new SettingsFile(file, faults)
                .entries()
                .forEach((key, entry) -> put(key, entry.value(), "line " + entry.line()));
        Set<String> sites = sites();
        new TreeMap<>(environment)
                .forEach((variable, value) -> keys.ofVariable(variable, sites)
                        .ifPresent(key -> put(key, value, "environment variable " + variable)));
        options.forEach((key, value) -> {
            if (keys.known(key) || key.startsWith("site.")) {
                put(key, value, "-D" + key);
            }
        });
    }

    private void put(String key, String value, String where) {
        if (key.startsWith("camel.") || key.startsWith("my.")) {
            others.put(key, value);
        } else if (keys.known(key)) {
            values.put(key, new Value(lookedUp(value, key, where), where));
        } else {
            faults.add(where + ": there is no setting " + key + ". " + keys.remedy(key));
        }
    }

    /** Only a whole value is looked up: a password may have braces in it. */
    private String lookedUp(String value, String key, String where) {
        var file = FILE.matcher(value);
        if (file.matches()) {
            try {
                // Some editors begin a file with a mark of its encoding.
                return Files.readString(folder.resolve(file.group(1)))
                        .replaceFirst("^\uFEFF", "")
                        .replaceFirst("\\R\\z", "");
            } catch (CharacterCodingException e) {
                faults.add(where + ": " + key + " names the file " + file.group(1)
                        + ", which is not text in UTF-8. Save it as UTF-8.");
                return "";
            } catch (IOException | InvalidPathException e) {
                faults.add(where + ": " + key + " names the file " + file.group(1) + ", which cannot be read.");
                return "";
            }
        }
        var variable = ENV.matcher(value);
        if (!variable.matches()) {
            return value;
        }
        // Not from the map: Windows finds a variable in any case only when asked for it by name.
        String found = System.getenv(variable.group(1));
        if (found == null) {
            faults.add(where + ": " + key + " names the environment variable " + variable.group(1)
                    + ", which is not set.");
            return "";
        }
        return found;
    }

    /** @return the names of the sites that anything is set of, in order */
    Set<String> sites() {
        return values.keySet().stream()
                .flatMap(key -> Keys.site(key).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** @return settings that are not ours */
    Map<String, String> others() {
        return others;
    }

    /** @throws SettingsException when there is any fault */
    void refuseFaults() {
        if (!faults.isEmpty()) {
            throw new SettingsException(List.copyOf(faults));
        }
    }

    /** Puts down what is wrong where it stands in no one line. */
    void fault(String sentences) {
        faults.add(sentences);
    }

    /** Puts down, unless a value is right, what is wrong with it and what to write instead. */
    void expect(boolean right, String key, String otherwise) {
        if (!right) {
            String where = values.containsKey(key) ? values.get(key).where() + ": " : "";
            faults.add(where + key + " " + otherwise + ".");
        }
    }

    private void unfit(String key, String remedy) {
        expect(false, key, "is " + text(key) + ". Write " + remedy);
    }

    /** Puts down that a value is missing, unless it is there. */
    void must(String key) {
        if (text(key).isEmpty() && secret(key).isEmpty()) {
            faults.add(key + " is not set. Write " + key + "=…");
        }
    }

    /** @return the value without blanks around it, or its default */
    String text(String key) {
        return values.containsKey(key) ? values.get(key).text().strip() : keys.standard(key);
    }

    /** @return the value to the letter; none when it is not set */
    Secret secret(String key) {
        return values.containsKey(key) ? new Secret(values.get(key).text()) : Secret.NONE;
    }

    /** @return the parts of the value that are not empty */
    List<String> list(String key, String separator) {
        return Arrays.stream(text(key).split(separator))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** @return what is set with a key that begins so, by the rest of the key */
    Map<String, String> under(String prefix) {
        var found = new TreeMap<String, String>();
        values.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .forEach(key -> found.put(key.substring(prefix.length()), text(key)));
        return found;
    }

    /** @return the one of the allowed that the value is, in any case */
    String oneOf(String key, String... allowed) {
        return Arrays.stream(allowed)
                .filter(word -> word.equalsIgnoreCase(text(key)))
                .findFirst()
                .orElseGet(() -> {
                    unfit(key, "one of " + String.join(", ", allowed));
                    return allowed[0];
                });
    }

    /** @return the constant that the value names, in any case */
    <E extends Enum<E>> E oneOf(String key, Class<E> type) {
        String[] allowed = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        return Enum.valueOf(type, oneOf(key, allowed).toUpperCase(Locale.ROOT));
    }

    /** @return the port; a {@code least} of 0 allows any that is free */
    int port(String key, int least) {
        return (int) number(key, Double::parseDouble, least, 65_535, "a number from " + least + " to 65535");
    }

    /** @return the value in seconds, which may have a fraction */
    Duration seconds(String key, long least, long most) {
        double seconds = number(key, Double::parseDouble, least, most, "seconds from " + least + " to " + most);
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /** @return the value in bytes */
    long size(String key) {
        return (long) number(key, Values::bytes, 1024, 1L << 30, "a size from 1K to 1G");
    }

    private static double bytes(String written) {
        var size = SIZE.matcher(written.toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            throw new NumberFormatException(written);
        }
        return Double.parseDouble(size.group(1)) * (1L << 10 * " KMG".indexOf(size.group(2)));
    }

    private double number(String key, ToDoubleFunction<String> parse, double least, double most, String what) {
        try {
            double number = parse.applyAsDouble(text(key));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, like every other value out of range
        }
        unfit(key, what);
        return parse.applyAsDouble(keys.standard(key));
    }

    /** @return the value as a time with its unit; nothing when it is empty */
    Optional<Duration> span(String key) {
        var span = SPAN.matcher(text(key));
        if (span.matches()) {
            return Optional.of(
                    Duration.parse((span.group(2).equals("d") ? "P" : "PT") + span.group(1) + span.group(2)));
        }
        if (!text(key).isEmpty()) {
            unfit(key, "a time such as 90s, 3m or 25h");
        }
        return Optional.empty();
    }

    /** @return the value as a path from the folder of the settings */
    Path path(String key) {
        try {
            return folder.resolve(text(key));
        } catch (InvalidPathException e) {
            unfit(key, "a path that this system allows");
            return folder;
        }
    }

    /** @return the file that the value names, which must be readable; nothing when the value is empty or one of the words */
    Optional<Path> file(String key, String... words) {
        if (text(key).isEmpty() || List.of(words).contains(text(key))) {
            return Optional.empty();
        }
        expect(Files.isReadable(path(key)), key, "names the file " + text(key) + ", which cannot be read");
        return Optional.of(path(key));
    }
}
