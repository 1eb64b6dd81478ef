package ualarm.journal;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.SendAcknowledgementHandler;

/** An Artemis elsewhere, perhaps a cluster. A message for several queues is several writes. The lock on this guards the session. */
final class ExternalStore implements Store {

    private final Connection connection;
    private final ClientSession session;
    private final ClientProducer producer;

    ExternalStore(Connection connection) throws ActiveMQException {
        this.connection = connection;
        this.session = connection.toSend();
        this.producer = session.createProducer();
        session.start();
    }

    @Override
    public synchronized void create(String queue) throws ActiveMQException {
        try {
            session.createQueue(Broker.queue(queue));
        } catch (ActiveMQException e) {
            if (e.getType() != ActiveMQExceptionType.QUEUE_EXISTS) {
                throw e;
            }
        }
    }

    @Override
    public ICoreMessage message() {
        return session.createMessage(true);
    }

    @Override
    public CompletableFuture<Void> write(Collection<String> queues, ICoreMessage message, Optional<byte[]> key) {
        key.ifPresent(id -> message.putBytesProperty(Message.HDR_DUPLICATE_DETECTION_ID.toString(), id));
        // Each its own: the client keeps what is not confirmed, with its address, to send it again after a break.
        return queues.size() == 1
                ? write(queues.iterator().next(), message)
                : CompletableFuture.allOf(queues.stream()
                        .map(queue -> write(queue, message.copy()))
                        .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> write(String queue, ICoreMessage message) {
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
        return confirmed;
    }

    @Override
    public HandOut handOut(String queue) throws ActiveMQException {
        return new ClientHandOut(connection.toReceive(), queue, ClientHandOut.AHEAD);
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public synchronized Waiting waiting(String queue) throws ActiveMQException {
        return new Waiting(session.queueQuery(SimpleString.of(queue)).getMessageCount(), Duration.ZERO);
    }

    @Override
    public void close() throws ActiveMQException {
        session.close();
    }
}
