package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.core.client.impl.ClientMessageImpl;
import org.junit.jupiter.api.Test;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered.Never;

class EntryTest {

    private static final CameraAlarm ALARM = new CameraAlarm(
            "1",
            "Gate",
            "",
            Instant.EPOCH,
            Instant.EPOCH,
            new UUID(1, 1),
            "main",
            Optional.of(new UUID(0, 1)),
            new Sighting("gate", "", 0, 0, List.of(), ""),
            false,
            "");

    private final ClientMessageImpl message = message();

    private static ClientMessageImpl message() {
        return new ClientMessageImpl(Message.DEFAULT_TYPE, true, 0, 0, (byte) 4, 64);
    }

    private static long in(Duration time) {
        return System.currentTimeMillis() + time.toMillis();
    }

    @Test
    void whatTheJournalHasNotedIsReadAgain() {
        message.setMessageID(7);
        message.getBodyBuffer().writeBytes(ALARM.toJson());
        message.putStringProperty(Entry.ALARM_ID, "1");
        message.putStringProperty(Entry.GROUP, "gate");
        message.putStringProperty(Entry.REASON, "Busy.");
        message.putLongProperty(Entry.RECEIVED_AT, 5);
        message.putIntProperty(Entry.ATTEMPTS, 3);
        message.putBooleanProperty(Entry.TOLD, true);
        var entry = new Entry(message);
        assertThat(entry.alarm()).isEqualTo(ALARM).isSameAs(entry.alarm());
        assertThat(entry.identity()).isEqualTo(new Entry.Identity(7, "1", 5, 3));
        assertThat(entry.camera()).isEqualTo("gate");
        assertThat(entry.text(Entry.REASON)).isEqualTo("Busy.");
        assertThat(entry.isTold()).isTrue();
    }

    @Test
    void whatIsNotNotedIsNothing() {
        long before = System.currentTimeMillis();
        var entry = new Entry(message);
        assertThat(entry.receivedAt())
                .as("it came just now, as far as is known")
                .isBetween(before, in(Duration.ZERO));
        assertThat(entry.attempts()).isZero();
        assertThat(entry.isTold()).isFalse();
        assertThat(entry.text(Entry.REASON)).isEmpty();
        assertThat(entry.rest()).isZero();
    }

    @Test
    void aBitThatHasFlippedInAnAlarmIsTurnedBack() {
        byte[] json = ALARM.toJson();
        Entry.bear(message, json);
        int body = message.getBodyBuffer().readerIndex();
        for (int at : new int[] {0, json.length / 2, json.length - 1}) {
            byte was = message.getBodyBuffer().getByte(body + at);
            message.getBodyBuffer().setByte(body + at, (byte) (was ^ 4));
            assertThat(new Entry(message).alarm()).isEqualTo(ALARM);
            message.getBodyBuffer().readerIndex(body);
            message.getBodyBuffer().setByte(body + at, was);
        }
    }

    @Test
    void anAlarmOfWhichMoreHasChangedIsNeverDeliveredAsSomethingElse() {
        Entry.bear(message, ALARM.toJson());
        int gate = new String(ALARM.toJson(), StandardCharsets.UTF_8).indexOf("Gate");
        int at = message.getBodyBuffer().readerIndex() + gate;
        message.getBodyBuffer().setByte(at, (byte) 'D');
        message.getBodyBuffer().setByte(at + 1, (byte) 'o');
        var entry = new Entry(message);
        assertThatThrownBy(entry::alarm)
                .isInstanceOf(Never.class)
                .hasMessageStartingWith("The disk has changed the alarm");
        assertThatThrownBy(() -> new Entry((ClientMessage) entry.copyTo(message())).alarm())
                .as("nor is its copy among the dead letters taken for right")
                .isInstanceOf(Never.class);
    }

    @Test
    void anEntryThatIsNoAlarmIsNeverDelivered() {
        message.getBodyBuffer().writeBytes("{\"id\":".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new Entry(message).alarm()).isInstanceOf(Never.class);
    }

    @Test
    void waitsForTheRestOfItsDelay() {
        message.putLongProperty(Entry.RECEIVED_AT, in(Duration.ofMinutes(-1)));
        message.putLongProperty(Entry.NOT_BEFORE, in(Duration.ofHours(1)));
        assertThat(new Entry(message).rest()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        message.putLongProperty(Entry.NOT_BEFORE, in(Duration.ofHours(-1)));
        assertThat(new Entry(message).rest()).isZero();
    }

    /** A delay is a time of day on disk: were that set back by a day, the alarm would wait for a day. */
    @Test
    void waitsForNothingOnceTheClockWasSetBack() {
        message.putLongProperty(Entry.RECEIVED_AT, in(Duration.ofDays(1)));
        message.putLongProperty(Entry.NOT_BEFORE, in(Duration.ofDays(1).plusMinutes(1)));
        assertThat(new Entry(message).rest()).isZero();
    }

    @Test
    void knowsHowLongItHasWaited() {
        message.putLongProperty(Entry.RECEIVED_AT, in(Duration.ofMinutes(-1)));
        assertThat(new Entry(message).sinceReceived()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
        Duration asFarAsIsKnown = Elapsed.CLOCK.since(in(Duration.ofDays(1)));
        message.putLongProperty(Entry.RECEIVED_AT, in(Duration.ofDays(1)));
        assertThat(new Entry(message).sinceReceived())
                .as("the clock was set back since")
                .isBetween(asFarAsIsKnown.minusMillis(1), asFarAsIsKnown.plusMinutes(1));
    }

    /** What belongs to an attempt in one queue is not true elsewhere. */
    @Test
    void itsCopyHasWhatIsTrueOfItEverywhere() {
        message.getBodyBuffer().writeBytes(ALARM.toJson());
        message.putStringProperty(Entry.ALARM_ID, "1");
        message.putStringProperty(Entry.GROUP, "gate");
        message.putStringProperty(Entry.REASON, "Busy.");
        message.putLongProperty(Entry.RECEIVED_AT, 5);
        message.putLongProperty(Entry.NOT_BEFORE, 6);
        message.putIntProperty(Entry.ATTEMPTS, 3);
        message.putBooleanProperty(Entry.TOLD, true);
        ClientMessageImpl copied = message();
        assertThat(new Entry(message).copyTo(copied)).isSameAs(copied);
        var copy = new Entry(copied);
        assertThat(copy.alarm()).isEqualTo(ALARM);
        assertThat(copy.identity()).isEqualTo(new Entry.Identity(0, "1", 5, 0));
        assertThat(copy.camera()).isEqualTo("gate");
        assertThat(copy.isTold()).isTrue();
        assertThat(copied.getPropertyNames()).hasSize(4);
        ClientMessageImpl bare = message();
        new Entry(message()).copyTo(bare);
        assertThat(bare.getPropertyNames()).isEmpty();
    }
}
