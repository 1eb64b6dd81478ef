package ualarm.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which messages were deleted that a queue still had. Artemis deletes a message when all its queues have let it go, and the deletion has no
 * {@link Seal}: what stands in such a one has changed on the disk, and it would take away an alarm that is another's. (A queue that let go in
 * a file that is not there any more is seen as having it still; then an alarm is delivered again.)
 *
 * @param <P> a place where a deletion stands
 */
final class Deletions<P> {

    private final Map<Long, Integer> queues = new HashMap<>();
    private final Map<Long, P> places = new HashMap<>();

    /** A queue has got a message. */
    void got(long message) {
        queues.merge(message, 1, Integer::sum);
    }

    /** A queue has let go of a message. */
    void letGo(long message) {
        queues.merge(message, -1, Integer::sum);
    }

    /**
     * A message was deleted. The files are not looked at in their order: what came before may come later.
     *
     * @param at is asked only when the message may still be in a queue
     */
    void deleted(long message, Supplier<P> at) {
        if (queues.getOrDefault(message, 1) == 0) {
            queues.remove(message);
        } else {
            places.put(message, at.get());
        }
    }

    /** A message is none any more. */
    void forget(long message) {
        queues.remove(message);
    }

    /** Begins anew. */
    void clear() {
        queues.clear();
        places.clear();
    }

    /** @return the places of those that took away a message from a queue */
    Stream<P> wrong() {
        return places.entrySet().stream()
                .filter(place -> queues.getOrDefault(place.getKey(), 0) > 0)
                .map(Entry::getValue);
    }
}
