package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.milestone.RefreshPlan;

class MatchCameraTest extends RouteTest {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final String STORE = "mock:direct:store-alarm";

    MatchCameraTest() {
        super("match-camera");
        neighbour("direct:store-alarm");
    }

    private Exchange match(String camera, Instant received) {
        return run(
                "match-camera",
                new CameraAlarm(
                        "a1",
                        "Gate",
                        "",
                        received,
                        received,
                        UUID.fromString("11111111-0000-4000-8000-000000000001"),
                        "",
                        Optional.empty(),
                        new Sighting(camera, "", 0, 0, List.of(), ""),
                        false,
                        ""),
                Map.of("site", ""));
    }

    private void isReadNow() {
        isRead("main", "25.1.1804.0", "Corporate");
        var plan = bean("refreshPlan", RefreshPlan.class);
        plan.due();
        plan.wasRead("main");
    }

    @Test
    void waitsForSitesThatWereNotReadSinceAndHasThemRead() {
        isReadNow();
        woken().clear();
        assertThat(match("nowhere", LATER).getException())
                .isInstanceOf(Later.class)
                .hasMessageContaining("main has not been asked for its cameras since");
        assertThat(woken()).contains("refresh-site");
    }

    @Test
    void storesAnAlarmOnceItsCameraIsKnown() {
        isReadNow();
        assertThat(match("Door", LATER).getException()).isNull();
        assertThat(received(STORE, CameraAlarm.class))
                .singleElement()
                .extracting(CameraAlarm::site, CameraAlarm::camera)
                .containsExactly("main", Optional.of(DOOR));
    }

    @Test
    void aCameraThatNoSiteHasIsGivenUp() {
        isReadNow();
        assertThat(match("nowhere", Instant.EPOCH).getException())
                .isInstanceOf(Never.class)
                .hasMessageContaining("is in no XProtect that can be reached");
        assertThat(received(STORE, CameraAlarm.class)).isEmpty();
    }
}
