package ualarm.journal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The entries of all queues that were let go last, as their acknowledgements may be lost when the connection to Artemis breaks. The lock on this
 * guards it.
 */
final class LetGo {

    /** Those of the seconds until a break is noticed, at full speed. */
    private static final int MOST = 40_000;

    private record Gone(String queue, Entry.Identity entry) {}

    private final Set<Gone> last = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Gone, Boolean> eldest) {
            return size() > MOST;
        }
    });

    synchronized void add(String queue, Entry entry) {
        last.add(new Gone(queue, entry.identity()));
    }

    synchronized boolean has(String queue, Entry entry) {
        return last.contains(new Gone(queue, entry.identity()));
    }
}
