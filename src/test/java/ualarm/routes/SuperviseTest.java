package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.TestClock;
import ualarm.alarm.CameraAlarm;
import ualarm.intake.Companions;
import ualarm.intake.Supervision;
import ualarm.journal.NotStored;
import ualarm.site.Settings;

class SuperviseTest extends RouteTest {

    private final TestClock clock = new TestClock();
    private Supervision supervision;

    SuperviseTest() {
        super("supervise");
        set("site.main.supervision", "1h");
    }

    /** Its own clock only. */
    @Override
    protected List<CamelConfiguration> rooms(Settings checked) {
        return List.of(new CamelConfiguration() {
            @Override
            public void configure(CamelContext camel) {
                supervision = new Supervision(checked.sites(), clock, time -> {}, Companions.NONE, alarm -> Set.of());
                camel.getRegistry().bind("supervision", supervision);
            }
        });
    }

    @Test
    void silenceIsMailedOnceAndTriggersTheEventOnlyWhereXProtectHasOneForIt() {
        isRead("main", "25.1.1804.0", "Corporate");
        run("supervise", null, Map.of());
        assertThat(queue("mail.*")).isEmpty();
        clock.pass(Duration.ofHours(1));
        run("supervise", null, Map.of());
        run("supervise", null, Map.of());
        assertThat(queue("mail.*"))
                .singleElement()
                .extracting(CameraAlarm::name)
                .isEqualTo("U-Alarm is silent: nothing heard for 1h");
        assertThat(queue("event.*"))
                .as("XProtect has no event U-Alarm supervision")
                .isEmpty();
    }

    @Test
    void whatCannotBeStoredIsToldAgainAMomentLater() {
        isRead("main", "25.1.1804.0", "Corporate");
        context.getEndpoint("journal:mail.*", MockEndpoint.class).whenExchangeReceived(1, exchange -> {
            throw new NotStored("The disk is full");
        });
        supervision.report("main", "XProtect shows no events");
        run("supervise", null, Map.of());
        assertThat(queue("mail.*")).hasSize(1);
        run("supervise", null, Map.of());
        assertThat(queue("mail.*")).hasSize(2);
        run("supervise", null, Map.of());
        assertThat(queue("mail.*")).hasSize(2);
    }
}
