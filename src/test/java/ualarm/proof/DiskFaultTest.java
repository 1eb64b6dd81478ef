package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk is full, slow, read-only, and broken, one after the other, under load. */
class DiskFaultTest {

    @TempDir
    private Path folder;

    @Test
    void noAnsweredAlarmIsMissingWhenTheDiskFails() throws Exception {
        Optional<Path> layer = Layer.of("disk");
        Assumptions.assumeTrue(layer.isPresent(), "No layer before the disk.");
        try (var disk = new DiskFaults(folder, layer.get())) {
            Faults faults = disk.faults();
            check("full", disk.during(() -> faults.room(0)), false);
            check("slow", disk.during(() -> faults.slowSyncs(Duration.ofSeconds(2)), Duration.ofSeconds(5)), false);
            check("read-only", disk.during(() -> faults.failWrites(Faults.EROFS)), true);
            check("failing to sync", disk.during(() -> faults.failSyncs(Faults.EIO)), true);
        }
    }

    private static void check(String fault, DiskFaults.Outcome outcome, boolean ends) {
        System.out.println("Disk " + fault + ": " + outcome.sum() + ", refused " + outcome.refused());
        assertThat(outcome.sum().lost()).as(fault).isZero();
        assertThat(outcome.sum().deadLetters()).as(fault).isZero();
        assertThat(outcome.hasEnded()).as(fault).isEqualTo(ends);
    }
}
