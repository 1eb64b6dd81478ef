package ualarm.journal;

import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;

/** Hands out a queue's entries ahead, as many as there is room for; each that is let go makes room for more. So no thread waits. */
interface HandOut {

    /** @param arrived gets each entry, on a thread of Artemis', which must not wait */
    void start(Consumer<Entry> arrived) throws ActiveMQException;

    /** Takes an entry out of the queue, and has its room filled. */
    void letGo(Entry entry) throws ActiveMQException;

    /** What was not let go is handed out again when the queue is read again. */
    void close() throws ActiveMQException;
}
