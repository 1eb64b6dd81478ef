package ualarm.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the queues of an external Artemis by transactions. Only their end tells that Artemis knew a duplicate id already; a write
 * without one is silently dropped. When the connection breaks before the end is known, the same is written again: Artemis drops it
 * when it has it. Not for several threads.
 */
final class Outgoing {

    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);
    private static final String DUPLICATE_ID = Message.HDR_DUPLICATE_DETECTION_ID.toString();

    private final ClientSession session;
    private final ClientProducer producer;

    /** @param session one that begins a transaction with what it sends */
    Outgoing(ClientSession session) throws ActiveMQException {
        this.session = session;
        this.producer = session.createProducer();
    }

    /**
     * Writes a message into queues, all with one transaction when it is new to all of them.
     *
     * @param id the duplicate id that they remember it by; nothing when they need not, then it is tried once
     * @param end {@link System#nanoTime} until which it is tried
     * @return those of the queues that did not have the id
     * @throws ActiveMQException when it may not be there
     */
    List<String> write(List<String> queues, ICoreMessage message, Optional<byte[]> id, long end)
            throws ActiveMQException {
        id.ifPresent(bytes -> message.putBytesProperty(DUPLICATE_ID, bytes));
        return write(queues, message, id.isPresent() ? end : System.nanoTime());
    }

    private List<String> write(List<String> queues, ICoreMessage message, long end) throws ActiveMQException {
        boolean isInDoubt = false;
        while (true) {
            try {
                for (String queue : queues) {
                    producer.send(queue, message);
                }
                session.commit();
                return queues;
            } catch (ActiveMQException e) {
                rollBack();
                if (e.getType() == ActiveMQExceptionType.DUPLICATE_ID_REJECTED) {
                    // Written before the connection broke, it is what we have just written.
                    return isInDoubt ? queues : queues.size() == 1 ? List.of() : oneByOne(queues, message, end);
                }
                if (!isBreak(e) || System.nanoTime() - end >= 0) {
                    throw e;
                }
                isInDoubt = true;
            }
        }
    }

    private List<String> oneByOne(List<String> queues, ICoreMessage message, long end) throws ActiveMQException {
        var news = new ArrayList<String>();
        for (String queue : queues) {
            news.addAll(write(List.of(queue), message, end));
        }
        return news;
    }

    private static boolean isBreak(ActiveMQException e) {
        return switch (e.getType()) {
            case NOT_CONNECTED,
                    DISCONNECTED,
                    UNBLOCKED,
                    CONNECTION_TIMEDOUT,
                    TRANSACTION_ROLLED_BACK,
                    TRANSACTION_OUTCOME_UNKNOWN -> true;
            default -> false;
        };
    }

    private void rollBack() {
        try {
            session.rollback();
        } catch (ActiveMQException e) {
            LOG.debug("A broken transaction has ended by itself: {}", e.getMessage());
        }
    }
}
