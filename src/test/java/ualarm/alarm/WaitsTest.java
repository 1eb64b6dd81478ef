package ualarm.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitsTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "3, 8", "4, 15", "5, 15", "1000000, 15", "2147483647, 15"})
    void doublesUpToTheLongest(int before, long seconds) {
        assertThat(Waits.doubling(Duration.ofSeconds(1), Duration.ofSeconds(15), before))
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"-1, 2", "1, 2", "2, 2", "3, 3", "5, 5", "6, 5"})
    void keepsWithinTheShortestAndTheLongest(long wait, long seconds) {
        assertThat(Waits.within(Duration.ofSeconds(2), Duration.ofSeconds(wait), Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofSeconds(seconds));
    }
}
