package ualarm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ualarm.simulator.Client.Told;
import ualarm.site.Edition;

/** What a simulated XProtect does otherwise when it is told to, and how its lists are filtered. */
class SwitchesTest {

    private static final String GATE = Vms.names().get("camera.North gate");
    private static final String LOBBY = Vms.names().get("camera.Lobby");
    private static final String EVENT =
            "{\"type\":\"" + Vms.analyticsEvent("U-Alarm") + "\",\"source\":\"cameras/%s\",\"data\":{\"count\":1}}";

    private XProtect xprotect;
    private Client client;

    @BeforeEach
    void start() {
        xprotect = new XProtect(Release.of("2025 R1").orElseThrow(), Edition.CORPORATE, 0);
        client = new Client(xprotect.server().url());
        client.logIn();
    }

    @AfterEach
    void stop() {
        xprotect.close();
    }

    private Told trigger(String camera) {
        return client.ask("POST", "events", EVENT.formatted(camera));
    }

    private int found(String path) {
        Told told = client.get(path);
        assertThat(told.status()).as(told.body().toString()).isEqualTo(200);
        return told.at("/array").size();
    }

    @Test
    void listsAreCutIntoPagesAsItIsTold() {
        xprotect.addCameras(13);
        assertThat(found("cameras?page=0&size=500")).isEqualTo(20);
        xprotect.capPages(15);
        assertThat(found("cameras?page=0&size=500")).isEqualTo(15);
        assertThat(found("cameras?page=1&size=500")).isEqualTo(5);
        assertThat(found("cameras?page=2&size=500")).isZero();
        xprotect.ignorePaging(true);
        assertThat(found("cameras?page=7&size=5")).isEqualTo(20);
        xprotect.ignorePaging(false);
        assertThat(found("eventTypes?page=0&size=3")).isEqualTo(3);
        assertThat(client.get("events?size=0").status()).isEqualTo(400);
        assertThat(client.get("events?size=2001").status()).isEqualTo(400);
    }

    @Test
    void tokensExpireInTheMidstOfWhatIsUnderWay() {
        xprotect.expireTokensAfter(2);
        assertThat(client.get("cameras").status()).isEqualTo(200);
        assertThat(trigger(GATE).status()).isEqualTo(202);
        assertThat(trigger(GATE).status()).isEqualTo(401);
        client.logIn();
        assertThat(trigger(GATE).status()).isEqualTo(202);
        xprotect.setTokenLife(Duration.ZERO);
        assertThat(client.logIn().at("/expires_in").asInt(1)).isZero();
        assertThat(trigger(GATE).text("/error/details/0/errorText")).contains("expired");
    }

    private void assertForbidden(Told told) {
        assertThat(told.status()).isEqualTo(403);
        assertThat(told.text("/error/details/0/errorTextId")).isEqualTo("VMO61008");
    }

    @Test
    void whatTheRoleLacksIsRefused() {
        String alarm = "{\"name\":\"Intruder\",\"message\":\"U-Alarm\",\"source\":\"" + GATE + "\"}";
        xprotect.setPermission(Permission.TRIGGER_EVENTS, false);
        assertForbidden(trigger(GATE));
        assertThat(client.get("events").status()).isEqualTo(200);
        xprotect.setPermission(Permission.TRIGGER_EVENTS, true);
        xprotect.setPermission(Permission.MANAGE_ALARMS, false);
        assertForbidden(client.ask("POST", "alarms", alarm));
        assertThat(client.get("alarms").status()).isEqualTo(200);
        xprotect.setPermission(Permission.VIEW_ALARMS, false);
        assertForbidden(client.get("alarmStates"));
        xprotect.setPermission(Permission.MANAGE_ALARMS, true);
        xprotect.setPermission(Permission.VIEW_ALARMS, true);
        xprotect.hideCamera(GATE, true);
        assertForbidden(trigger(GATE));
        assertForbidden(client.ask("POST", "alarms", alarm));
        assertThat(client.get("cameras/" + GATE).status()).isEqualTo(404);
        assertThat(found("cameras")).isEqualTo(6);
        xprotect.hideCamera(GATE, false);
        assertThat(trigger(GATE).status()).isEqualTo(202);
        // Only devices tell that something moves.
        assertForbidden(client.ask("POST", "events", "{\"type\":\"6eb95dd6-7ccc-4bce-99f8-af0d0b582d77\"}"));
    }

    @Test
    void withARetentionOfNoDaysAnEventRaisesItsAlarmAndIsGone() {
        xprotect.addAlarmDefinition("U-Alarm");
        xprotect.keepEvents(false);
        var taken = trigger(GATE);
        assertThat(taken.status()).isEqualTo(202);
        assertThat(client.get("events/" + taken.text("/data/id")).status()).isEqualTo(404);
        assertThat(found("events")).isZero();
        assertThat(found("alarms")).isEqualTo(1);
        xprotect.keepEvents(true);
        assertThat(client.get("events/" + trigger(GATE).text("/data/id")).status())
                .isEqualTo(200);
    }

    private static String filter(String written) {
        return URLEncoder.encode(written, StandardCharsets.UTF_8);
    }

    @Test
    void eventsAndAlarmsAreFilteredAndOrdered() {
        xprotect.addAlarmDefinition("U-Alarm");
        trigger(GATE);
        JsonNode first = client.get("events").at("/array/0");
        trigger(LOBBY);
        assertThat(found("events?source=" + filter("'cameras/" + GATE.toUpperCase(Locale.ROOT) + "'")))
                .isEqualTo(1);
        assertThat(found("events?source=" + filter("notEquals:'cameras/" + GATE + "'")))
                .isEqualTo(1);
        assertThat(found("events?time=" + filter("gt:'2025-12-01T00:00:00Z',lt:'2025-12-02T00:00:00Z'")))
                .isZero();
        assertThat(found("events?time=" + filter("gt:'2025-12-01T00:00:00+01:00'")))
                .isEqualTo(2);
        assertThat(client.get("events?orderBy=" + filter("asc:'localId'")).at("/array/0/id"))
                .isEqualTo(first.path("id"));
        assertThat(found("alarms?state.name=" + filter("notEquals:'Closed'") + "&message=" + filter("'U-Alarm'")))
                .isEqualTo(2);
        assertThat(found("alarms?priority.name='High'&cameraId=" + filter("'" + LOBBY + "'")))
                .isEqualTo(1);
        assertThat(found("alarms?name=" + filter("'it''s none'"))).isZero();
        assertThat(client.get("alarms?name=Intruder").status()).isEqualTo(400);
        assertThat(client.get("alarms?orderBy=name").status()).isEqualTo(400);
        assertThat(client.get("alarms?name=" + filter("like:'Intruder'")).status())
                .isEqualTo(400);
    }

    @Test
    void dataIsReadWhenItIsAskedFor() {
        String path = "events/" + trigger(GATE).text("/data/id");
        assertThat(client.get(path).at("/data").has("data")).isFalse();
        assertThat(client.get(path + "?include=data").at("/data/data/count").asInt())
                .isEqualTo(1);
        assertThat(client.get("events?include=data").at("/array/0/data/count").asInt())
                .isEqualTo(1);
    }
}
