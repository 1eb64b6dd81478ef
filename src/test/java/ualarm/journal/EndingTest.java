package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.journal.Watcher.Result;
import ualarm.journal.Watcher.Step;

class EndingTest {

    private static final Duration TOOK = Duration.ofMillis(7);
    private static final Ending DELIVERED = new Ending(Optional.empty(), TOOK);

    private static Ending ending(Exception failure) {
        return new Ending(Optional.of(failure), TOOK);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new Later("Busy.", Kind.SERVER), "Busy.", Kind.SERVER, true),
                arguments(new Later("Slow.", Kind.TIMEOUT), "Slow.", Kind.TIMEOUT, false),
                arguments(new SocketTimeoutException("x"), "SocketTimeoutException: x", Kind.OTHER, false),
                arguments(new TimeoutException("x"), "TimeoutException: x", Kind.OTHER, false),
                arguments(new IllegalStateException("x"), "IllegalStateException: x", Kind.OTHER, true),
                arguments(
                        new HttpOperationFailedException("https://chat/T0/SECRET", 500, "Broken", null, null, ""),
                        "The far end answered 500 Broken",
                        Kind.OTHER,
                        true));
    }

    /** An alarm is given up after a week, or when nobody can ever take it; a fault of a route gives none up before. */
    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsTriedAgainForAWeek(Exception failure, String reason, Kind kind, boolean isAnswer) {
        Ending ending = ending(failure);
        assertThat(ending.isDelivered()).isFalse();
        assertThat(ending.isFinal()).isFalse();
        assertThat(ending.isAnswer()).isEqualTo(isAnswer);
        assertThat(ending.reason()).isEqualTo(reason);
        assertThat(ending.givesUp(Duration.ofDays(7))).isEmpty();
        assertThat(ending.givesUp(Duration.ofDays(7).plusMillis(1)))
                .contains("Not delivered for 7 days. Last: " + reason);
        assertThat(ending.step(false)).isEqualTo(new Step(Result.LATER, TOOK, reason, kind));
        assertThat(ending.step(true)).isEqualTo(new Step(Result.DEAD, TOOK, reason, kind));
    }

    @Test
    void whatNobodyWillEverTakeIsGivenUpAtOnce() {
        Ending ending = ending(new Never("No such camera."));
        assertThat(ending.isFinal()).isTrue();
        assertThat(ending.isAnswer()).isTrue();
        assertThat(ending.isDelivered()).isFalse();
        assertThat(ending.givesUp(Duration.ZERO)).contains("No such camera.");
        assertThat(ending.givesUp(Duration.ofDays(8))).contains("No such camera.");
    }

    @Test
    void whatWasDeliveredIsNotGivenUpHoweverLongItTook() {
        assertThat(DELIVERED.isDelivered()).isTrue();
        assertThat(DELIVERED.isFinal()).isFalse();
        assertThat(DELIVERED.isAnswer()).isTrue();
        assertThat(DELIVERED.reason()).isEmpty();
        assertThat(DELIVERED.givesUp(Duration.ofDays(8))).isEmpty();
        assertThat(DELIVERED.step(false)).isEqualTo(Step.of(Result.DELIVERED, TOOK));
    }

    @Test
    void waitsAsLongAsTheFarEndAsks() {
        assertThat(ending(new Later("x", Optional.of(Duration.ofSeconds(9)))).after())
                .contains(Duration.ofSeconds(9));
        assertThat(ending(new Later("x")).after()).isEmpty();
        assertThat(ending(new Never("x")).after()).isEmpty();
        assertThat(DELIVERED.after()).isEmpty();
    }
}
