package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk is nearly full, read-only, and broken, one after the other, under load; {@link Proof} has it fail in more ways. */
class DiskFaultTest {

    @TempDir
    private Path folder;

    @Test
    void noAnsweredAlarmIsMissingWhenTheDiskFails() throws Exception {
        Path layer = Layer.orSkip("disk");
        try (var disk = new DiskFaults(folder, layer)) {
            Faults faults = disk.faults();
            check("nearly full", disk.during(() -> faults.room(Faults.NEARLY_FULL)), false);
            check("read-only", disk.during(() -> faults.failWrites(Faults.EROFS)), true);
            check("failing to sync", disk.during(() -> faults.failSyncs(Faults.EIO)), true);
        }
    }

    @Test
    void whatWaitsIsDeliveredAfterAStartOnAFullDisk() throws Exception {
        Path layer = Layer.orSkip("disk");
        // They are late as well, and cannot be told.
        String late =
                "mail.host=127.0.0.1\nmail.port=9\nmail.from=ualarm@example.com\nsite.main.mail.to=guard@example.com\n"
                        + "site.main.mail.fallback-after=3\n";
        try (var disk = new DiskFaults(folder, layer, late)) {
            Stand stand = disk.stand();
            stand.awaitCameras();
            stand.reachable(false);
            IntStream.range(0, 20).forEach(i -> assertThat(stand.sendOne()).isEqualTo(200));
            stand.connector().kill();
            disk.faults().room(0);
            stand.reachable(true);
            stand.connector().start();
            var sum = stand.settle(Duration.ofSeconds(60));
            assertThat(sum.delivered()).isEqualTo(20);
            assertThat(stand.sendOne()).isEqualTo(503);
            disk.faults().lift();
            await().until(() -> stand.sendOne() == 200);
        }
    }

    private static void check(String fault, DiskFaults.Outcome outcome, boolean ends) {
        System.out.println("Disk " + fault + ": " + outcome.sum() + ", refused " + outcome.refused());
        assertThat(ends || outcome.refused() > 0).as("refused while %s", fault).isTrue();
        assertThat(outcome.sum().lost()).as(fault).isZero();
        assertThat(outcome.sum().deadLetters()).as(fault).isZero();
        assertThat(outcome.hasEnded()).as(fault).isEqualTo(ends);
    }
}
