package ualarm.journal;

import org.apache.activemq.artemis.api.core.ActiveMQException;

/** Hands out one queue's alarms to a route. */
interface Worker {

    /** Takes no more alarms. */
    void stop();

    /**
     * Waits for the alarms under way; those that do not end in time stay in the journal and are handed out again.
     *
     * @param end {@link System#nanoTime} until which to wait
     */
    void close(long end) throws ActiveMQException, InterruptedException;
}
