package ualarm.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.FailoverEventListener;
import org.apache.activemq.artemis.api.core.client.FailoverEventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for leader among the connectors on an external Artemis. The leader is who was handed the one entry of a queue; nobody lets it go,
 * so Artemis hands it to another only when it takes the leader for dead.
 */
final class Candidate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);

    private final Store store;
    private final ClientSession session;
    private final String queue;
    private final Consumer<Boolean> leads;
    private final FailoverEventListener breaks = this::broken;

    /**
     * @param session one of its own
     * @param queue the queue of what the leader does
     * @param leads is told when it becomes leader, and when it is not any more
     */
    Candidate(Store store, ClientSession session, String queue, Consumer<Boolean> leads) throws ActiveMQException {
        this.store = store;
        this.session = session;
        this.queue = queue;
        this.leads = leads;
        store.create(queue, true);
        session.addFailoverListener(breaks);
        session.createConsumer(queue).setMessageHandler(entry -> leads.accept(true));
        session.start();
        offer();
    }

    /** Puts the entry there; Artemis drops it when it is. */
    private void offer() {
        UUID same = UUID.nameUUIDFromBytes(queue.getBytes(StandardCharsets.UTF_8));
        byte[] id = ByteBuffer.allocate(Seen.KEY)
                .putLong(same.getMostSignificantBits())
                .putLong(same.getLeastSignificantBits())
                .array();
        store.put(List.of(queue), store.message(), id).exceptionally(failure -> {
            // The next break, or another connector, makes up for it.
            LOG.warn("Nobody may lead in {} for now: {}", queue, failure.getMessage());
            return List.of();
        });
    }

    private void broken(FailoverEventType event) {
        if (event == FailoverEventType.FAILURE_DETECTED) {
            leads.accept(false);
        } else if (event == FailoverEventType.FAILOVER_COMPLETED) {
            offer();
        }
    }

    @Override
    public void close() throws ActiveMQException {
        session.removeFailoverListener(breaks);
        session.close();
    }
}
