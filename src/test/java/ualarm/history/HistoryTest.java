package ualarm.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.journal.Watcher.Result;
import ualarm.journal.Watcher.Step;

/** The history by itself, on a real disk. */
class HistoryTest {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final long LARGE = 1L << 30;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private History open(Duration kept, long largest) {
        var history = new History(directory, kept, largest);
        history.open();
        return history;
    }

    private static CameraAlarm alarm(String id, String name, String site, UUID camera, String label, Instant received) {
        return new CameraAlarm(
                id,
                name,
                "",
                received,
                received,
                UUID.nameUUIDFromBytes((id + camera).getBytes()),
                site,
                Optional.of(camera),
                new Sighting(camera.toString(), label, 0, 0, List.of(), ""),
                false,
                "");
    }

    private static CameraAlarm alarm(String id, Instant received) {
        return alarm(id, "Fence", "main", new UUID(0, 1), "Gate", received);
    }

    private static void deliver(History history, CameraAlarm alarm) {
        history.saw("event." + alarm.site(), alarm, Step.of(Result.STORED, Duration.ofMillis(1)));
        history.saw("event." + alarm.site(), alarm, Step.of(Result.DELIVERED, Duration.ofMillis(4)));
    }

    private static List<String> found(History history, String text, String site) {
        return history.alarms(text, List.of(), site, Optional.empty(), Optional.empty(), 10).stream()
                .map(row -> String.valueOf(row.get("id")))
                .toList();
    }

