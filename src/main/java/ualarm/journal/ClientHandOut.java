package ualarm.journal;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.FailoverEventListener;
import org.apache.activemq.artemis.api.core.client.FailoverEventType;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.apache.activemq.artemis.core.client.impl.ClientMessageInternal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a queue's entries by Artemis' client. When the connection breaks, Artemis hands out again what it has not seen let go, here or at
 * another connector. What comes here is then known: an entry that is under way is let go by its new message, one that was let go is let
 * go again. The lock on the session guards the session, the lock on this what is handed out.
 */
final class ClientHandOut implements HandOut {

    /** Bytes that Artemis may hand out ahead. */
    static final int AHEAD = 128 << 10;

    /** Artemis hands out an entry when it is asked for one. */
    static final int ONE_BY_ONE = 0;

    private static final Logger LOG = LoggerFactory.getLogger(ClientHandOut.class);

    private final ClientSession session;
    private final String queue;
    private final LetGo letGo;
    private final ClientConsumerInternal consumer;
    private final int window;
    private final FailoverEventListener breaks = this::broken;
    private final Map<Entry.Identity, Entry> held = new HashMap<>();
    private final Map<Entry, ClientMessageInternal> messages = new IdentityHashMap<>();
    private Taker taker = Taker.NONE;
    private long count;

    /**
     * @param session one that acknowledges each entry by itself
     * @param window {@link #AHEAD} or {@link #ONE_BY_ONE}
     * @param letGo what was let go last
     */
    ClientHandOut(ClientSession session, String queue, int window, LetGo letGo) throws ActiveMQException {
        this.session = session;
        this.queue = queue;
        this.letGo = letGo;
        this.window = window;
        consumer = (ClientConsumerInternal) session.createConsumer(SimpleString.of(queue), null, window, -1, false);
        session.addFailoverListener(breaks);
    }

    /** Hands out entries when they are asked for with {@link #take}. */
    void start() throws ActiveMQException {
        session.start();
    }

    @Override
    public void start(Taker to) throws ActiveMQException {
        taker = to;
        consumer.setManualFlowMessageHandler(message -> {
            news(message).ifPresent(to::arrived);
        });
        session.start();
    }

    /**
     * @param waits whether to wait for an entry
     * @return the next; nothing when there is none, or this was closed
     */
    Optional<Entry> take(boolean waits) throws ActiveMQException {
        ClientMessage message = next(waits);
        while (message != null) {
            Optional<Entry> news = news(message);
            if (news.isPresent()) {
                return news;
            }
            message = next(waits);
        }
        return Optional.empty();
    }

    private ClientMessage next(boolean waits) throws ActiveMQException {
        return waits ? consumer.receive() : consumer.receiveImmediate();
    }

    /** @return how often the connection has broken: what was taken before is handed out again, perhaps elsewhere */
    synchronized long breaks() {
        return count;
    }

    /** Takes entries for not taken that were taken before a break and not begun. */
    private synchronized void forget(List<Entry> entries) {
        entries.forEach(entry -> {
            held.remove(entry.identity());
            messages.remove(entry);
        });
    }

    /**
     * Of entries that were taken before a break and not begun, takes those for not taken that have not been handed out again since: they will be,
     * perhaps elsewhere. The others were, and were not news; nobody else gets them.
     *
     * @return the others
     */
    synchronized List<Entry> keep(List<Entry> entries) {
        Map<Boolean, List<Entry>> areHere = entries.stream().collect(Collectors.partitioningBy(messages::containsKey));
        forget(areHere.get(false));
        return areHere.get(true);
    }

    private Optional<Entry> news(ClientMessage received) {
        var message = (ClientMessageInternal) received;
        var entry = new Entry(message);
        boolean isGone;
        synchronized (this) {
            isGone = letGo.has(queue, entry);
            if (!isGone) {
                Entry before = held.putIfAbsent(entry.identity(), entry);
                messages.put(before == null ? entry : before, message);
                return before == null ? Optional.of(entry) : Optional.empty();
            }
        }
        try {
            letGo(message);
        } catch (ActiveMQException e) {
            LOG.debug("Let go of once more when it is handed out once more: {}", e.getMessage());
        }
        return Optional.empty();
    }

    private void broken(FailoverEventType event) {
        if (event == FailoverEventType.FAILURE_DETECTED) {
            List<Entry> before;
            synchronized (this) {
                count++;
                messages.clear();
                before = List.copyOf(held.values());
            }
            List<Entry> left = before.stream().filter(taker::leave).toList();
            forget(left);
        }
    }

    @Override
    public void letGo(Entry entry) throws ActiveMQException {
        ClientMessageInternal message;
        synchronized (this) {
            held.remove(entry.identity());
            letGo.add(queue, entry);
            message = messages.remove(entry);
        }
        // Else it is let go when it is handed out again.
        if (message != null) {
            letGo(message);
        }
    }

    private void letGo(ClientMessageInternal message) throws ActiveMQException {
        synchronized (session) {
            message.individualAcknowledge();
        }
        if (window != ONE_BY_ONE) {
            synchronized (this) {
                consumer.flowControl(message.getFlowControlSize(), false);
            }
        }
    }

    @Override
    public void close() throws ActiveMQException {
        session.removeFailoverListener(breaks);
        synchronized (session) {
            session.close();
        }
    }
}
