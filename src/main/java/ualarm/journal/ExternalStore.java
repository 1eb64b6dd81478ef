package ualarm.journal;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.FailoverEventType;

/**
 * An Artemis elsewhere, perhaps a pair of which one half takes the place of the other, and perhaps with other connectors on it. The lock
 * on this guards the session that asks.
 */
final class ExternalStore implements Store {

    /** Writes under way at once. Each waits for the disks of both halves; those that wait together share a sync. */
    private static final int WRITERS = 16;

    /** Cameras that share a group share their connector; so a queue's memory does not grow with its cameras. */
    private static final int GROUPS = 1024;

    private final Connection connection;
    private final ClientSessionFactory factory;
    private final ClientSession asking;
    private final Queue<Outgoing> idle = new ConcurrentLinkedQueue<>();
    private final ExecutorService writers = Connection.pool("journal-writer", WRITERS);
    private volatile boolean isConnected = true;

    ExternalStore(Connection connection) throws ActiveMQException {
        this.connection = connection;
        this.factory = connection.another();
        factory.addFailoverListener(event -> isConnected = event == FailoverEventType.FAILOVER_COMPLETED);
        this.asking = connection.toAsk(factory);
        for (int i = 0; i < WRITERS; i++) {
            idle.add(new Outgoing(connection.toWrite(factory)));
        }
    }

    /**
     * A camera's entries are handed out to one connector until that goes; when another comes they are dealt out anew, once nothing is
     * under way.
     */
    @Override
    public synchronized void create(String queue, boolean isTogether) throws ActiveMQException {
        try {
            // Dealt out anew, mails would come from two for a while.
            asking.createQueue(Broker.queue(queue)
                    .setGroupBuckets(isTogether ? 1 : GROUPS)
                    .setGroupRebalance(!isTogether)
                    .setGroupRebalancePauseDispatch(!isTogether));
        } catch (ActiveMQException e) {
            if (e.getType() != ActiveMQExceptionType.QUEUE_EXISTS) {
                throw e;
            }
        }
    }

    @Override
    public ICoreMessage message() {
        return asking.createMessage(true);
    }

    @Override
    public CompletableFuture<List<String>> put(List<String> queues, ICoreMessage message, byte[] id) {
        // Without the minute, which may be another at another connector.
        return write(queues, message, Optional.of(Arrays.copyOf(id, Seen.KEY)));
    }

    @Override
    public CompletableFuture<Void> write(String queue, ICoreMessage message) {
        // An id of each attempt of an outage would soon take the place of those of alarms.
        return write(List.of(queue), message, Optional.empty()).thenApply(news -> null);
    }

    private CompletableFuture<List<String>> write(List<String> queues, ICoreMessage message, Optional<byte[]> id) {
        long end = System.nanoTime() + Writer.CONFIRMATION.toNanos();
        var written = new CompletableFuture<List<String>>();
        try {
            writers.execute(() -> {
                Outgoing outgoing = idle.remove();
                try {
                    written.complete(outgoing.write(queues, message, id, end));
                } catch (ActiveMQException | RuntimeException e) {
                    written.completeExceptionally(new NotStored(e.getMessage()));
                } finally {
                    idle.add(outgoing);
                }
            });
        } catch (RejectedExecutionException e) {
            written.completeExceptionally(new NotStored("the journal has stopped"));
        }
        return written;
    }

    @Override
    public HandOut handOut(String queue) throws ActiveMQException {
        return new ClientHandOut(connection.toReceive(), queue, ClientHandOut.AHEAD, connection.letGo());
    }

    @Override
    public boolean isOpen() {
        return isConnected && !factory.isClosed();
    }

    @Override
    public synchronized Waiting waiting(String queue) throws ActiveMQException {
        return new Waiting(asking.queueQuery(SimpleString.of(queue)).getMessageCount(), Duration.ZERO);
    }

    @Override
    public void close() {
        writers.shutdown();
        factory.close();
    }
}
