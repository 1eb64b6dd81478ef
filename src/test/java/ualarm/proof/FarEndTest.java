package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network before XProtect cuts off its answers, and something else answers in its place. */
class FarEndTest {

    @TempDir
    private Path folder;

    @Test
    void noAnsweredAlarmIsMissingWhenAFarEndMisbehaves() throws Exception {
        try (var ends = new FarEnds(folder)) {
            for (String fault :
                    System.getProperty("proof.faults", "TRUNCATE;200 with HTML").split(";")) {
                var sum = ends.during(fault, Duration.ofSeconds(2));
                System.out.println(fault + ": " + sum);
                assertThat(sum.lost()).as(fault).isZero();
                assertThat(sum.deadLetters()).as(fault).isZero();
            }
        }
    }
}
