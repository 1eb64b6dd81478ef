package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A far end, or the network before it, misbehaves: no answered alarm is missing, those of the other sites arrive meanwhile, and what a site's XProtect
 * does not take is mailed. {@link Proof} has them misbehave in all ways.
 */
class FarEndTest {

    private static final String SOME = String.join(
            ";",
            "XProtect: 200 with HTML",
            "XProtect: 429 Retry-After: an hour",
            "identity provider: CUT",
            "WebSocket: CUT",
            "mail relay: an endless answer");

    @TempDir
    private Path folder;

    @Test
    void noAnsweredAlarmIsMissingWhenAFarEndMisbehaves() throws Exception {
        try (var ends = new FarEnds(folder, false)) {
            for (String fault : System.getProperty("proof.faults", SOME).split(";")) {
                long began = System.nanoTime();
                var outcome = ends.during(fault, Duration.ofSeconds(1));
                System.out.println(fault + ": " + outcome.sum() + " " + outcome + " "
                        + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
                assertThat(outcome.sum().lost()).as(fault).isZero();
                assertThat(outcome.sum().deadLetters()).as(fault).isZero();
                assertThat(outcome.unmailed()).as(fault).isZero();
                assertThat(outcome.unseen()).as(fault).isZero();
            }
        }
    }
}
