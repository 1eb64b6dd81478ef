package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final Breaker breaker = new Breaker();
    private long now = 1;

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now);
        }
    }

    @Test
    void letsEverythingThroughUntilFiveFailInARow() {
        fail(4);
        breaker.succeeded();
        fail(4);
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.leave(now)).isZero();
        fail(1);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.leave(now)).isPositive();
    }

    @Test
    void triesOneAtATimeFurtherAndFurtherApart() {
        fail(5);
        long last = 0;
        for (int probe = 0; probe < 8; probe++) {
            long wait = breaker.leave(now);
            assertThat(wait)
                    .isGreaterThanOrEqualTo(last)
                    .isLessThanOrEqualTo(Duration.ofSeconds(15).toNanos());
            last = wait;
            now += wait;
            assertThat(breaker.leave(now)).isZero();
            assertThat(breaker.leave(now)).as("only one at a time").isPositive();
            breaker.failed(now);
        }
        assertThat(last).isEqualTo(Duration.ofSeconds(15).toNanos());
    }

    @Test
    void letsAllThroughAgainAfterOneSuccess() {
        fail(5);
        now += breaker.leave(now);
        assertThat(breaker.leave(now)).isZero();
        assertThat(breaker.succeeded()).isTrue();
        assertThat(breaker.leave(now)).isZero();
        assertThat(breaker.leave(now)).isZero();
    }

    @Test
    void saysThatNothingWasHeldBackWhenNothingWas() {
        fail(4);
        assertThat(breaker.succeeded()).isFalse();
    }

    @Test
    void whatWasUnderWayWhenItOpenedDoesNotPutTheProbeOff() {
        fail(5);
        long wait = breaker.leave(now);
        now += wait / 2;
        fail(3);
        assertThat(breaker.leave(now)).isEqualTo(wait - wait / 2);
    }
}
