package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.Rig;

/** Somebody deletes what lies beside the alarms while the connector is down. */
class DeletedFilesTest {

    private static final int ALARMS = 20;

    @TempDir
    private Path folder;

    @Test
    void costNoAlarmThatWaits() throws Exception {
        try (var stand = new Stand(folder.resolve("connector"), "")) {
            stand.connector().start();
            stand.connector().awaitReady();
            await().until(() -> Files.exists(stand.data().resolve("sites")));
            stand.reachable(false);
            IntStream.range(0, ALARMS).forEach(i -> stand.sendOne());
            stand.connector().kill();
            List<String> deleted = delete(stand.data());
            assertThat(deleted).contains("sites", "history.sqlite", "routes");
            Rig.delete(stand.data().resolve("journal/bindings"));
            stand.reachable(true);
            stand.connector().start();
            stand.connector().awaitReady();
            var sum = stand.settle(Duration.ofSeconds(40));
            assertThat(sum.delivered()).isEqualTo(ALARMS);
            assertThat(sum.doubled()).isZero();
        }
    }

    /** @return what was there, but for the journal */
    private static List<String> delete(Path data) throws IOException {
        try (Stream<Path> all = Files.list(data)) {
            List<Path> beside = all.filter(file -> !file.endsWith("journal")).toList();
            beside.forEach(Rig::delete);
            return beside.stream().map(file -> file.getFileName().toString()).toList();
        }
    }
}
