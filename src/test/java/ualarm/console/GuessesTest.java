package ualarm.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuessesTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final Guesses guesses = new Guesses(now::get);

    private void guess(String address, int times) {
        for (int i = 0; i < times; i++) {
            guesses.wrong(address, "print " + i);
        }
    }

    @Test
    void whoHasGuessedTenTimesWaitsAndNobodyElse() {
        guess("192.0.2.1", 9);
        assertThat(guesses.secondsToWait("192.0.2.1")).isZero();
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        guess("192.0.2.1", 10);
        assertThat(guesses.secondsToWait("192.0.2.1")).isEqualTo(241);
        assertThat(guesses.secondsToWait("192.0.2.2")).isZero();
        now.addAndGet(Duration.ofMinutes(4).toNanos());
        assertThat(guesses.secondsToWait("192.0.2.1")).isZero();
    }

    @Test
    void theSameOneAgainIsNoGuess() {
        for (int i = 0; i < 100; i++) {
            guesses.wrong("192.0.2.1", "an old password");
        }
        assertThat(guesses.isKnown("192.0.2.1", "an old password")).isTrue();
        assertThat(guesses.isKnown("192.0.2.2", "an old password")).isFalse();
        assertThat(guesses.secondsToWait("192.0.2.1")).isZero();
    }

    @Test
    void inIpv6ANetworkOf64BitsIsOne() {
        guess("2001:db8:0:1:0:0:0:1", 5);
        for (int i = 5; i < 10; i++) {
            guesses.wrong("2001:db8:0:1:0:0:0:" + i, "print " + i);
        }
        assertThat(guesses.secondsToWait("2001:db8:0:1:a:b:c:d")).isPositive();
        assertThat(guesses.secondsToWait("2001:db8:0:2:0:0:0:1")).isZero();
    }

    @Test
    void manyAddressesFillNoMemory() {
        guess("192.0.2.1", 10);
        for (int i = 0; i < 20_000; i++) {
            guesses.wrong("10.0." + i / 256 + "." + i % 256, "print");
        }
        assertThat(guesses.secondsToWait("192.0.2.1"))
                .as("the oldest is forgotten")
                .isZero();
    }
}
