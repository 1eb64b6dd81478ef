package ualarm.journal;

import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Told;

/** What is known of the far end of a queue: whether it may be tried, and why it takes nothing. */
final class FarEnd {

    /** {@link #leave}: not before an attempt has ended. */
    static final long NOT_NOW = Long.MAX_VALUE;

    /** For each processor: each waits for the far end for a part of its time, and they are to keep up with what comes in. */
    private static final int BEGINNERS = 4;

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    private final BiConsumer<String, String> troubled;
    private final String queue;
    private final boolean breaks;
    private final Breaker breaker = new Breaker();
    private final Pulse pulse = new Pulse();
    private final Pace pace = new Pace(BEGINNERS * Runtime.getRuntime().availableProcessors());
    private final Told troubles = new Told();
    private volatile String lastReason = "";

    /**
     * @param troubled is told of a queue why its alarms fail, or nothing when they do not any more
     * @param breaks whether the queue is held back while its alarms fail
     */
    FarEnd(BiConsumer<String, String> troubled, String queue, boolean breaks) {
        this.troubled = troubled;
        this.queue = queue;
        this.breaks = breaks;
    }

    /**
     * Asks for leave to try one alarm; every leave must end in {@link #ended}.
     *
     * @param underWay how many are being tried
     * @return nanoseconds to wait before asking again; 0 = go
     */
    long leave(int underWay) {
        long now = System.nanoTime();
        if (!pulse.allows(underWay, now)) {
            return NOT_NOW;
        }
        long wait = pace.leave(now);
        if (wait == 0) {
            wait = breaker.leave(now);
            if (wait == 0) {
                pace.begun(now);
            }
        }
        return wait;
    }

    /** An attempt has ended. */
    void ended(Ending ending) {
        long now = System.nanoTime();
        pace.ended();
        if (ending.isAnswer()) {
            pulse.answered(now);
        }
        if (ending.isDelivered() || ending.isFinal()) {
            boolean wasOpen = breaker.succeeded();
            if (ending.isDelivered()) {
                delivered(wasOpen);
            }
            return;
        }
        lastReason = ending.reason();
        if (breaks) {
            breaker.failed(now);
            troubled.accept(queue, lastReason);
        }
    }

    private void delivered(boolean wasOpen) {
        if (wasOpen) {
            LOG.info("{} is worked off again", queue);
        }
        if (!lastReason.isEmpty()) {
            lastReason = "";
            troubles.over();
            troubled.accept(queue, "");
        }
    }

    /** @return whether it takes nothing */
    boolean isOpen() {
        return breaker.isOpen();
    }

    /** @return whether to tell of a trouble with it */
    boolean isNews(String trouble) {
        return troubles.isNews(trouble);
    }

    /** @return why it did not take an alarm lately; empty when it did */
    String lastReason() {
        return lastReason;
    }
}
