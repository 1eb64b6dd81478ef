package ualarm.alarm;

import java.time.Duration;

/** The waits between attempts that are made less and less often. */
public final class Waits {

    private Waits() {}

    /**
     * @param first the first wait
     * @param longest no wait is longer
     * @param before how many waits there were before, from 0
     * @return the first wait doubled that many times
     */
    public static Duration doubling(Duration first, Duration longest, int before) {
        Duration wait = first.multipliedBy(1L << Math.min(before, 16));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }

    /** @return the wait, but no shorter than the shortest and no longer than the longest */
    public static Duration within(Duration shortest, Duration wait, Duration longest) {
        return wait.compareTo(shortest) < 0 ? shortest : wait.compareTo(longest) < 0 ? wait : longest;
    }
}
