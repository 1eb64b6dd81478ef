package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ElapsedTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private Instant timeOfDay = Instant.parse("2026-11-26T12:00:00Z");
    private Duration setForward = Duration.ZERO;
    private final Elapsed clock = new Elapsed(() -> timeOfDay.toEpochMilli(), () -> setForward);

    private void goOn(Duration by) {
        timeOfDay = timeOfDay.plus(by);
    }

    private void set(Duration by) {
        timeOfDay = timeOfDay.plus(by);
        setForward = setForward.plus(by);
    }

    private Duration since(Instant time) {
        return clock.since(time.toEpochMilli());
    }

    @Test
    void whileNobodySetsTheClockItIsTheDifference() {
        Instant then = timeOfDay;
        goOn(HOUR);
        assertThat(since(then)).isEqualTo(HOUR);
        assertThat(since(then.minus(HOUR))).as("before this process").isEqualTo(HOUR.multipliedBy(2));
    }

    @Test
    void aClockThatWasSetForwardMakesNothingOlder() {
        Instant earlier = timeOfDay.minus(HOUR);
        Instant then = timeOfDay;
        goOn(HOUR);
        set(Duration.ofDays(2000));
        assertThat(since(then)).isEqualTo(HOUR);
        assertThat(since(earlier)).as("before this process").isEqualTo(HOUR.multipliedBy(2));
        Instant after = timeOfDay;
        goOn(HOUR);
        assertThat(since(after)).isEqualTo(HOUR);
        assertThat(since(then)).isEqualTo(HOUR.multipliedBy(2));
    }

    @Test
    void aClockThatWasSetBackMakesNothingYounger() {
        goOn(HOUR);
        Instant then = timeOfDay;
        goOn(HOUR);
        set(Duration.ofDays(-3));
        goOn(HOUR);
        assertThat(since(then)).isEqualTo(HOUR.multipliedBy(2));
    }

    @Test
    void aClockThatIsSetToAndFroIsFollowed() {
        Instant then = timeOfDay;
        goOn(HOUR);
        set(Duration.ofDays(8));
        goOn(HOUR);
        Instant ahead = timeOfDay;
        assertThat(since(then)).isEqualTo(HOUR.multipliedBy(2));
        set(Duration.ofDays(-8));
        goOn(HOUR);
        assertThat(since(then)).isEqualTo(HOUR.multipliedBy(3));
        assertThat(since(ahead)).isEqualTo(HOUR);
    }

    /** It was received before a start with a clock that had lost its battery, and was set right then. */
    @Test
    void whatWasReceivedByAClockThatIsRightAgainIsAsOldAsItSays() {
        set(Duration.ofDays(-3000));
        var woken = new Elapsed(() -> timeOfDay.toEpochMilli(), () -> setForward);
        Instant then = timeOfDay.plus(Duration.ofDays(2999));
        goOn(HOUR);
        assertThat(woken.since(then.toEpochMilli())).as("still to come").isEqualTo(HOUR);
        set(Duration.ofDays(3000));
        assertThat(woken.since(then.toEpochMilli()))
                .isEqualTo(Duration.ofDays(1).plus(HOUR));
    }

    @Test
    void whatHasJustComeIsNotOldWhenTheClockIsCorrectedByASecond() {
        goOn(Duration.ofDays(30));
        Instant then = timeOfDay;
        set(Duration.ofSeconds(-1));
        assertThat(since(then)).isZero();
    }

    @Test
    void aClockThatIsCorrectedByLittleWasNotSet() {
        Instant then = timeOfDay;
        for (int i = 0; i < 10; i++) {
            goOn(HOUR);
            set(Duration.ofSeconds(1));
            clock.look();
        }
        assertThat(since(then)).isEqualTo(HOUR.multipliedBy(10).plusSeconds(10));
    }
}
