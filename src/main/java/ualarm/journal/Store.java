package ualarm.journal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;

/** Where the queues are: the {@link Broker} in this process, or an {@link ExternalStore}. */
interface Store {

    /**
     * Makes a queue; one that is there stays as it is.
     *
     * @param queue its name
     * @param isTogether whether its entries are handed out together, so that one connector gets all of them
     */
    void create(String queue, boolean isTogether) throws ActiveMQException;

    /** @return an empty durable message */
    ICoreMessage message();

    /**
     * Writes an alarm into queues, which are there.
     *
     * @param queues the queues
     * @param message the message; not to be changed any more
     * @param id what {@link Seen#id} made, which they remember it by
     * @return done when it is synced to disk: those of the queues that did not have it; fails with {@link NotStored}
     */
    CompletableFuture<List<String>> put(List<String> queues, ICoreMessage message, byte[] id);

    /**
     * Writes a message into a queue, which is there.
     *
     * @return done when it is synced to disk; fails with {@link NotStored}
     */
    CompletableFuture<Void> write(String queue, ICoreMessage message);

    /**
     * @param queue a queue that is there
     * @return hands out its entries ahead
     */
    HandOut handOut(String queue) throws ActiveMQException;

    /** @return whether it can be written to */
    boolean isOpen();

    /** @return what waits in a queue */
    Waiting waiting(String queue) throws ActiveMQException;

    /** Stops writing. */
    void close() throws ActiveMQException;
}
