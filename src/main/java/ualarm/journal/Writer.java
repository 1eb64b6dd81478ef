package ualarm.journal;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;

/**
 * Writes into the queues. A write is done when it is synced to disk; nobody waits for it on a thread, so writes that come together share
 * a sync.
 */
final class Writer {

    /** A write that is not confirmed by then is answered as failed; the sender may send the alarm again. */
    static final Duration CONFIRMATION = Duration.ofSeconds(10);

    private record Unconfirmed(long since, CompletableFuture<?> confirmed) {}

    private final Store store;
    private final Queue<Unconfirmed> unconfirmed = new ConcurrentLinkedQueue<>();

    Writer(Store store) {
        this.store = store;
    }

    /** @return an empty durable message */
    ICoreMessage message() {
        return store.message();
    }

    /** @return done when it is synced to disk; fails with {@link NotStored} */
    CompletableFuture<Void> write(String queue, ICoreMessage message) {
        return confirmed(store.write(queue, message));
    }

    /**
     * Writes an alarm into queues.
     *
     * @param id the duplicate id that they remember it by
     * @return done when it is synced to disk: those of the queues that did not have it; fails with {@link NotStored}
     */
    CompletableFuture<List<String>> put(List<String> queues, ICoreMessage message, byte[] id) {
        return confirmed(store.put(queues, message, id));
    }

    private <T> CompletableFuture<T> confirmed(CompletableFuture<T> confirmed) {
        unconfirmed.add(new Unconfirmed(System.nanoTime(), confirmed));
        return confirmed;
    }

    /**
     * Writes a copy of an entry that is handed out again after a delay.
     *
     * @param marks puts on it what is to be noted
     * @return as of {@link #write}
     */
    CompletableFuture<Void> putBack(String queue, Entry entry, Duration delay, Consumer<ICoreMessage> marks) {
        ICoreMessage copy = entry.copyTo(message());
        copy.putIntProperty(Entry.ATTEMPTS, entry.attempts());
        copy.putLongProperty(
                Message.HDR_SCHEDULED_DELIVERY_TIME.toString(), System.currentTimeMillis() + delay.toMillis());
        marks.accept(copy);
        return write(queue, copy);
    }

    /** Writes come in the order of their time, so looking at the oldest is enough; a timer for each would cost more than the write. */
    void giveUpOldWrites() {
        for (Unconfirmed oldest = unconfirmed.peek(); oldest != null; oldest = unconfirmed.peek()) {
            if (!oldest.confirmed().isDone() && System.nanoTime() - oldest.since() < CONFIRMATION.toNanos()) {
                return;
            }
            unconfirmed.poll();
            oldest.confirmed().completeExceptionally(new NotStored("the journal did not confirm the write in time"));
        }
    }
}
