package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LadderTest {

    private final Ladder ladder = new Ladder(new Random(1));

    @Test
    void doublesFromHalfASecondToFifteen() {
        assertThat(IntStream.rangeClosed(1, 7).mapToObj(ladder::delay).map(Duration::toMillis))
                .containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 15000L, 15000L);
    }

    @Test
    void thenTriesEveryMinuteGiveOrTake() {
        assertThat(IntStream.range(9, 2000).mapToObj(ladder::delay))
                .allMatch(delay -> delay.toSeconds() >= 48 && delay.toSeconds() <= 72)
                .anyMatch(delay -> delay.toSeconds() < 55)
                .anyMatch(delay -> delay.toSeconds() > 65);
    }

    @Test
    void theEighthAttemptIsTheLastQuickOne() {
        assertThat(ladder.delay(8)).isEqualTo(Duration.ofSeconds(15));
        assertThat(ladder.delay(9)).isNotEqualTo(Duration.ofSeconds(15));
    }
}
