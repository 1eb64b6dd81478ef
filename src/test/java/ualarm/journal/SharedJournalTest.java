package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static ualarm.journal.JournalTest.alarm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ualarm.Rig;
import ualarm.alarm.CameraAlarm;

/** Two journals on one external Artemis. */
class SharedJournalTest {

    private ActiveMQServer artemis;
    private Journal one;
    private Journal two;

    @BeforeEach
    void open() throws Exception {
        int port = Rig.freePort();
        artemis = new ActiveMQServerImpl(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setMaxDiskUsage(-1)
                .addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port));
        artemis.start();
        one = Journal.external("(tcp://127.0.0.1:" + port + ")", "user", "password");
        two = Journal.external("(tcp://127.0.0.1:" + port + ")", "user", "password");
    }

    @AfterEach
    void close() throws Exception {
        one.close();
        two.close();
        artemis.stop();
    }

    private static List<String> put(Journal journal, CameraAlarm alarm, String... queues) throws Exception {
        return journal.put(List.of(queues), alarm).get(10, TimeUnit.SECONDS);
    }

    private static Optional<Entry> take(Journal journal, String queue) throws Exception {
        ClientHandOut handOut = journal.handOutOneByOne(queue);
        handOut.start();
        return handOut.take(false);
    }

    @Test
    void anAlarmForSeveralQueuesIsWholeInEach() throws Exception {
        CameraAlarm alarm = alarm("a", "gate", "x".repeat(300_000));
        assertThat(put(one, alarm, "event.main", "mail.main")).containsExactly("event.main", "mail.main");
        for (String queue : List.of("event.main", "mail.main")) {
            assertThat(take(one, queue).orElseThrow().alarm().sighting().picture())
                    .hasSize(300_000);
        }
    }

    @Test
    void whatOneHasStoredIsADuplicateForTheOther() throws Exception {
        put(one, alarm("a", "gate"), "event.main");
        assertThat(put(two, alarm("a", "gate"), "event.main")).isEmpty();
        assertThat(put(two, alarm("a", "gate"), "event.main", "mail.main")).containsExactly("mail.main");
        assertThat(put(one, alarm("a", "gate"), "event.main", "mail.main")).isEmpty();
        for (String queue : List.of("event.main", "mail.main")) {
            await().untilAsserted(() -> assertThat(one.waiting(queue).count()).isEqualTo(1));
        }
    }

    @Test
    void aCamerasAlarmsGoToOneOfThemAndBothHaveSome() throws Exception {
        one.queue("event.main");
        List<Entry> first = new CopyOnWriteArrayList<>();
        List<Entry> second = new CopyOnWriteArrayList<>();
        read(one, first);
        read(two, second);
        for (int i = 0; i < 60; i++) {
            put(i % 2 == 0 ? one : two, alarm("a" + i, "camera" + i % 20), "event.main");
        }
        await().until(() -> first.size() + second.size() == 60);
        assertThat(first).isNotEmpty();
        assertThat(second).isNotEmpty();
        assertThat(first)
                .noneMatch(entry ->
                        second.stream().anyMatch(other -> other.camera().equals(entry.camera())));
        var ofOneCamera = new ArrayList<String>();
        first.stream()
                .filter(entry -> entry.camera().equals(first.get(0).camera()))
                .forEach(entry -> ofOneCamera.add(entry.alarm().id()));
        int number = Integer.parseInt(ofOneCamera.get(0).substring(1));
        assertThat(ofOneCamera).containsExactly("a" + number, "a" + (number + 20), "a" + (number + 40));
    }

    private static void read(Journal journal, List<Entry> into) throws Exception {
        journal.handOut("event.main").start(new HandOut.Taker() {
            @Override
            public void arrived(Entry entry) {
                into.add(entry);
            }

            @Override
            public boolean leave(Entry entry) {
                return false;
            }
        });
    }

    @Test
    void tellsWhatWaitsForASiteAndNothingWhenArtemisIsAway() throws Exception {
        put(one, alarm("a", "gate"), "event.main", "mail.main", "event.mainland");
        await().untilAsserted(() -> assertThat(one.waitingFor("main")).isEqualTo(2));
        artemis.stop();
        assertThatThrownBy(() -> one.waitingFor("main"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Artemis does not tell");
    }

    @Test
    void anAddressThatIsNoneIsToldWithoutItsParameters() {
        assertThatThrownBy(() -> Journal.external("(tcp://a b:1?trustStorePassword=secret,tcp://c:1)", "u", "p"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("journal.url is no address of Artemis")
                .hasNoCause()
                .message()
                .doesNotContain("secret");
    }

    @Test
    void whatIsHandedOutTogetherGoesToOneOfThem() throws Exception {
        for (Journal journal : List.of(one, two)) {
            journal.read(Set.of("mail.main"), true, queue -> {});
        }
        ClientHandOut first = one.handOutOneByOne("mail.main");
        ClientHandOut second = two.handOutOneByOne("mail.main");
        first.start();
        second.start();
        put(one, alarm("a", "gate"), "mail.main");
        put(one, alarm("b", "yard"), "mail.main");
        assertThat(first.take(false)).isPresent();
        assertThat(second.take(false)).isEmpty();
        assertThat(first.take(false)).isPresent();
    }

    @Test
    void oneOfThemLeadsAndWhenItGoesTheOther() throws Exception {
        var first = new AtomicBoolean();
        var second = new AtomicBoolean();
        AutoCloseable place = one.stand("supervision", first::set);
        await().untilTrue(first);
        two.stand("supervision", second::set);
        assertThat(second).isFalse();
        place.close();
        await().untilTrue(second);
    }

    @Test
    void oneHearsWhatTheOtherTells() throws Exception {
        var first = new CopyOnWriteArrayList<String>();
        var second = new CopyOnWriteArrayList<String>();
        one.whenTold(first::add);
        two.whenTold(second::add);
        one.tell("main");
        await().until(() -> second.contains("main"));
        assertThat(first).isEmpty();
    }
}
