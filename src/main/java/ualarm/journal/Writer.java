package ualarm.journal;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.SendAcknowledgementHandler;

/**
 * Writes into the queues. A write is done when it is synced to disk; nobody waits for it on a thread, so writes that come together share
 * a sync. The lock on this guards the session.
 */
final class Writer {

    /** A write that is not confirmed by then is answered as failed; the sender may send the alarm again. */
    static final Duration CONFIRMATION = Duration.ofSeconds(10);

    private record Unconfirmed(long since, CompletableFuture<Void> confirmed) {}

    private final ClientSession session;
    private final ClientProducer producer;
    private final Queue<Unconfirmed> unconfirmed = new ConcurrentLinkedQueue<>();

    /** @param session one that confirms writes */
    Writer(ClientSession session) throws ActiveMQException {
        this.session = session;
        this.producer = session.createProducer();
        session.start();
    }

    /** Makes a queue; one that is there stays as it is. */
    synchronized void create(String queue) throws ActiveMQException {
        try {
            session.createQueue(Broker.queue(queue));
        } catch (ActiveMQException e) {
            if (e.getType() != ActiveMQExceptionType.QUEUE_EXISTS) {
                throw e;
            }
        }
    }

    /** @return how many entries a queue has */
    synchronized long count(String queue) throws ActiveMQException {
        return session.queueQuery(SimpleString.of(queue)).getMessageCount();
    }

    /** @return an empty durable message */
    ClientMessage message() {
        return session.createMessage(true);
    }

    /** @return done when it is synced to disk; fails with {@link NotStored} */
    CompletableFuture<Void> write(String queue, ClientMessage message) {
        var confirmed = new CompletableFuture<Void>();
        var handler = new SendAcknowledgementHandler() {
            @Override
            public void sendAcknowledged(Message sent) {
                confirmed.complete(null);
            }

            @Override
            public void sendFailed(Message sent, Exception cause) {
                confirmed.completeExceptionally(new NotStored(cause.getMessage()));
            }
        };
        try {
            synchronized (this) {
                producer.send(SimpleString.of(queue), message, handler);
            }
        } catch (ActiveMQException e) {
            confirmed.completeExceptionally(new NotStored(e.getMessage()));
        }
        unconfirmed.add(new Unconfirmed(System.nanoTime(), confirmed));
        return confirmed;
    }

    /**
     * Writes a copy of an entry that is handed out again after a delay.
     *
     * @param marks puts on it what is to be noted
     * @return as of {@link #write}
     */
    CompletableFuture<Void> putBack(String queue, Entry entry, Duration delay, Consumer<ClientMessage> marks) {
        ClientMessage copy = entry.copyTo(message());
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

    void close() throws ActiveMQException {
        session.close();
    }
}
