package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More alarms wait than fit into memory. */
class PagesTest {

    private static final int MANY = 3_000;

    @TempDir
    private Path directory;

    @Test
    void keepsNothingInMemoryOfAnAlarmThatWaitsOnAPage() throws Exception {
        var broker = new Broker(directory, Integer.MAX_VALUE - 1, 1 << 20);
        broker.start();
        broker.create("q", false);
        write(broker, MANY);
        int records = broker.messages().getIDMapSize();
        write(broker, MANY);
        assertThat(broker.messages().getIDMapSize()).isLessThan(records + MANY / 10);
        broker.stop();
        try (Journal journal = Journal.embedded(directory)) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(journal.waiting()).containsEntry("q", 2L * MANY));
        }
    }

    private static void write(Broker broker, int count) throws Exception {
        CompletableFuture<?>[] written = new CompletableFuture<?>[count];
        for (int i = 0; i < count; i++) {
            ICoreMessage message = broker.message();
            message.getBodyBuffer().writeBytes(new byte[1_000]);
            written[i] = broker.write("q", message);
        }
        CompletableFuture.allOf(written).get(30, TimeUnit.SECONDS);
    }
}