    @Test
    void forgetsTheOldestWhenItsFileIsFull() throws Exception {
        long largest = 1 << 20;
        Instant start = Instant.now().minusSeconds(100_000);
        for (int batch = 0; batch < 5; batch++) {
            try (History history = open(MONTH, largest)) {
                for (int i = batch * 2_000; i < (batch + 1) * 2_000; i++) {
                    deliver(history, alarm("a" + i, start.plusSeconds(i)));
                }
            }
        }
        assertThat(Files.size(directory.resolve("history.sqlite"))).isLessThan(3 * largest);
        try (History history = open(MONTH, largest)) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(history.trace("a9999")).hasSize(1));
            assertThat(history.trace("a0")).isEmpty();
        }
    }

    @Test
    void forgetsAfterItsTime() {
        try (History history = open(Duration.ofHours(1), LARGE)) {
            deliver(history, alarm("old", Instant.now().minusSeconds(7_200)));
            deliver(history, alarm("new", Instant.now()));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(found(history, "", "")).containsExactly("new"));
        }
    }

    @Test
    void findsAlarmsByEachOfTheirWords() {
        UUID camera = UUID.fromString("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab");
        try (History history = open(MONTH, LARGE)) {
            Instant now = Instant.now();
            deliver(history, alarm("ID-7", "Zaun überstiegen", "north", camera, "Tor 50%", now));
            deliver(history, alarm("other", "Fence", "south", new UUID(0, 1), "Gate_1", now.minusSeconds(60)));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(found(history, "", "")).containsExactly("ID-7", "other"));
            for (String text : List.of("id-7", "ID-", "ÜBERSTIEGEN", "tor 50%", "8F1C2D3E", "0123456789ab")) {
                assertThat(found(history, text, "")).as(text).containsExactly("ID-7");
            }
            assertThat(found(history, "%", "south")).isEmpty();
            assertThat(found(history, "'", "")).isEmpty();
            assertThat(found(history, "", "south")).containsExactly("other");
            assertThat(history.alarms("", List.of(), "", Optional.of(now.minusSeconds(30)), Optional.empty(), 10))
                    .hasSize(1);
            assertThat(history.alarms("", List.of(), "", Optional.empty(), Optional.of(now.minusSeconds(30)), 10))
                    .hasSize(1);
            assertThat(history.alarms(
                            "no such name", List.of(camera.toString()), "", Optional.empty(), Optional.empty(), 10))
                    .hasSize(1);
            assertThat(history.lastAlarms(List.of(camera.toString(), "nobody's")))
                    .containsOnlyKeys(camera.toString());
        }
    }

    /** A mail that was given up and goes out when it is replayed; its event has arrived long ago. */
    @Test
    void whatIsReplayedIsWaitedForUntilItArrives() {
        CameraAlarm alarm = alarm("a", Instant.now());
        try (History history = open(MONTH, LARGE)) {
            deliver(history, alarm);
            awaitStateAfter(history, alarm, Result.DEAD, "dead");
            awaitStateAfter(history, alarm, Result.REPLAYED, "waiting");
            awaitStateAfter(history, alarm, Result.DELIVERED, "delivered");
        }
    }

    private static void awaitStateAfter(History history, CameraAlarm alarm, Result ofMail, String state) {
        history.saw("mail.main", alarm, Step.of(ofMail, Duration.ZERO));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(history.trace(alarm.id()))
                        .singleElement()
                        .extracting(row -> row.get("state"))
                        .isEqualTo(state));
    }

    @Test
    void addsLaterStepsToTheAlarmOverARestart() throws Exception {
        CameraAlarm alarm = alarm("late", Instant.now());
        try (History history = open(MONTH, LARGE)) {
            history.saw("unmatched", alarm, Step.of(Result.STORED, Duration.ZERO));
        }
        try (History history = open(MONTH, LARGE)) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(history.trace("late"))
                            .singleElement()
                            .satisfies(row -> assertThat(row).containsEntry("state", "waiting")));
            deliver(history, alarm);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(history.trace("late"))
                            .singleElement()
                            .satisfies(row -> {
                                assertThat(row).containsEntry("state", "delivered");
                                assertThat((List<?>) row.get("steps")).hasSize(3);
                            }));
        }
    }

    @Test
    void tellsTheStepsInTheirOrderWhenTheyAreNotedInAnother() {
        try (History history = open(MONTH, LARGE)) {
            CameraAlarm alarm = alarm("fast", Instant.now());
            history.saw("event.main", alarm, Step.of(Result.DELIVERED, Duration.ofMillis(4)));
            history.saw("event.main", alarm, Step.of(Result.STORED, Duration.ofMillis(500)));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(history.trace("fast"))
                            .singleElement()
                            .satisfies(row -> {
                                assertThat(row).containsEntry("state", "delivered");
                                assertThat(row.get("steps").toString()).containsSubsequence("stored", "delivered");
                            }));
        }
    }

    @Test
    void knowsTheCameraThatWasFoundLater() throws Exception {
        CameraAlarm before = new CameraAlarm(
                "found",
                "Fence",
                "",
                Instant.now(),
                Instant.now(),
                UUID.nameUUIDFromBytes("found".getBytes()),
                "",
                Optional.empty(),
                new Sighting("Gate 7", "", 0, 0, List.of(), ""),
                false,
                "");
        CameraAlarm after = new CameraAlarm(
                before.id(),
                before.name(),
                "",
                before.time(),
                before.receivedAt(),
                before.key(),
                "main",
                Optional.of(new UUID(0, 7)),
                before.sighting(),
                false,
                "");
        try (History history = open(MONTH, LARGE)) {
            history.saw("unmatched", before, Step.of(Result.STORED, Duration.ZERO));
        }
        try (History history = open(MONTH, LARGE)) {
            deliver(history, after);
            history.saw("unmatched", before, Step.of(Result.DELIVERED, Duration.ZERO));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(found(history, new UUID(0, 7).toString(), "main"))
                            .containsExactly("found"));
            assertThat(history.trace("found").get(0)).containsEntry("state", "delivered");
        }
    }

    @Test
    void beginsAnewWhenItsFileIsTakenAway() throws Exception {
        Path file = directory.resolve("history.sqlite");
        try (History history = open(MONTH, LARGE)) {
            deliver(history, alarm("before", Instant.now()));
            await().atMost(SOON).until(() -> !history.trace("before").isEmpty());
            for (String part : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(directory.resolve("history.sqlite" + part));
            }
            await().atMost(SOON).ignoreExceptions().until(() -> {
                deliver(history, alarm("after", Instant.now()));
                return !history.trace("after").isEmpty();
            });
        }
        assertThat(file).exists();
    }

    @Test
    void beginsAnewWhenItsFileIsDamagedInTheMiddle() throws Exception {
        Path file = directory.resolve("history.sqlite");
        try (History history = open(MONTH, LARGE)) {
            deliver(history, alarm("before", Instant.now()));
        }
        byte[] damaged = Files.readAllBytes(file);
        Arrays.fill(damaged, 4_096, damaged.length, (byte) 0x5a);
        Files.write(file, damaged);
        try (History history = open(MONTH, LARGE)) {
            // Who searches before the writer has found the damage is told that the history cannot be read.
            await().atMost(SOON).ignoreException(IllegalStateException.class).until(() -> {
                deliver(history, alarm("probe", Instant.now()));
                return !history.trace("probe").isEmpty();
            });
        }
        assertThat(directory.resolve("history.damaged.sqlite")).exists();
    }

    @Test
    void goesOnWhenItsDiskIsBack() throws Exception {
        Path data = directory.resolve("data");
        Files.writeString(data, "a file where the folder should be");
        try (var history = new History(data)) {
            history.open();
            await().atMost(SOON).until(() -> history.missing() > 0);
            Files.delete(data);
            deliver(history, alarm("kept", Instant.now()));
            await().atMost(SOON).until(() -> !history.trace("kept").isEmpty());
        }
    }
}
