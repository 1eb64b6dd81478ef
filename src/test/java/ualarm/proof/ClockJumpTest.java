package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock jumps back a day and forward a day while alarms wait. */
class ClockJumpTest {

    @TempDir
    private Path folder;

    @Test
    void noAlarmIsHeldDoubledOrGivenUpWhenTheClockJumps() throws Exception {
        Optional<Path> layer = Layer.of("clock");
        Assumptions.assumeTrue(layer.isPresent(), "No layer before the clock.");
        try (var jumps = new ClockJumps(folder, layer.get(), "", Instant.now())) {
            jumps.start();
            for (Duration by : List.of(Duration.ofDays(-1), Duration.ofDays(1))) {
                var sum = jumps.jump(by, false);
                assertThat(sum.lost()).as("held or lost after a jump of %s", by).isZero();
                assertThat(sum.deadLetters()).isZero();
                assertThat(sum.doubled()).isZero();
            }
        }
    }
}
