package ualarm.journal;

import java.time.Duration;

/**
 * Whether a far end has answered lately, be it with a fault. While it has not, alarms are tried one at a time, so that a far end that
 * hangs holds up one thread and not one for each alarm.
 */
final class Pulse {

    private static final Duration LATELY = Duration.ofSeconds(2);

    private boolean hasAnswered;
    private long answeredAt;

    /** @param now {@link System#nanoTime} */
    synchronized void answered(long now) {
        hasAnswered = true;
        answeredAt = now;
    }

    /**
     * @param underWay how many alarms are being tried
     * @param now {@link System#nanoTime}
     * @return whether another may be tried now
     */
    synchronized boolean allows(int underWay, long now) {
        return underWay == 0 || hasAnswered && now - answeredAt <= LATELY.toNanos();
    }
}
