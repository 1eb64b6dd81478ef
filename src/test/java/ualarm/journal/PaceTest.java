package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long START = -3;
    private static final long BEGINNING = Duration.ofMillis(100).toNanos();

    private final Pace pace = new Pace(2);

    @Test
    void asManyBeginAtOnceAsThereAreProcessors() {
        begin(START);
        begin(START + 5);

        assertThat(pace.leave(START + 7)).isEqualTo(BEGINNING - 7);
    }

    @Test
    void whoStillWaitsForTheFarEndMakesRoom() {
        begin(START);
        begin(START + 5);

        assertThat(pace.leave(START + BEGINNING)).isZero();
        pace.begun(START + BEGINNING);
        assertThat(pace.leave(START + BEGINNING)).isEqualTo(5);
    }

    @Test
    void whoHasEndedMakesRoom() {
        begin(START);
        begin(START);
        pace.ended();

        assertThat(pace.leave(START + 1)).isZero();
    }

    @Test
    void anEndOfOneThatBeganLongAgoIsNoDebt() {
        pace.ended();
        begin(START);
        begin(START);

        assertThat(pace.leave(START)).isPositive();
    }

    private void begin(long now) {
        assertThat(pace.leave(now)).isZero();
        pace.begun(now);
    }
}
