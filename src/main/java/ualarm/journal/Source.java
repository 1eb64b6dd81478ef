package ualarm.journal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Told;
import ualarm.alarm.Undelivered;

/**
 * Takes a queue's entries from Artemis, and lets them go. What cannot be read becomes a dead letter. The lock on the session guards the
 * session, the lock on this the window.
 */
final class Source {

    /** Bytes that Artemis may hand out ahead; {@link #letGo} makes room for more. So no thread waits. */
    static final int AHEAD = 128 << 10;

    /** Artemis hands out an entry when it is asked for one. */
    static final int ONE_BY_ONE = 0;

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    private final Journal journal;
    private final String queue;
    private final UntilDone untilDone;
    private final Told troubles = new Told();
    private final ClientSession session;
    private final ClientConsumerInternal consumer;

    /** @param window {@link #AHEAD} or {@link #ONE_BY_ONE} */
    Source(Journal journal, String queue, int window, UntilDone untilDone) throws ActiveMQException {
        this.journal = journal;
        this.queue = queue;
        this.untilDone = untilDone;
        session = journal.session();
        consumer = (ClientConsumerInternal) session.createConsumer(SimpleString.of(queue), null, window, -1, false);
    }

    void start() throws ActiveMQException {
        session.start();
    }

    /** @param arrived gets each entry, on a thread of Artemis', which must not wait */
    void start(Consumer<Entry> arrived) throws ActiveMQException {
        consumer.setManualFlowMessageHandler(message -> {
            var entry = new Entry(message);
            if (isReadable(entry, this::letGo)) {
                arrived.accept(entry);
            }
        });
        start();
    }

    /**
     * @param waits whether to wait for an entry
     * @return the next; nothing when there is none, or this was closed
     */
    Optional<Entry> take(boolean waits) throws ActiveMQException {
        while (true) {
            ClientMessage message = waits ? consumer.receive() : consumer.receiveImmediate();
            if (message == null) {
                return Optional.empty();
            }
            var entry = new Entry(message);
            if (isReadable(entry, this::acknowledge)) {
                return Optional.of(entry);
            }
        }
    }

    private boolean isReadable(Entry entry, Consumer<Entry> orElse) {
        try {
            entry.alarm();
            return true;
        } catch (Undelivered.Never unreadable) {
            LOG.atLevel(troubles.isNews(unreadable.getMessage()) ? Level.WARN : Level.INFO)
                    .log("An alarm of {} is now a dead letter: {}", queue, unreadable.getMessage());
            bury(entry, unreadable.getMessage()).thenRun(() -> orElse.accept(entry));
            return false;
        }
    }

    /** @return done when the entry is among the dead letters, too */
    CompletableFuture<Void> bury(Entry entry, String reason) {
        return untilDone.run(
                "An alarm of " + queue + " could not be given up",
                () -> journal.deadLetters().add(queue, entry, reason));
    }

    /** Takes an entry out of the queue. */
    void acknowledge(Entry entry) {
        try {
            synchronized (session) {
                entry.message().individualAcknowledge();
            }
        } catch (ActiveMQException e) {
            LOG.error("A delivered alarm of {} may be delivered again: {}", queue, e.getMessage());
        }
    }

    /** Takes an entry that was handed out ahead out of the queue, and has its room filled. */
    void letGo(Entry entry) {
        acknowledge(entry);
        try {
            synchronized (this) {
                consumer.flowControl(entry.size(), false);
            }
        } catch (ActiveMQException e) {
            LOG.error("{} is worked off no further until the next start: {}", queue, e.getMessage());
        }
    }

    /** What was not acknowledged is handed out again when the queue is read again. */
    void close() throws ActiveMQException {
        synchronized (session) {
            session.close();
        }
    }
}
