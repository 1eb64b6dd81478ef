package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PulseTest {

    private final Pulse pulse = new Pulse();
    private long now = -5;

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void allowsOneAtATimeUntilTheFarEndHasAnswered() {
        assertThat(pulse.allows(0, now)).isTrue();
        assertThat(pulse.allows(1, now)).isFalse();
        pulse.answered(now);
        assertThat(pulse.allows(1, now)).isTrue();
        assertThat(pulse.allows(63, now)).isTrue();
    }

    @Test
    void allowsOneAtATimeWhenTheLastAnswerIsMoreThanTwoSecondsOld() {
        pulse.answered(now);
        pass(Duration.ofSeconds(2));
        assertThat(pulse.allows(1, now)).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(pulse.allows(1, now)).isFalse();
        assertThat(pulse.allows(0, now)).isTrue();
        pulse.answered(now);
        assertThat(pulse.allows(1, now)).isTrue();
    }
}
