package ualarm.alarm;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The camera as a sender spells it: U-Alarm's technical name, which should be the XProtect camera GUID but is typed or pasted by
 * hand (u-alarm-input.md V16, I16).
 */
public final class CameraName {

    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\p{Cc}\\uFEFF]");
    private static final String QUOTES = "\"'`\u2018\u2019\u201C\u201D\u201E\u00AB\u00BB";
    private static final Pattern HEX32 = Pattern.compile("[0-9a-fA-F]{32}");
    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private CameraName() {}

    /**
     * Takes off what copying adds: Unicode blanks, zero-width characters and quotes around the name.
     *
     * @param spelled the name as sent
     * @return the bare name, at most {@link Text#LONGEST} code points; empty when there is none
     */
    public static String clean(String spelled) {
        if (GUID.matcher(spelled).matches()) {
            return spelled;
        }
        String visible = INVISIBLE.matcher(spelled).replaceAll("");
        return Text.clean(withoutEdges(visible));
    }

    /** By hand: a regular expression looks at each run of blanks once for each blank in it, and a sender may write millions. */
    private static String withoutEdges(String name) {
        int from = 0;
        int to = name.length();
        while (from < to && isEdge(name.charAt(from))) {
            from++;
        }
        while (from < to && isEdge(name.charAt(to - 1))) {
            to--;
        }
        return name.substring(from, to);
    }

    private static boolean isEdge(char c) {
        return Character.isSpaceChar(c) || QUOTES.indexOf(c) >= 0;
    }

    /**
     * Reads a GUID in any of its spellings: upper or lower case, with or without hyphens, in braces or brackets, as
     * {@code urn:uuid:}.
     *
     * @param name a cleaned name
     * @return the GUID, or nothing when the name is not one
     */
    public static Optional<UUID> guid(String name) {
        String bare = name;
        if (bare.regionMatches(true, 0, "urn:uuid:", 0, 9)) {
            bare = bare.substring(9);
        }
        if (bare.length() > 2
                && (bare.startsWith("{") && bare.endsWith("}") || bare.startsWith("(") && bare.endsWith(")"))) {
            bare = clean(bare.substring(1, bare.length() - 1));
        }
        if (GUID.matcher(bare).matches()) {
            return Optional.of(UUID.fromString(bare));
        }
        String digits = bare.replace("-", "");
        if (HEX32.matcher(digits).matches()) {
            return Optional.of(new UUID(
                    Long.parseUnsignedLong(digits.substring(0, 16), 16),
                    Long.parseUnsignedLong(digits.substring(16), 16)));
        }
        return Optional.empty();
    }
}
