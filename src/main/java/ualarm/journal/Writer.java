package ualarm.journal;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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

    private record Unconfirmed(long since, CompletableFuture<Void> confirmed) {}

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
        return write(List.of(queue), message, Optional.empty());
    }

    /**
     * Writes a message into queues.
     *
     * @param key the duplicate id that they remember it by
     * @return as of {@link #write(String, ICoreMessage)}
     */
    CompletableFuture<Void> write(Collection<String> queues, ICoreMessage message, Optional<byte[]> key) {
        CompletableFuture<Void> confirmed = store.write(queues, message, key);
        unconfirmed.add(new Unconfirmed(System.nanoTime(), confirmed));
        return confirmed;
    }

    /**
     * Writes a copy of an entry that is handed out again after a delay.
     *
     * @param marks puts on it what is to be noted
     * @return as of {@link #write(String, ICoreMessage)}
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
            oldest.confirmed().completeExceptionally(new NotStored("the disk did not confirm the write in time"));
        }
    }
}
