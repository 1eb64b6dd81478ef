package ualarm.journal;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * How fast alarms are handed out to further threads. One that has just begun still needs a processor; later it waits for the far end.
 * Many beginners would only take the processors from each other, from the alarms that come in, and from the compiler.
 */
final class Pace {

    private static final Duration BEGINNING = Duration.ofMillis(100);

    private final int most;
    private final ArrayDeque<Long> beginners = new ArrayDeque<>();

    /** @param most how many may be beginning at once */
    Pace(int most) {
        this.most = most;
    }

    /**
     * @param now {@link System#nanoTime}
     * @return nanoseconds to wait before the next may begin; 0 = now
     */
    synchronized long leave(long now) {
        while (!beginners.isEmpty() && now - beginners.getFirst() >= BEGINNING.toNanos()) {
            beginners.removeFirst();
        }
        return beginners.size() < most ? 0 : BEGINNING.toNanos() - (now - beginners.getFirst());
    }

    /** @param now {@link System#nanoTime} */
    synchronized void begun(long now) {
        beginners.addLast(now);
    }

    /** One has ended: another may begin in its place. */
    synchronized void ended() {
        beginners.pollFirst();
    }
}
