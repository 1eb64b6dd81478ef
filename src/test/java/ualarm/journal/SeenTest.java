package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SeenTest {

    private static final CompletableFuture<Void> STORED = CompletableFuture.completedFuture(null);

    private final Seen seen = new Seen();
    private final UUID alarm = UUID.randomUUID();
    private final Instant now = Instant.now();

    @Test
    void storesAnAlarmOncePerQueueWithinTenMinutes() {
        assertThat(seen.once("q", alarm, now, id -> STORED)).isCompletedWithValue(true);
        assertThat(seen.once("q", alarm, now.plusSeconds(599), id -> STORED)).isCompletedWithValue(false);
        assertThat(seen.once("other", alarm, now, id -> STORED)).isCompletedWithValue(true);
        assertThat(seen.once("q", alarm, now.plusSeconds(601), id -> STORED)).isCompletedWithValue(true);
    }

    @Test
    void aSecondSenderWaitsForTheFirstOnesWrite() {
        var writing = new CompletableFuture<Void>();
        var first = seen.once("q", alarm, now, id -> writing);
        var second = seen.once("q", alarm, now, id -> STORED);
        assertThat(second).isNotDone();
        writing.completeExceptionally(new NotStored("test"));
        assertThat(first).isCompletedExceptionally();
        assertThat(second).as("must not be told it was stored").isCompletedExceptionally();
        assertThat(seen.once("q", alarm, now, id -> STORED)).isCompletedWithValue(true);
    }

    @Test
    void takesKeysBackFromTheJournal() {
        byte[][] id = new byte[1][];
        seen.once("q", alarm, now, key -> {
            id[0] = key;
            return STORED;
        });
        var afterRestart = new Seen();
        afterRestart.remember("q", id[0]);
        assertThat(afterRestart.once("q", alarm, now, key -> STORED)).isCompletedWithValue(false);
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        for (int i = 0; i < Broker.KEYS + 1; i++) {
            seen.once("q", new UUID(1, i), now, id -> STORED);
        }
        assertThat(seen.once("q", new UUID(1, 0), now, id -> STORED)).isCompletedWithValue(true);
        assertThat(seen.once("q", new UUID(1, Broker.KEYS), now, id -> STORED)).isCompletedWithValue(false);
    }
}
