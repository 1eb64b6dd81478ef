package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
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

    @Test
    void goesIntoTheQueuesOfEventAndAlarmWhereOperatorsSeeAlarms() {
        isRead("main", "25.1.1804.0", "Corporate");
        store("main");
        assertThat(queue("event.*")).containsExactly(alarm("main"));
        assertThat(queue("alarm.*")).containsExactly(alarm("main"));
        assertThat(queue("mail.*")).isEmpty();
    }

    @Test
    void goesIntoTheQueuesOfEventAndMailOnEssential() {
        isRead("small", "25.1.1804.0", "Essential+");
        store("small");
        assertThat(queue("event.*")).extracting(CameraAlarm::isMailed).containsExactly(true);
        assertThat(queue("alarm.*")).isEmpty();
        assertThat(queue("mail.*")).containsExactly(alarm("small").mailed(true));
    }

    @Test
    void isKeptForTheAlarmToRaiseWhileItIsNotKnownWhetherThatIsNeeded() {
        store("unread");
        assertThat(queue("event.*")).hasSize(1);
        assertThat(queue("alarm.*")).hasSize(1);
        assertThat(queue("mail.*")).isEmpty();
    }

    @Test
    void anXProtectBefore2023R2GetsTheEventOnly() {
        isRead("main", "22.1.5804.1", "Corporate");
        store("main");
        assertThat(queue("event.*")).hasSize(1);
        assertThat(queue("alarm.*")).isEmpty();
    }
}
