package ualarm.journal;

import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Told;
import ualarm.alarm.Undelivered;

/** Takes a queue's entries, and lets them go. What cannot be read becomes a dead letter. */
final class Source {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    private final Journal journal;
    private final String queue;
    private final HandOut handOut;
    private final UntilDone untilDone;
    private final Told troubles = new Told();

    Source(Journal journal, String queue, HandOut handOut, UntilDone untilDone) {
        this.journal = journal;
        this.queue = queue;
        this.handOut = handOut;
        this.untilDone = untilDone;
    }

    /** @param to gets each entry that can be read */
    void start(HandOut.Taker to) throws ActiveMQException {
        handOut.start(new HandOut.Taker() {
            @Override
            public void arrived(Entry entry) {
                if (isReadable(entry)) {
                    to.arrived(entry);
                }
            }

            @Override
            public boolean leave(Entry entry) {
                return to.leave(entry);
            }
        });
    }

    /** @return whether an entry can be read; one that cannot is let go when it is a dead letter */
    boolean isReadable(Entry entry) {
        try {
            entry.alarm();
            return true;
        } catch (Undelivered.Never unreadable) {
            LOG.atLevel(troubles.isNews(unreadable.getMessage()) ? Level.WARN : Level.INFO)
                    .log("An alarm of {} is now a dead letter: {}", queue, unreadable.getMessage());
            bury(entry, unreadable.getMessage()).thenRun(() -> letGo(entry));
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
    void letGo(Entry entry) {
        try {
            handOut.letGo(entry);
        } catch (ActiveMQException e) {
            LOG.error("A delivered alarm of {} may be delivered again: {}", queue, e.getMessage());
        }
    }

    /** What was not let go is handed out again when the queue is read again. */
    void close() throws ActiveMQException {
        handOut.close();
    }
}
