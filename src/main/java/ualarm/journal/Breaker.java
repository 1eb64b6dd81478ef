package ualarm.journal;

import java.time.Duration;
import ualarm.alarm.Waits;

/**
 * Holds a queue back while its far end takes nothing, so that a thousand waiting alarms do not each wait for the same dead site:
 * after {@value #FAILURES} failures in a row it lets one alarm through at a time, further and further apart, until one arrives.
 * Which alarm is tried is up to the queue, so one alarm that always fails cannot keep the breaker open.
 */
final class Breaker {

    private static final int FAILURES = 5;
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private int inARow;
    private int probes;
    private long nextProbe;
    private boolean probing;

    /**
     * Asks for leave to try one alarm; every leave must end in {@link #succeeded} or {@link #failed}.
     *
     * @param now {@link System#nanoTime}
     * @return nanoseconds to wait before asking again; 0 = go
     */
    synchronized long leave(long now) {
        if (inARow < FAILURES) {
            return 0;
        }
        if (probing) {
            return Duration.ofMillis(50).toNanos();
        }
        if (now - nextProbe < 0) {
            return nextProbe - now;
        }
        probing = true;
        return 0;
    }

    /**
     * The far end took an alarm, or said for good that it never will: it lives.
     *
     * @return whether the queue had been held back
     */
    synchronized boolean succeeded() {
        boolean wasOpen = isOpen();
        inARow = 0;
        probes = 0;
        probing = false;
        return wasOpen;
    }

    /** @param now {@link System#nanoTime} */
    synchronized void failed(long now) {
        inARow++;
        if (inARow == FAILURES || inARow > FAILURES && probing) {
            nextProbe = now + Waits.doubling(FIRST, LONGEST, probes++).toNanos();
            probing = false;
        }
    }

    /** @return whether it holds the queue back */
    synchronized boolean isOpen() {
        return inARow >= FAILURES;
    }
}
