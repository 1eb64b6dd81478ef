package ualarm.simulator;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A release of XProtect, which decides what it can do (milestone-api.md 0).
 *
 * @param year its year
 * @param number 1 to 3
 */
public record Release(int year, int number) {

    private static final Pattern WRITTEN = Pattern.compile("(20\\d\\d)\\s?R([1-3])", Pattern.CASE_INSENSITIVE);

    /**
     * @param written as Milestone writes it: {@code 2025 R1}
     * @return the release, or nothing when it is none
     */
    public static Optional<Release> of(String written) {
        var parts = WRITTEN.matcher(written.strip());
        return parts.matches()
                ? Optional.of(new Release(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
                : Optional.empty();
    }

    /** @return the version that its servers tell: 2025 R1 is {@code 25.1.1804.1} */
    String productVersion() {
        return year % 100 + "." + number + ".1804.1";
    }

    /** @return whether it has an identity provider */
    boolean hasIdentityProvider() {
        return isAtLeast(2021, 1);
    }

    /** @return whether it has an API Gateway */
    public boolean hasGateway() {
        return isAtLeast(2022, 1);
    }

    /** @return whether its REST API writes booleans as texts */
    boolean quotesBooleans() {
        return !isAtLeast(2022, 2);
    }

    /** @return whether events and alarms can be posted by REST */
    boolean hasEvents() {
        return isAtLeast(2023, 2);
    }

    /** @return whether it has the events WebSocket */
    boolean hasEventsSocket() {
        return isAtLeast(2023, 3);
    }

    /** @return whether it has bookmarks, evidence locks, outputs and PTZ presets by REST */
    boolean hasTasks() {
        return isAtLeast(2024, 2);
    }

    /** @return whether its gateway gives a camera's picture */
    boolean hasPictures() {
        return isAtLeast(2025, 2);
    }

    private boolean isAtLeast(int otherYear, int otherNumber) {
        return year > otherYear || year == otherYear && number >= otherNumber;
    }

    @Override
    public String toString() {
        return year + " R" + number;
    }
}
