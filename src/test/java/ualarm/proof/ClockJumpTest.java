package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock jumps back a day, and forward by more than an alarm is tried for, while alarms wait. */
class ClockJumpTest {

    @TempDir
    private Path folder;

    private static void awaitDeadLetters(Stand stand, int count) {
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(
                        () -> assertThat(stand.console("/api/dead-letters")).hasSize(count));
    }

    @Test
    void aDeadLetterIsKeptForNinetyDays() throws Exception {
        Path layer = Layer.orSkip("clock");
        try (var jumps = new ClockJumps(folder, layer, "", Instant.now())) {
            jumps.start();
            Stand stand = jumps.stand();
            String unknown =
                    "{\"id\":\"unknown\",\"alarm\":\"Gate\",\"camera\":\"00000000-0000-4000-8000-000000000000\"}";
            assertThat(stand.connector().post(unknown)).isEqualTo(200);
            awaitDeadLetters(stand, 1);
            jumps.jump(Duration.ofDays(91));
            // Until something has been delivered since, so that the journal has looked at its clock.
            assertThat(stand.sendOne()).isEqualTo(200);
            assertThat(stand.settle(Duration.ofSeconds(40)).lost()).isZero();
            awaitDeadLetters(stand, 1);
            stand.connector().stop();
            stand.connector().start();
            stand.connector().awaitReady();
            awaitDeadLetters(stand, 1);
        }
    }

    @Test
    void noAlarmIsHeldDoubledOrGivenUpWhenTheClockJumps() throws Exception {
        Path layer = Layer.orSkip("clock");
        try (var jumps = new ClockJumps(folder, layer, "", Instant.now())) {
            jumps.start();
            for (Duration by : List.of(Duration.ofDays(-1), Duration.ofDays(8))) {
                var sum = jumps.jump(by, false);
                assertThat(sum.lost()).as("held or lost after a jump of %s", by).isZero();
                assertThat(sum.deadLetters()).isZero();
                assertThat(sum.doubled()).isZero();
            }
        }
    }
}
