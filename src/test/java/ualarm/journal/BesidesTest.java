package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;

class BesidesTest {

    private final JournalComponent component = new JournalComponent(
            new CompletableFuture<>(),
            new Ladder(new Random()),
            Set.of("main", "shop"),
            Watcher.NONE,
            site -> Optional.empty());
    private final Besides besides = component.besides();

    private JournalEndpoint add(String queue, String beside) {
        var endpoint = new JournalEndpoint("journal:" + queue, component, queue);
        endpoint.setBeside(beside);
        besides.add(endpoint);
        return endpoint;
    }

    private static CameraAlarm alarm(Optional<UUID> camera) {
        return new CameraAlarm(
                "1",
                "Gate",
                "",
                Instant.EPOCH,
                Instant.EPOCH,
                new UUID(1, 1),
                "main",
                camera,
                new Sighting("gate", "", 0, 0, List.of(), ""),
                false,
                "");
    }

    private List<String> with(String... queues) {
        return besides.with(List.of(queues), alarm(Optional.of(new UUID(0, 1))));
    }

    @Test
    void anAlarmGoesIntoTheQueuesBesideItsOwn() {
        add("relay.*", "event.*");
        add("archive", "event.*");
        add("late.*", "mail.*");
        assertThat(with("event.main")).containsExactly("event.main", "relay.main", "archive");
        assertThat(with("event.shop", "mail.shop"))
                .containsExactly("event.shop", "mail.shop", "relay.shop", "archive", "late.shop");
        assertThat(with("event.shop", "event.main"))
                .as("once")
                .containsExactly("event.shop", "event.main", "relay.shop", "archive", "relay.main");
        assertThat(with("raise.main")).containsExactly("raise.main");
    }

    @Test
    void anAlarmAtNoCameraStaysAlone() {
        add("relay.*", "event.*");
        assertThat(besides.with(List.of("event.main"), alarm(Optional.empty()))).containsExactly("event.main");
    }

    @Test
    void aQueueWithoutSayingSoIsBesideNone() {
        add("event.*", "");
        assertThat(with("event.main", "")).containsExactly("event.main", "");
    }

    @Test
    void aRouteThatStopsIsBesideNoneAnyMore() {
        JournalEndpoint relay = add("relay.*", "event.*");
        add("archive", "event.*");
        besides.remove(relay);
        assertThat(with("event.main")).containsExactly("event.main", "archive");
        besides.remove(relay);
        assertThat(with("event.main")).containsExactly("event.main", "archive");
    }
}
