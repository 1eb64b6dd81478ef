package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ualarm.simulator.Permission;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

/** What XProtect does otherwise while alarms come: no alarm is lost, and who waits for what is told. */
class MishapsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final XProtect xprotect = new XProtect(Release.of("2025 R1").orElseThrow(), Edition.CORPORATE, 0);
    private final Rig rig = new Rig(Simulator.CORPORATE)
            .set("site.main.url", xprotect.server().url())
            .set("site.main.username", XProtect.USER)
            .set("site.main.password", XProtect.PASSWORD)
            .set("site.main.raise-alarm", "off");

    private void start(int cameras) {
        rig.start();
        await().atMost(PATIENCE).until(() -> rig.log().contains(cameras + " cameras, analytics event U-Alarm found"));
    }

    @AfterEach
    void close() {
        rig.close();
        xprotect.close();
    }

    private long steps(String id, String result) {
        var steps = rig.get("/api/alarms/" + id).path("cameras").path(0).path("steps");
        return StreamSupport.stream(steps.spliterator(), false)
                .filter(step -> step.path("result").asText().equals(result))
                .count();
    }

    private void awaitStep(String id, String result) {
        await().atMost(PATIENCE).until(() -> steps(id, result) > 0);
    }

    private long answers(String path, int status) {
        return xprotect.server().requests().stream()
                .filter(each -> each.request().path().endsWith(path) && each.status() == status)
                .count();
    }

    @Test
    void alarmsGoOnWhenTheTokenExpiresAmongThem() {
        start(7);
        xprotect.expireTokensAfter(2);
        for (int i = 1; i <= 5; i++) {
            rig.alarm(String.valueOf(i), Rig.CAMERA_A);
        }
        for (int i = 1; i <= 5; i++) {
            awaitStep(String.valueOf(i), "delivered");
        }
        assertThat(answers("/events", 202)).isEqualTo(5);
        assertThat(answers("/events", 401)).isPositive();
    }

    @Test
    void anAlarmWaitsUntilTheUserMayTriggerEvents() {
        start(7);
        xprotect.setPermission(Permission.TRIGGER_EVENTS, false);
        rig.alarm("1", Rig.CAMERA_A);
        awaitStep("1", "later");
        assertThat(rig.get("/api/alarms/1").toString()).contains("may not trigger events");
        xprotect.setPermission(Permission.TRIGGER_EVENTS, true);
        awaitStep("1", "delivered");
    }

    @Test
    void anEventThatIsNotStoredIsDeliveredAndSeen() {
        xprotect.keepEvents(false);
        start(7);
        await().atMost(PATIENCE).until(() -> rig.log().contains("shows its events on its WebSocket"));
        rig.alarm("1", Rig.CAMERA_A);
        awaitStep("1", "seen");
    }

    @Test
    void camerasAreReadHoweverTheyComeInPages() {
        xprotect.addCameras(13);
        xprotect.capPages(12);
        start(20);
        assertThat(answers("/cameras", 200)).isGreaterThan(1);
        rig.stop();
        xprotect.ignorePaging(true);
        xprotect.addCameras(14);
        start(21);
        assertThat(rig.log()).doesNotContain("22 cameras");
    }
}
