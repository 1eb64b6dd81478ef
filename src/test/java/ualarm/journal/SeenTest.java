package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SeenTest {

    private static final Seen.Storing STORED = (queues, id) -> CompletableFuture.completedFuture(queues);

    private final Seen seen = new Seen();
    private final UUID alarm = UUID.randomUUID();
    private final Instant now = Instant.now();

    @Test
    void storesAnAlarmOncePerQueueWithinTenMinutes() {
        assertThat(seen.once(List.of("q"), alarm, now, STORED)).isCompletedWithValue(List.of("q"));
        assertThat(seen.once(List.of("q"), alarm, now.plusSeconds(599), STORED)).isCompletedWithValue(List.of());
        assertThat(seen.once(List.of("other"), alarm, now, STORED)).isCompletedWithValue(List.of("other"));
        assertThat(seen.once(List.of("q"), alarm, now.plusSeconds(601), STORED)).isCompletedWithValue(List.of("q"));
    }

    @Test
    void aClockThatWasSetBackMakesNoLaterAlarmADuplicate() {
        seen.once(List.of("q"), alarm, now, STORED);
        assertThat(seen.once(List.of("q"), alarm, now.minusSeconds(3_600), STORED))
                .isCompletedWithValue(List.of("q"));
        assertThat(seen.once(List.of("q"), alarm, now.minusSeconds(3_500), STORED))
                .isCompletedWithValue(List.of());
    }

    @Test
    void aSecondSenderWaitsForTheFirstOnesWrite() {
        var writing = new CompletableFuture<List<String>>();
        var first = seen.once(List.of("q"), alarm, now, (queues, id) -> writing);
        var second = seen.once(List.of("q"), alarm, now, STORED);
        assertThat(second).isNotDone();
        writing.completeExceptionally(new NotStored("test"));
        assertThat(first).isCompletedExceptionally();
        assertThat(second).as("must not be told it was stored").isCompletedExceptionally();
        assertThat(seen.once(List.of("q"), alarm, now, STORED)).isCompletedWithValue(List.of("q"));
    }

    @Test
    void takesKeysBackFromTheJournal() {
        byte[][] id = new byte[1][];
        seen.once(List.of("q"), alarm, now, (queues, key) -> {
            id[0] = key;
            return STORED.store(queues, key);
        });
        var afterRestart = new Seen();
        afterRestart.remember("q", id[0]);
        assertThat(afterRestart.once(List.of("q"), alarm, now, STORED)).isCompletedWithValue(List.of());
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        for (int i = 0; i < Seen.MOST + 1; i++) {
            seen.once(List.of("q"), new UUID(1, i), now, STORED);
        }
        assertThat(seen.once(List.of("q"), new UUID(1, 0), now, STORED)).isCompletedWithValue(List.of("q"));
        assertThat(seen.once(List.of("q"), new UUID(1, Seen.MOST), now, STORED)).isCompletedWithValue(List.of());
    }

    @Test
    void isNewOnlyWhereTheJournalSaysSo() {
        assertThat(seen.once(
                        List.of("q", "other"),
                        alarm,
                        now,
                        (queues, id) -> CompletableFuture.completedFuture(List.of("other"))))
                .isCompletedWithValue(List.of("other"));
    }

    @Test
    void anAlarmInSeveralQueuesWaitsForEachWrite() {
        var writing = new CompletableFuture<List<String>>();
        seen.once(List.of("q"), alarm, now, (queues, id) -> writing);
        var both = seen.once(List.of("q", "other"), alarm, now, STORED);
        assertThat(both).isNotDone();
        writing.complete(List.of("q"));
        assertThat(both).isCompletedWithValue(List.of("other"));
    }

    @Test
    void remembersAfterARestartForNoLongerThanBefore() {
        byte[][] id = new byte[1][];
        Instant longAgo = now.minusSeconds(700);
        seen.once(List.of("q"), alarm, longAgo, (queues, key) -> {
            id[0] = key;
            return STORED.store(queues, key);
        });
        var afterRestart = new Seen();
        afterRestart.remember("q", id[0]);
        assertThat(afterRestart.once(List.of("q"), alarm, now, STORED)).isCompletedWithValue(List.of("q"));
    }
}
