package ualarm.alarm;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which troubles were told lately, so that somebody reads of each once and not for each alarm that has it. The words of a far end can
 * differ each time, so there is a most for all together, too.
 */
public final class Told {

    /** A trouble that goes on is told again after this time. */
    private static final Duration AGAIN = Duration.ofDays(1);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_A_MINUTE = 10;
    private static final int MOST_REMEMBERED = 1_000;

    private final InstantSource clock;
    private final Map<String, Long> at = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };
    private final Deque<Long> lately = new ArrayDeque<>();

    /** Tells by the system's clock. */
    public Told() {
        this(InstantSource.system());
    }

    /** @param clock tells how long ago something was told */
    Told(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param trouble what there is to tell
     * @return whether to tell it now; then it counts as told
     */
    public synchronized boolean isNews(String trouble) {
        long now = clock.millis();
        Long before = at.get(trouble);
        if (before != null && now - before < AGAIN.toMillis()) {
            return false;
        }
        while (!lately.isEmpty() && now - lately.peek() >= MINUTE.toMillis()) {
            lately.poll();
        }
        if (lately.size() >= MOST_A_MINUTE) {
            return false;
        }
        lately.add(now);
        at.put(trouble, now);
        return true;
    }

    /** All is well again: what was told is news when it comes back, but not more than once a minute. */
    public synchronized void over() {
        long now = clock.millis();
        at.values().removeIf(told -> now - told >= MINUTE.toMillis());
    }
}
