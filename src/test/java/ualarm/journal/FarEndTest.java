package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;

class FarEndTest {

    private static final Ending DELIVERED = new Ending(Optional.empty(), Duration.ZERO);
    private static final Ending BUSY = ending(new Later("It is busy."));
    private static final Ending SILENT = ending(new SocketTimeoutException("30 s"));
    private static final Ending NEVER = ending(new Never("No such camera."));

    private final List<String> troubled = new ArrayList<>();
    private final FarEnd farEnd = farEnd(true);

    private static Ending ending(Exception failure) {
        return new Ending(Optional.of(failure), Duration.ZERO);
    }

    private FarEnd farEnd(boolean breaks) {
        return new FarEnd((queue, reason) -> troubled.add(queue + ": " + reason), "event.main", breaks);
    }

    private static void fail(FarEnd farEnd, int times, Ending ending) {
        for (int i = 0; i < times; i++) {
            farEnd.ended(ending);
        }
    }

    @Test
    void isTriedOneAtATimeUntilItHasAnswered() {
        assertThat(farEnd.leave(0)).isZero();
        assertThat(farEnd.leave(1)).isEqualTo(FarEnd.NOT_NOW);
        farEnd.ended(SILENT);
        assertThat(farEnd.leave(1)).isEqualTo(FarEnd.NOT_NOW);
        assertThat(farEnd.leave(0)).isZero();
        farEnd.ended(BUSY);
        assertThat(farEnd.leave(1)).as("a fault is an answer").isZero();
    }

    /** Else all alarms would be begun before the first has ended. */
    @Test
    void isNotTriedByMoreAtOnceThanKeepUpWithIt() {
        farEnd.ended(DELIVERED);
        int begun = 0;
        while (begun < 10_000 && farEnd.leave(1) == 0) {
            begun++;
        }
        assertThat(begun).isBetween(1, 9_999);
        assertThat(farEnd.leave(1))
                .as("when to ask again")
                .isPositive()
                .isLessThan(Duration.ofSeconds(1).toNanos());
        fail(farEnd, begun, DELIVERED);
        assertThat(farEnd.leave(1)).as("they have ended").isZero();
    }

    @Test
    void isHeldBackAfterFiveFailuresUntilOneArrives() {
        fail(farEnd, 4, BUSY);
        assertThat(farEnd.isOpen()).isFalse();
        farEnd.ended(BUSY);
        assertThat(farEnd.isOpen()).isTrue();
        assertThat(farEnd.leave(0))
                .isPositive()
                .isLessThanOrEqualTo(Duration.ofMillis(500).toNanos());
        farEnd.ended(DELIVERED);
        assertThat(farEnd.isOpen()).isFalse();
        assertThat(farEnd.leave(0)).isZero();
    }

    @Test
    void whatItWillNeverTakeShowsThatItLives() {
        fail(farEnd, 5, BUSY);
        farEnd.ended(NEVER);
        assertThat(farEnd.isOpen()).isFalse();
        assertThat(farEnd.lastReason()).as("but nothing was delivered").isEqualTo("It is busy.");
        assertThat(troubled).doesNotContain("event.main: ");
    }

    @Test
    void tellsWhyNothingIsTakenAndThatItIsAgain() {
        farEnd.ended(DELIVERED);
        assertThat(troubled).isEmpty();
        farEnd.ended(BUSY);
        assertThat(farEnd.lastReason()).isEqualTo("It is busy.");
        assertThat(troubled).containsExactly("event.main: It is busy.");
        farEnd.ended(DELIVERED);
        farEnd.ended(DELIVERED);
        assertThat(farEnd.lastReason()).isEmpty();
        assertThat(troubled).containsExactly("event.main: It is busy.", "event.main: ");
    }

    /** Where each alarm fails for a reason of its own, none holds the others back. */
    @Test
    void mayNotBeHeldBack() {
        FarEnd each = farEnd(false);
        fail(each, 100, BUSY);
        assertThat(each.isOpen()).isFalse();
        assertThat(each.leave(0)).isZero();
        assertThat(each.lastReason()).isEqualTo("It is busy.");
        assertThat(troubled).isEmpty();
    }

    @Test
    void aTroubleIsNewsOnce() {
        assertThat(farEnd.isNews("It is busy.")).isTrue();
        assertThat(farEnd.isNews("It is busy.")).isFalse();
    }
}
