package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.client.impl.ClientMessageImpl;
import org.junit.jupiter.api.Test;

class OverdueTest {

    private final Overdue overdue = new Overdue();

    private Entry add(Duration ago, boolean isTold) {
        return add(System.currentTimeMillis() - ago.toMillis(), isTold);
    }

    private Entry add(long receivedAt, boolean isTold) {
        var message = new ClientMessageImpl(Message.DEFAULT_TYPE, true, 0, 0, (byte) 4, 64);
        message.putLongProperty(Entry.RECEIVED_AT, receivedAt);
        if (isTold) {
            message.putBooleanProperty(Entry.TOLD, true);
        }
        var entry = new Entry(message);
        overdue.add(entry);
        return entry;
    }

    @Test
    void tellsFirstAboutTheAlarmThatWasReceivedFirst() {
        Entry young = add(Duration.ofSeconds(1), false);
        Entry old = add(Duration.ofMinutes(2), false);
        Entry older = add(Duration.ofMinutes(3), false);
        Duration patience = Duration.ofMinutes(1);
        assertThat(overdue.untold(patience)).containsSame(older);
        overdue.remove(older);
        assertThat(overdue.untold(patience)).containsSame(old);
        overdue.remove(old);
        assertThat(overdue.untold(patience)).isEmpty();
        overdue.remove(young);
        assertThat(overdue.size()).isZero();
    }

    @Test
    void sendsThoseAwayThatWereToldAboutInTheOrderOfTheirArrival() {
        Entry first = add(Duration.ofMinutes(1), true);
        Entry second = add(Duration.ofMinutes(5), true);
        assertThat(overdue.untold(Duration.ZERO)).isEmpty();
        assertThat(overdue.told(Duration.ofMinutes(1))).isEmpty();
        assertThat(overdue.told(Duration.ofNanos(-1))).containsSame(first);
        overdue.remove(first);
        assertThat(overdue.told(Duration.ofNanos(-1))).containsSame(second);
    }

    @Test
    void knowsHowManyItHoldsToldAndUntold() {
        Entry untold = add(Duration.ofMinutes(1), false);
        Entry told = add(Duration.ofMinutes(1), true);
        assertThat(overdue.size()).isEqualTo(2);
        assertThat(overdue.remove(untold)).isTrue();
        assertThat(overdue.remove(untold)).isFalse();
        assertThat(overdue.remove(told)).isTrue();
    }

    @Test
    void keepsApartWhatWasReceivedInTheSameMillisecond() {
        long received = System.currentTimeMillis();
        Entry first = add(received, false);
        Entry second = add(received, false);
        assertThat(overdue.untold(Duration.ZERO)).containsSame(first);
        overdue.remove(first);
        assertThat(overdue.untold(Duration.ZERO)).containsSame(second);
    }
}
