package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.TestClock;
import ualarm.alarm.Alarm;
import ualarm.site.Settings;

/** Two connectors that watch the same U-Alarm. */
class CompanionsTest {

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final Watching one = new Watching();
    private final Watching two = new Watching();

    private final class Watching implements Companions {
        private Supervision supervision;
        private boolean leads;
        private final List<String> told = new ArrayList<>();

        @Override
        public boolean areLed() {
            return leads;
        }

        @Override
        public void heard(String site) {
            told.add(site);
            (this == one ? two : one).supervision.heardElsewhere(site);
        }
    }

    private void start() {
        var sites = new Settings(
                        "site.main.url=http://127.0.0.1:1\nsite.main.username=u\nsite.main.password=p\nsite.main.supervision=100s",
                        folder,
                        Map.of(),
                        Map.of())
                .sites();
        for (Watching each : List.of(one, two)) {
            each.supervision = new Supervision(sites, clock, time -> {}, each, alarm -> Set.of());
        }
        two.leads = true;
    }

    private Alarm heartbeat() {
        return new Alarm(
                "1", "U-Alarm", "", Alarm.State.HEARTBEAT, clock.instant(), "", clock.instant(), List.of(), List.of());
    }

    private void pass(int seconds) {
        clock.pass(Duration.ofSeconds(seconds));
    }

    @Test
    void whatTheOtherHearsIsNoSilence() {
        start();
        pass(90);
        one.supervision.heard(heartbeat());
        pass(90);
        assertThat(two.supervision.due()).isEmpty();
        pass(20);
        assertThat(one.supervision.due()).as("the other leads").isEmpty();
        assertThat(two.supervision.due()).hasSize(1);
        one.supervision.heard(heartbeat());
        assertThat(two.supervision.due()).as("heard again").hasSize(1);
    }

    @Test
    void whoTakesOverDoesNotTellOfTheSameSilence() {
        start();
        pass(101);
        assertThat(two.supervision.due()).hasSize(1);
        assertThat(one.supervision.due()).isEmpty();
        two.leads = false;
        one.leads = true;
        assertThat(one.supervision.due()).isEmpty();
        two.supervision.heard(heartbeat());
        assertThat(one.supervision.due()).hasSize(1);
    }

    @Test
    void othersAreToldNowAndThen() {
        start();
        for (int i = 0; i < 100; i++) {
            pass(1);
            one.supervision.heard(heartbeat());
        }
        assertThat(one.told).hasSize(50);
    }

    @Test
    void whatIsReportedIsRaisedByTheOneThatLeads() {
        start();
        one.supervision.report("main", "Camera lost");
        two.supervision.report("main", "Camera lost");
        assertThat(one.supervision.due()).isEmpty();
        assertThat(two.supervision.due()).hasSize(1);
    }
}
