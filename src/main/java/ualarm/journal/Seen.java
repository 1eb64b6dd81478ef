package ualarm.journal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The alarms that went into the queues within the last ten minutes, so that one that is sent again is stored once (design.md 2.3).
 * The keys stand in the journal, too, as Artemis' duplicate ids, written in the same sync as the alarm; there they carry the
 * minute, so that the journal forgets them on time, and from there {@link #remember} has them back after a restart.
 */
final class Seen {

    private static final Duration WINDOW = Duration.ofMinutes(10);

    /** Bounds the memory: ten minutes at 33 alarms a second without a pause, far above what cameras send. */
    static final int MOST = 20_000;

    /** Bytes of an {@link #id} without its minute, which come first. */
    static final int KEY = 2 * Long.BYTES;

    private record Key(String queue, UUID alarm) {}

    private record Sighted(Instant at, CompletableFuture<Void> stored) {}

    private final Map<Key, Sighted> alarms = new LinkedHashMap<>();

    /** Stores an alarm. */
    @FunctionalInterface
    interface Storing {

        /**
         * @param queues where to
         * @param id the duplicate id that they remember it by
         * @return done when it is stored in all of them: those that did not have it
         */
        CompletableFuture<List<String>> store(List<String> queues, byte[] id);
    }

    /**
     * Stores an alarm in those queues that did not get it within the window.
     *
     * @param queues the queues
     * @param alarm the alarm's key
     * @param now the time of receipt
     * @param storing stores it
     * @return those where it was stored now, none when it had been; fails like the storing that it depended on
     */
    CompletableFuture<List<String>> once(List<String> queues, UUID alarm, Instant now, Storing storing) {
        var stored = new CompletableFuture<Void>();
        var news = new ArrayList<String>(queues.size());
        var before = new ArrayList<CompletableFuture<Void>>();
        synchronized (alarms) {
            forget(now);
            for (String queue : queues) {
                var key = new Key(queue, alarm);
                Sighted sighted = alarms.get(key);
                // The order tells what is old only while nobody sets the clock.
                if (sighted == null || Duration.between(sighted.at(), now).abs().compareTo(WINDOW) > 0) {
                    alarms.remove(key);
                    alarms.put(key, new Sighted(now, stored));
                    news.add(queue);
                } else {
                    before.add(sighted.stored());
                }
            }
        }
        if (!news.isEmpty()) {
            storing.store(news, id(alarm, now)).whenComplete((fresh, failure) -> {
                if (failure == null) {
                    if (fresh.size() < news.size()) {
                        news.retainAll(fresh);
                    }
                    stored.complete(null);
                } else {
                    synchronized (alarms) {
                        news.forEach(queue -> alarms.remove(new Key(queue, alarm)));
                    }
                    stored.completeExceptionally(failure);
                }
            });
            before.add(stored);
        }
        return (before.size() == 1 ? before.get(0) : CompletableFuture.allOf(before.toArray(CompletableFuture[]::new)))
                .thenApply(done -> news);
    }

    /**
     * Takes a key over from the journal.
     *
     * @param queue the queue it stands in
     * @param id what {@link #id} made
     */
    void remember(String queue, byte[] id) {
        if (id.length == KEY + Long.BYTES) {
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
        return ByteBuffer.allocate(KEY + Long.BYTES)
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
