package ualarm.intake;

import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Alarm;
import ualarm.alarm.Told;
import ualarm.journal.NotStored;

/** What a sender is answered, and what is noted of its message. */
public final class AlarmIntake {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.intake");

    private final IntakeCounts counts;
    private final Supervision supervision;
    private final Told told = new Told();

    /**
     * @param counts counts the messages
     * @param supervision is told of them
     */
    public AlarmIntake(IntakeCounts counts, Supervision supervision) {
        this.counts = counts;
        this.supervision = supervision;
    }

    /**
     * Answers an alarm that is on disk, and what is no alarm to be delivered.
     *
     * @param alarm the message as it was read
     * @param isDuplicate whether the journal had it already; nothing when it was not put there
     * @return the answer
     */
    public Answer taken(@Variable("alarm") Alarm alarm, @Header("JournalDuplicate") Boolean isDuplicate) {
        supervision.heard(alarm);
        String status = switch (alarm.state()) {
            case HEARTBEAT -> {
                counts.heartbeat();
                yield "heartbeat";
            }
            case ENDED -> "ignored";
            case RAISED -> {
                boolean again = Boolean.TRUE.equals(isDuplicate);
                counts.taken(again);
                yield again ? "duplicate" : "accepted";
            }
        };
        LOG.info("{} {}", alarm, status);
        return new Answer(status, alarm.id(), alarm.warnings(), Optional.empty());
    }

    /**
     * Says why a message was not taken whose sender has to change it.
     *
     * @param failure a {@link Refused}, or what Jackson says of a text that is not one JSON object
     * @return the refusal
     */
    public Refused refused(Exception failure) {
        Refused refused = failure instanceof Refused itself ? itself : AlarmReader.unreadable((IOException) failure);
        LOG.atLevel(told.isNews(refused.code()) ? Level.WARN : Level.INFO)
                .log("A message was rejected with {}: {}", refused.status(), refused.getMessage());
        counts.rejected(refused.code());
        return refused;
    }

    /**
     * Answers a message that could not be stored through no fault of its sender's.
     *
     * @param failure what kept it from being stored
     * @return the answer
     */
    public Answer notStored(Exception failure) {
        // Splitting wraps what went wrong with one of the cameras.
        Throwable cause = failure.getCause() instanceof NotStored ? failure.getCause() : failure;
        String why = cause instanceof NotStored ? cause.getMessage() : "The connector could not take the alarm.";
        LOG.atLevel(told.isNews(why) ? Level.ERROR : Level.INFO)
                .log("An alarm could not be taken, the sender is asked to send it again: {}", String.valueOf(cause));
        counts.rejected("not-stored");
        return Answer.rejected("not-stored", why + " Send it again.");
    }
}
