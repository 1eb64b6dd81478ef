package ualarm.journal;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.apache.activemq.artemis.core.client.impl.ClientMessageInternal;

/** Takes a queue's entries by Artemis' client. The lock on the session guards the session, the lock on this the window. */
final class ClientHandOut implements HandOut {

    /** Bytes that Artemis may hand out ahead. */
    static final int AHEAD = 128 << 10;

    /** Artemis hands out an entry when it is asked for one. */
    static final int ONE_BY_ONE = 0;

    private final ClientSession session;
    private final ClientConsumerInternal consumer;
    private final int window;

    /**
     * @param session one that acknowledges each entry by itself
     * @param window {@link #AHEAD} or {@link #ONE_BY_ONE}
     */
    ClientHandOut(ClientSession session, String queue, int window) throws ActiveMQException {
        this.session = session;
        this.window = window;
        consumer = (ClientConsumerInternal) session.createConsumer(SimpleString.of(queue), null, window, -1, false);
    }

    /** Hands out entries when they are asked for with {@link #take}. */
    void start() throws ActiveMQException {
        session.start();
    }

    @Override
    public void start(Consumer<Entry> arrived) throws ActiveMQException {
        consumer.setManualFlowMessageHandler(message -> arrived.accept(new Entry(message)));
        session.start();
    }

    /**
     * @param waits whether to wait for an entry
     * @return the next; nothing when there is none, or this was closed
     */
    Optional<Entry> take(boolean waits) throws ActiveMQException {
        ClientMessage message = waits ? consumer.receive() : consumer.receiveImmediate();
        return Optional.ofNullable(message).map(Entry::new);
    }

    @Override
    public void letGo(Entry entry) throws ActiveMQException {
        var message = (ClientMessageInternal) entry.message();
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
        synchronized (session) {
            session.close();
        }
    }
}
