package ualarm.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ToldTest {

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private final Told told = new Told(() -> now);

    @Test
    void tellsEachTroubleOnce() {
        assertThat(told.isNews("a")).isTrue();
        assertThat(told.isNews("b")).isTrue();
        assertThat(told.isNews("a")).isFalse();
        assertThat(told.isNews("b")).isFalse();
        now = now.plus(Duration.ofDays(1));
        assertThat(told.isNews("a")).as("a trouble that goes on").isTrue();
    }

    @Test
    void tellsATroubleThatComesBackButNotMoreThanOnceAMinute() {
        assertThat(told.isNews("a")).isTrue();
        told.over();
        assertThat(told.isNews("a")).isFalse();
        now = now.plus(Duration.ofMinutes(1));
        assertThat(told.isNews("a")).isFalse();
        told.over();
        assertThat(told.isNews("a")).isTrue();
    }

    @Test
    void tellsTenAMinuteAtMostWhateverTheWords() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(told.isNews("trouble " + i)).isEqualTo(i < 10);
        }
        now = now.plus(Duration.ofMinutes(1));
        assertThat(told.isNews("trouble 999")).isTrue();
    }
}
