package ualarm.journal;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;

/** Where the queues are: the {@link Broker} in this process, or an {@link ExternalStore}. */
interface Store {

    /** Makes a queue; one that is there stays as it is. */
    void create(String queue) throws ActiveMQException;

    /** @return an empty durable message */
    ICoreMessage message();

    /**
     * Writes a message into queues, which are there.
     *
     * @param queues the queues
     * @param message the message; not to be changed any more
     * @param key the duplicate id that the queues remember it by; nothing when they need not
     * @return done when it is synced to disk; fails with {@link NotStored}
     */
    CompletableFuture<Void> write(Collection<String> queues, ICoreMessage message, Optional<byte[]> key);

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
