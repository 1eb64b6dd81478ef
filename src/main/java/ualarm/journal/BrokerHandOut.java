package ualarm.journal;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.core.filter.Filter;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.impl.journal.OperationContextImpl;
import org.apache.activemq.artemis.core.server.HandleStatus;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;

/**
 * Takes a queue's entries from the broker in this process, without a client between. An acknowledgement is written with the next
 * write, or by {@link Broker#flush}. The lock on this guards what is handed out, and the room.
 */
final class BrokerHandOut implements HandOut, org.apache.activemq.artemis.core.server.Consumer {

    /** Bytes handed out ahead, an entry counted with {@link #ENTRY} bytes more than its message has. */
    private static final int AHEAD = 256 << 10;

    private static final int ENTRY = 512;

    private final Broker broker;
    private final Queue queue;
    private final long id;
    private final OperationContext acknowledging;
    private final Map<MessageReference, Integer> out = new LinkedHashMap<>();
    private final Map<Entry, MessageReference> entries = new IdentityHashMap<>();
    private int room = AHEAD;
    private boolean closed;
    private Taker taker = Taker.NONE;

    /** @param id one that no other consumer has */
    BrokerHandOut(Broker broker, Queue queue, long id, OperationContext acknowledging) {
        this.broker = broker;
        this.queue = queue;
        this.id = id;
        this.acknowledging = acknowledging;
    }

    @Override
    public void start(Taker to) throws ActiveMQException {
        this.taker = to;
        try {
            queue.addConsumer(this);
        } catch (Exception e) {
            throw Broker.failure(e);
        }
        queue.deliverAsync();
    }

    @Override
    public synchronized HandleStatus handle(MessageReference reference) throws ActiveMQException {
        if (closed || room <= 0) {
            return HandleStatus.BUSY;
        }
        int size = (int) reference.getMessage().getWholeMessageSize() + ENTRY;
        room -= size;
        out.put(reference, size);
        reference.handled();
        return HandleStatus.HANDLED;
    }

    @Override
    public void proceedDeliver(MessageReference reference) {
        var entry = new Entry(reference.getMessage().toCore());
        synchronized (this) {
            if (!out.containsKey(reference)) {
                return;
            }
            entries.put(entry, reference);
        }
        taker.arrived(entry);
    }

    @Override
    public void letGo(Entry entry) throws ActiveMQException {
        MessageReference reference;
        boolean wasFull;
        synchronized (this) {
            reference = entries.remove(entry);
            if (reference == null) {
                throw new ActiveMQException("its queue is no longer read");
            }
            wasFull = room <= 0;
            room += out.remove(reference);
        }
        OperationContext before = OperationContextImpl.getContext();
        OperationContextImpl.setContext(acknowledging);
        try {
            queue.acknowledge(reference);
        } catch (Exception e) {
            throw Broker.failure(e);
        } finally {
            OperationContextImpl.setContext(before);
        }
        broker.hasAcknowledged();
        if (wasFull) {
            queue.deliverAsync();
        }
    }

    @Override
    public void close() throws ActiveMQException {
        List<MessageReference> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(out.keySet());
            out.clear();
            entries.clear();
        }
        queue.removeConsumer(this);
        long now = System.currentTimeMillis();
        // Each goes to the head of the queue: the last one first.
        for (int i = left.size() - 1; i >= 0; i--) {
            try {
                queue.cancel(left.get(i), now);
            } catch (Exception e) {
                throw Broker.failure(e);
            }
        }
        queue.deliverAsync();
    }

    @Override
    public synchronized List<MessageReference> getDeliveringMessages() {
        return List.copyOf(out.keySet());
    }

    @Override
    public Filter getFilter() {
        return null;
    }

    @Override
    public long sequentialID() {
        return id;
    }

    @Override
    public String debug() {
        return toString();
    }

    @Override
    public String toManagementString() {
        return toString();
    }

    @Override
    public String toString() {
        return "connector, " + queue.getName();
    }

    /** The queue is deleted, which nobody does. */
    @Override
    public void disconnect() {}

    @Override
    public void failed(Throwable failure) {}
}
