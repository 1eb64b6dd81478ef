package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A far end, or the network before it, misbehaves: no answered alarm is missing, and the other sites' arrive meanwhile. */
class FarEndTest {

    private static final String SOME = String.join(";", "XProtect: TRUNCATE", "XProtect: 200 with HTML");

    @TempDir
    private Path folder;

    @Test
    void noAnsweredAlarmIsMissingWhenAFarEndMisbehaves() throws Exception {
        try (var ends = new FarEnds(folder)) {
            for (String fault : System.getProperty("proof.faults", SOME).split(";")) {
                var outcome = ends.during(fault, Duration.ofSeconds(2));
                System.out.println(fault + ": " + outcome.sum() + " " + outcome);
                assertThat(outcome.sum().lost()).as(fault).isZero();
                assertThat(outcome.sum().deadLetters()).as(fault).isZero();
                assertThat(outcome.unmailed()).as(fault).isZero();
            }
        }
    }
}
