package ualarm.journal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The alarms that went into the queues within the last ten minutes, so that one that is sent again is stored once (design.md 2.3).
 * The keys stand in the journal, too, as Artemis' duplicate ids, written in the same sync as the alarm; there they carry the
 * minute, so that the journal forgets them on time, and from there {@link #remember} has them back after a restart.
 */
final class Seen {

    private static final Duration WINDOW = Duration.ofMinutes(10);

    /** Bounds the memory: ten minutes at 33 alarms a second without a pause, far above what cameras send. */
    private static final int MOST = Broker.KEYS;

    private record Key(String queue, UUID alarm) {}

    private record Sighted(Instant at, CompletableFuture<Void> stored) {}

    private final Map<Key, Sighted> alarms = new LinkedHashMap<>();

    /**
     * Stores an alarm unless its queue got it within the window.
     *
     * @param queue the queue
     * @param alarm the alarm's key
     * @param now the time of receipt
     * @param store stores it under the given duplicate id
     * @return true when it was stored now, false when it had been; fails like the storing that it depended on
     */
    CompletableFuture<Boolean> once(
            String queue, UUID alarm, Instant now, Function<byte[], CompletableFuture<Void>> store) {
        var key = new Key(queue, alarm);
        CompletableFuture<Void> stored;
        synchronized (alarms) {
            forget(now);
            Sighted before = alarms.get(key);
            if (before != null) {
                return before.stored().thenApply(done -> false);
            }
            stored = new CompletableFuture<>();
            alarms.put(key, new Sighted(now, stored));
        }
        return store.apply(id(alarm, now))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        stored.complete(null);
                    } else {
                        synchronized (alarms) {
                            alarms.remove(key);
                        }
                        stored.completeExceptionally(failure);
                    }
                })
                .thenApply(done -> true);
    }

    /**
     * Takes a key over from the journal.
     *
     * @param queue the queue it stands in
     * @param id what {@link #id} made
     */
    void remember(String queue, byte[] id) {
        if (id.length == 24) {
            ByteBuffer read = ByteBuffer.wrap(id);
            var alarm = new UUID(read.getLong(), read.getLong());
            Instant at = Instant.ofEpochSecond(read.getLong() * 60);
            synchronized (alarms) {
                if (at.plus(WINDOW).isAfter(Instant.now())) {
                    alarms.putIfAbsent(new Key(queue, alarm), new Sighted(at, CompletableFuture.completedFuture(null)));
                }
            }
        }
    }

    private static byte[] id(UUID alarm, Instant now) {
        return ByteBuffer.allocate(24)
                .putLong(alarm.getMostSignificantBits())
                .putLong(alarm.getLeastSignificantBits())
                .putLong(now.getEpochSecond() / 60)
                .array();
    }

    private void forget(Instant now) {
        var oldest = alarms.values().iterator();
        while (oldest.hasNext() && (oldest.next().at().plus(WINDOW).isBefore(now) || alarms.size() >= MOST)) {
            oldest.remove();
        }
    }
}
