package ualarm.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered;

/** An entry of a queue: an alarm, and what the journal has noted about it. The notes' names stand on disk. */
final class Entry {

    static final String ALARM_ID = "alarmId";
    static final String RECEIVED_AT = "receivedAt";

    /** How many attempts have failed. */
    static final String ATTEMPTS = "attempts";

    /** Why it was not delivered. */
    static final String REASON = "reason";

    /** When the next attempt is due. */
    static final String NOT_BEFORE = "notBefore";

    /** Marks an alarm that was mailed, so that it is not mailed once more as a fallback. */
    static final String TOLD = "told";

    /** Note: the checksum of the alarm; those that were stored before there were any have none. */
    static final String CHECKSUM = "checksum";

    static final String GROUP = Message.HDR_GROUP_ID.toString();

    /**
     * By what an entry is known again when Artemis hands it out once more.
     *
     * @param message the message's id in Artemis
     * @param alarm the alarm's id
     * @param receivedAt epoch milliseconds
     * @param attempts how many have failed
     */
    record Identity(long message, String alarm, long receivedAt, int attempts) {}

    private final ICoreMessage message;
    private byte[] body;
    private final long arrived = System.nanoTime();
    private final long receivedAt;
    private CameraAlarm alarm;

    /** @param message as a client is handed it; its body is taken at once: Artemis throws a large one away when its handler returns */
    Entry(ClientMessage message) {
        this(message, message.getBodyBuffer());
    }

    /** @param message as it lies in the broker, where others may read it, too */
    Entry(ICoreMessage message) {
        this(message, message.getReadOnlyBodyBuffer());
    }

    private Entry(ICoreMessage message, ActiveMQBuffer buffer) {
        this.message = message;
        body = new byte[buffer.readableBytes()];
        buffer.readBytes(body);
        receivedAt = message.containsProperty(RECEIVED_AT)
                ? message.getLongProperty(RECEIVED_AT)
                : System.currentTimeMillis();
    }

    ICoreMessage message() {
        return message;
    }

    /** @return bytes of the alarm as it is kept */
    int size() {
        return body.length;
    }

    /** Has a message bear an alarm. */
    static void bear(ICoreMessage message, byte[] alarm) {
        message.putIntProperty(CHECKSUM, Seal.of(alarm));
        message.getBodyBuffer().writeBytes(alarm);
    }

    /** @throws ualarm.alarm.Undelivered.Never when it cannot be read */
    CameraAlarm alarm() {
        if (alarm == null) {
            if (message.containsProperty(CHECKSUM)) {
                body = Seal.mended(body, message.getIntProperty(CHECKSUM))
                        .orElseThrow(
                                () -> new Undelivered.Never(
                                        "The disk has changed the alarm, so that it is not known any more what it said. Look at the disk."));
            }
            alarm = CameraAlarm.ofJson(body);
        }
        return alarm;
    }

    /** @return {@link System#nanoTime} when Artemis handed it out */
    long arrived() {
        return arrived;
    }

    /** @return epoch milliseconds */
    long receivedAt() {
        return receivedAt;
    }

    Identity identity() {
        return new Identity(message.getMessageID(), text(ALARM_ID), receivedAt, attempts());
    }

    /** @return how long ago it was received; when the clock was set since, as far as is known */
    Duration sinceReceived() {
        return Elapsed.CLOCK.since(receivedAt);
    }

    String camera() {
        return text(GROUP);
    }

    int attempts() {
        return message.containsProperty(ATTEMPTS) ? message.getIntProperty(ATTEMPTS) : 0;
    }

    boolean isTold() {
        return message.containsProperty(TOLD);
    }

    /** @return how long it must still wait for its next attempt */
    Duration rest() {
        boolean wasSetBack = System.currentTimeMillis() < receivedAt;
        long rest = message.containsProperty(NOT_BEFORE) && !wasSetBack
                ? message.getLongProperty(NOT_BEFORE) - System.currentTimeMillis()
                : 0;
        return Duration.ofMillis(Math.max(0, rest));
    }

    /** @return a note; empty when there is none */
    String text(String note) {
        return Optional.ofNullable(message.getStringProperty(note)).orElse("");
    }

    Instant time(String note) {
        return Instant.parse(text(note));
    }

    /**
     * @param copy an empty message
     * @return the message, with the alarm and what is true of it wherever it lies
     */
    ICoreMessage copyTo(ICoreMessage copy) {
        for (String note : new String[] {ALARM_ID, GROUP}) {
            if (message.containsProperty(note)) {
                copy.putStringProperty(note, message.getStringProperty(note));
            }
        }
        if (message.containsProperty(RECEIVED_AT)) {
            copy.putLongProperty(RECEIVED_AT, receivedAt);
        }
        if (isTold()) {
            copy.putBooleanProperty(TOLD, true);
        }
        if (message.containsProperty(CHECKSUM)) {
            copy.putIntProperty(CHECKSUM, message.getIntProperty(CHECKSUM));
        }
        copy.getBodyBuffer().writeBytes(body);
        return copy;
    }
}
