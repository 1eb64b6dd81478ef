package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connector loses its power a few times under load; {@link Proof} has it lose it often. */
class PowerCutTest {

    @TempDir
    private Path folder;

    @Test
    void noAnsweredAlarmIsMissingAfterPowerCuts() throws Exception {
        Path layer = Layer.orSkip("disk");
        long seed = Long.getLong("proof.seed", System.nanoTime());
        try (var stand = new Stand(folder.resolve("connector"), "")) {
            var cuts = new PowerCuts(stand, folder, layer, seed);
            var sum = cuts.run(Integer.getInteger("proof.cuts", 2), 200, Duration.ofSeconds(1));
            System.out.println("Power cut, seed " + seed + ": " + cuts + "; " + sum);
            assertThat(sum.lost()).as("lost, seed %d", seed).isZero();
            assertThat(sum.deadLetters()).isZero();
            assertThat(sum.accepted()).isPositive();
        }
    }

    /** The first of them has the folder of all pages made. */
    @Test
    void noAnsweredAlarmIsMissingThatWaitedOnAPage() throws Exception {
        Path layer = Layer.orSkip("disk");
        long seed = Long.getLong("proof.seed", System.nanoTime());
        try (var stand = new Stand(folder.resolve("connector"), "")) {
            stand.connector().option("-Xmx64m");
            var cuts = new PowerCuts(stand, folder, layer, seed);
            cuts.fill(2_500);
            var sum = cuts.run(0, 1, Duration.ZERO);
            System.out.println("Power cut with pages, seed " + seed + ": " + cuts + "; " + sum);
            assertThat(cuts.toString()).contains("1 with pages");
            assertThat(sum.lost()).as("lost, seed %d", seed).isZero();
            assertThat(sum.deadLetters()).isZero();
        }
    }
}
