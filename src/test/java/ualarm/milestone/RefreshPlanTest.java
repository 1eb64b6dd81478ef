package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.TestClock;
import ualarm.alarm.Undelivered.Later;
import ualarm.milestone.RefreshPlan.Due;
import ualarm.site.Settings;
import ualarm.site.Sites;

class RefreshPlanTest {

    private static final Due READ = new Due("main", "read-site");
    private static final Due PROBE = new Due("main", "probe-site");

    private final TestClock clock = new TestClock();
    private final TestClock timeOfDay = new TestClock();
    private final List<String> mended = new ArrayList<>();
    private Instant woken = Instant.MAX;
    private final Sites sites = new Settings(
                    "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\nsite.main.mail.fallback-after=30",
                    Path.of(""),
                    Map.of(),
                    Map.of())
            .sites();
    private final RefreshPlan plan =
            new RefreshPlan(sites, clock, timeOfDay, new Answers(sites, clock), time -> woken = time);

    private void pass(Duration time) {
        clock.pass(time);
        timeOfDay.pass(time);
    }

    private void pass(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** It is asked, and answers within the same moment. */
    private void isRead() {
        assertThat(plan.due()).containsExactly(READ);
        plan.wasRead("main");
    }

    /** Lets time pass as far as the plan wants to be asked next, and asks it. */
    private List<Due> next(long seconds) {
        Duration until = Duration.between(clock.instant(), woken);
        assertThat(until).isEqualTo(Duration.ofSeconds(seconds));
        pass(until.minusMillis(1));
        assertThat(plan.due()).as("a moment before").isEmpty();
        pass(Duration.ofMillis(1));
        return plan.due();
    }

    @Test
    void aSiteIsReadAtTheStartAndEveryTenMinutesAndAskedInBetweenWhetherItLives() {
        isRead();
        for (int i = 1; i < 20; i++) {
            assertThat(next(30)).containsExactly(PROBE);
            assertThat(plan.due()).as("one at a time").isEmpty();
            plan.lives("main");
        }
        assertThat(next(30)).containsExactly(READ);
    }

    @Test
    void aProbeThatHasNotEndedHoldsNoReadingUp() {
        isRead();
        assertThat(next(30)).containsExactly(PROBE);
        pass(569);
        assertThat(plan.due()).as("it is still asked").isEmpty();
        pass(1);
        assertThat(plan.due()).containsExactly(READ);
    }

    /** Else it would be asked again and again while XProtect does not answer. */
    @Test
    void whatIsUnderWayIsAskedForAgainOnlyWhenItHasGoneAstray() {
        assertThat(plan.due()).containsExactly(READ);
        for (int i = 0; i < 3; i++) {
            woken = Instant.MAX;
            assertThat(plan.due()).isEmpty();
            assertThat(woken).isEqualTo(clock.instant().plusSeconds(120 - i));
            pass(1);
        }
        plan.wasRead("main");
        assertThat(next(27)).containsExactly(PROBE);
        pass(45);
        assertThat(plan.due()).isEmpty();
        assertThat(woken).as("the next reading").isEqualTo(clock.instant().plusSeconds(528));
        plan.lives("main");
        assertThat(plan.due()).containsExactly(PROBE);
    }

    @Test
    void aProbeThatNeverEndsIsForgottenOnceTheSiteIsRead() {
        isRead();
        assertThat(next(30)).containsExactly(PROBE);
        assertThat(next(570)).containsExactly(READ);
        plan.wasRead("main");
        assertThat(next(30)).containsExactly(PROBE);
    }

    @Test
    void whatIsMissedIsLookedForAfterFiveSecondsAndLessAndLessOften() {
        isRead();
        for (int wait : new int[] {5, 10, 20}) {
            plan.missed("main");
            plan.missed("main");
            assertThat(next(wait)).containsExactly(READ);
            plan.wasRead("main");
        }
        for (int wait : new int[] {30, 10}) {
            plan.missed("main");
            if (wait == 30) {
                assertThat(next(wait))
                        .as("it is asked whether it lives meanwhile")
                        .containsExactly(PROBE);
                plan.lives("main");
            } else {
                assertThat(next(wait)).containsExactly(READ);
                plan.wasRead("main");
            }
        }
        pass(600);
        isRead();
        plan.missed("main");
        assertThat(next(5)).as("nothing was missed for a while").containsExactly(READ);
    }

    @Test
    void whatIsMissedLongAfterTheLastReadingIsLookedForAtOnce() {
        isRead();
        pass(300);
        plan.missed("main");
        assertThat(woken).isBeforeOrEqualTo(clock.instant());
        assertThat(plan.due()).containsExactly(READ);
    }

    @Test
    void whatIsMissedIsNotLookedForAgainWhereItWasAskedForSince() {
        isRead();
        pass(10);
        Instant since = clock.instant();
        pass(10);
        plan.missed("main", since);
        assertThat(plan.due()).containsExactly(READ);
        plan.missed("main", since);
        plan.wasRead("main");
        plan.missed("main", since);
        pass(20);
        assertThat(plan.due()).as("read since").isEmpty();
        plan.missed("main", clock.instant());
        assertThat(plan.due()).containsExactly(READ);
        plan.missed("main", clock.instant());
        plan.wasRead("main");
        pass(20);
        assertThat(plan.due()).as("asked at that very moment").isEmpty();
    }

    @Test
    void whatIsMissedWhileASiteIsReadIsLookedForOnceMore() {
        isRead();
        pass(600);
        assertThat(plan.due()).containsExactly(READ);
        pass(1);
        plan.missed("main", clock.instant());
        plan.wasRead("main");
        assertThat(plan.due()).as("its lists may have been made before").containsExactly(READ);
    }

    @Test
    void whoAsksTooEarlyIsToldWhenToAskAgain() {
        isRead();
        woken = Instant.MAX;
        assertThat(plan.due()).isEmpty();
        assertThat(woken).isEqualTo(clock.instant().plusSeconds(30));
    }

    @Test
    void aSiteThatCannotBeReadIsTriedLessAndLessOftenAndNotAskedInBetween() {
        assertThat(plan.due()).containsExactly(READ);
        for (int wait : new int[] {1, 2, 4, 8, 15, 15}) {
            plan.failed("main", new Later("It is down."));
            assertThat(next(wait)).containsExactly(READ);
        }
        plan.wasRead("main");
        plan.missed("main");
        assertThat(next(5)).containsExactly(READ);
        plan.failed("main", new Later("It is down."));
        assertThat(next(1)).as("it could be read meanwhile").containsExactly(READ);
    }

    @Test
    void aProbeThatFailsHasTheSiteReadSoon() {
        isRead();
        assertThat(next(30)).containsExactly(PROBE);
        plan.failed("main", new Later("It is down."));
        assertThat(plan.state("main").unreadSince())
                .as("what is known is still right")
                .isEmpty();
        assertThat(plan.due()).containsExactly(READ);
    }

    @Test
    void aReadingThatHasGoneAstrayIsMadeAnew() {
        assertThat(plan.due()).containsExactly(READ);
        assertThat(next(120)).containsExactly(READ);
    }

    @Test
    void somebodyMayHaveASiteReadAtOnce() {
        assertThat(plan.due()).containsExactly(READ);
        plan.failed("main", new Later("It is down."));
        plan.now("main");
        assertThat(woken).isEqualTo(clock.instant());
        assertThat(plan.due()).containsExactly(READ);
    }

    @Test
    void tellsOfASiteThatWasReadForAReason() {
        plan.whenMended(mended::add);
        isRead();
        assertThat(mended).isEmpty();
        plan.now("main");
        isRead();
        assertThat(mended).as("somebody asked").hasSize(1);
        plan.missed("main");
        pass(5);
        isRead();
        assertThat(mended).as("something was missed").hasSize(2);
        pass(600);
        isRead();
        assertThat(mended).hasSize(2);
        pass(600);
        assertThat(plan.due()).containsExactly(READ);
        plan.failed("main", new Later("It is down."));
        pass(1);
        isRead();
        assertThat(mended).as("it could not be read").containsExactly("main", "main", "main");
    }

    @Test
    void saysHowWellASiteCanBeRead() {
        assertThat(plan.knows("main")).isTrue();
        assertThat(plan.knows("other")).isFalse();
        assertThat(plan.state("main").isRead()).isFalse();
        isRead();
        assertThat(plan.state("main").isRead()).isTrue();
        pass(600);
        assertThat(plan.due()).containsExactly(READ);
        plan.failed("main", new Later("It is down."));
        Instant since = clock.instant();
        pass(1);
        assertThat(plan.due()).containsExactly(READ);
        plan.failed("main", new Later("It is slow."));
        assertThat(plan.state("main").trouble()).isEqualTo("It is slow.");
        assertThat(plan.state("main").unreadSince()).contains(since);
        pass(2);
        isRead();
        assertThat(plan.state("main").trouble()).isEmpty();
        assertThat(plan.state("main").unreadSince()).isEmpty();
    }

    @Test
    void listsAreAsOldAsTheQuestionForThem() {
        Instant before = timeOfDay.instant();
        assertThat(plan.isBehind("main", before)).as("never read").isTrue();
        assertThat(plan.due()).containsExactly(READ);
        pass(1);
        Instant asked = timeOfDay.instant();
        pass(1);
        plan.wasRead("main");
        assertThat(plan.isBehind("main", before)).isFalse();
        assertThat(plan.isBehind("main", asked))
                .as("received while they were made")
                .isTrue();
    }

    /** By lists from before, an alarm would be given up whose camera is new. */
    @ParameterizedTest
    @ValueSource(longs = {-86_400, -3, 3, 86_400})
    void listsFromBeforeTheTimeOfDayWasSetAreOld(long seconds) {
        isRead();
        pass(5);
        timeOfDay.pass(Duration.ofSeconds(seconds));
        Instant received = timeOfDay.instant();
        pass(1);
        assertThat(plan.isBehind("main", received)).isTrue();
        plan.missed("main");
        isRead();
        assertThat(plan.isBehind("main", received)).as("read since").isFalse();
    }

    @Test
    void aClockThatIsSetRightLittleByLittleMakesNoListOld() {
        isRead();
        timeOfDay.pass(Duration.ofSeconds(2));
        assertThat(plan.isBehind("main", timeOfDay.instant().minusSeconds(3))).isFalse();
    }
}
