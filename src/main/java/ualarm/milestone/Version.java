package ualarm.milestone;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of XProtect (milestone-api.md 0): {@code 22.1.5804.1} is 2022 R1.
 *
 * @param year the last two digits of its year
 * @param release 1 to 3
 */
public record Version(int year, int release) {

    /** The first with the events and alarms REST API. */
    private static final Version EVENTS_API = new Version(23, 2);

    /** The first with the events WebSocket (milestone-api.md 10). */
    static final Version EVENTS_SOCKET = new Version(23, 3);

    /** The first whose gateway gives a camera's picture. */
    static final Version PICTURES = new Version(25, 2);

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(\\..*)?");

    /**
     * @param written as XProtect writes it
     * @return the version, or nothing when it is none
     */
    public static Optional<Version> of(String written) {
        var parts = WRITTEN.matcher(written);
        return parts.matches()
                ? Optional.of(new Version(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
                : Optional.empty();
    }

    /**
     * @param written a version as XProtect writes it; empty when it is not told
     * @return whether events can be triggered by REST: from 2023 R2 on, or where the version is not told (milestone-api.md 0)
     */
    public static boolean hasEventsApi(String written) {
        return of(written).map(version -> version.isAtLeast(EVENTS_API)).orElse(true);
    }

    /**
     * @param written a version as XProtect writes it
     * @return whether events are shown on a WebSocket: from 2023 R3 on
     */
    public static boolean hasEventsSocket(String written) {
        return of(written).filter(version -> version.isAtLeast(EVENTS_SOCKET)).isPresent();
    }

    /**
     * @param other a version
     * @return whether it is that version or a newer one
     */
    public boolean isAtLeast(Version other) {
        return year > other.year || year == other.year && release >= other.release;
    }
}
