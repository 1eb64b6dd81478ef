package ualarm.journal;

import java.time.Duration;
import java.util.random.RandomGenerator;
import ualarm.alarm.Waits;

/** How long an alarm waits between two attempts: quick at first, then every minute, for a week (design.md 2.4). */
public final class Ladder {

    /** After this the alarm goes to the dead letters. */
    public static final Duration PATIENCE = Duration.ofDays(7);

    /** No far end has us wait longer than an hour (Answers); twice that is a wrong clock. */
    static final Duration LONGEST = Duration.ofHours(2);

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LAST_QUICK = Duration.ofSeconds(15);
    private static final int QUICK = 8;
    private static final Duration SLOW = Duration.ofMinutes(1);

    private final RandomGenerator random;

    /** @param random spreads the slow attempts, so that a thousand waiting alarms do not come back in one moment */
    public Ladder(RandomGenerator random) {
        this.random = random;
    }

    /**
     * @param attempts how many attempts have failed, from 1
     * @return how long to wait for the next: 0.5 s doubling to 15 s, then a minute give or take a fifth
     */
    public Duration delay(int attempts) {
        return attempts > QUICK ? slow() : Waits.doubling(FIRST, LAST_QUICK, attempts - 1);
    }

    /** @return the wait between slow attempts: a minute give or take a fifth */
    Duration slow() {
        return Duration.ofMillis((long) (SLOW.toMillis() * (0.8 + 0.4 * random.nextDouble())));
    }
}
