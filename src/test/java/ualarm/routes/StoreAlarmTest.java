package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.alarm.CameraAlarm;

class StoreAlarmTest extends RouteTest {

    StoreAlarmTest() {
        super("store-alarm");
        site("unread");
        site("small");
        set("site.small.mail.to", "guard@example.com");
    }

    private void store(String site) {
        assertThat(run("store-alarm", alarm(site), Map.of()).getException()).isNull();
    }

    /** @return the alarms that went into a channel's queue; all with one write */
    private List<CameraAlarm> stored(String channel) {
        return context.getEndpoint("journal:event.*,alarm.*,mail.*", MockEndpoint.class).getReceivedExchanges().stream()
                .filter(exchange -> List.of(
                                exchange.getVariable("channels", String.class).split(","))
                        .contains(channel))
                .map(exchange -> exchange.getMessage().getBody(CameraAlarm.class))
                .toList();
    }

    @Test
    void goesIntoTheQueuesOfEventAndAlarmWhereOperatorsSeeAlarms() {
        isRead("main", "25.1.1804.0", "Corporate");
        store("main");
        assertThat(stored("event")).containsExactly(alarm("main"));
        assertThat(stored("alarm")).containsExactly(alarm("main"));
        assertThat(stored("mail")).isEmpty();
    }

    @Test
    void goesIntoTheQueuesOfEventAndMailOnEssential() {
        isRead("small", "25.1.1804.0", "Essential+");
        store("small");
        assertThat(stored("event")).extracting(CameraAlarm::isMailed).containsExactly(true);
        assertThat(stored("alarm")).isEmpty();
        assertThat(stored("mail")).containsExactly(alarm("small").mailed(true));
    }

    @Test
    void isKeptForTheAlarmToRaiseWhileItIsNotKnownWhetherThatIsNeeded() {
        store("unread");
        assertThat(stored("event")).hasSize(1);
        assertThat(stored("alarm")).hasSize(1);
        assertThat(stored("mail")).isEmpty();
    }

    @Test
    void anXProtectBefore2023R2GetsTheEventOnly() {
        isRead("main", "22.1.5804.1", "Corporate");
        store("main");
        assertThat(stored("event")).hasSize(1);
        assertThat(stored("alarm")).isEmpty();
    }
}
