package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.client.impl.ClientMessageImpl;
import org.junit.jupiter.api.Test;

class CameraOrderTest {

    private final CameraOrder order = new CameraOrder();

    private Entry add(String camera) {
        var message = new ClientMessageImpl(Message.DEFAULT_TYPE, true, 0, 0, (byte) 4, 64);
        message.putStringProperty(Entry.GROUP, camera);
        var entry = new Entry(message);
        order.add(entry);
        return entry;
    }

    @Test
    void handsOutOneOfEachCameraAtATime() {
        Entry first = add("gate");
        Entry second = add("gate");
        Entry other = add("yard");
        assertThat(order.next()).isSameAs(first);
        assertThat(order.next()).isSameAs(other);
        assertThat(order.hasReady()).isFalse();
        order.done(other);
        assertThat(order.hasReady()).isFalse();
        order.done(first);
        assertThat(order.next()).isSameAs(second);
        order.done(second);
        assertThat(order.hasReady()).isFalse();
        Entry later = add("yard");
        assertThat(order.next()).isSameAs(later);
    }

    @Test
    void keepsTheOrderOfACameraAcrossMany() {
        Entry first = add("gate");
        Entry second = add("gate");
        Entry third = add("gate");
        for (Entry each : new Entry[] {first, second, third}) {
            assertThat(order.next()).isSameAs(each);
            assertThat(order.hasReady()).isFalse();
            order.done(each);
        }
        assertThat(order.hasReady()).isFalse();
    }

    @Test
    void whatIsTakenFromBehindIsWaitedForByNobody() {
        Entry first = add("gate");
        Entry second = add("gate");
        Entry third = add("gate");
        order.takeOut(second);
        assertThat(order.next()).isSameAs(first);
        order.done(second);
        assertThat(order.hasReady()).isFalse();
        order.done(first);
        assertThat(order.next()).isSameAs(third);
    }

    @Test
    void whatIsTakenFromTheFrontIsWaitedFor() {
        Entry first = add("gate");
        Entry second = add("gate");
        order.takeOut(first);
        assertThat(order.hasReady()).isFalse();
        order.done(first);
        assertThat(order.next()).isSameAs(second);
    }
}
