package ualarm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ualarm.site.Edition;

/** The simulated XProtect, part by part of milestone-api.md. */
class XProtectTest {

    private static final String GATE = Vms.names().get("camera.North gate");
    private static final String EVENT = Vms.analyticsEvent("U-Alarm");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private XProtect xprotect;
    private String token = "";

    private void start(String release, Edition edition) {
        xprotect = new XProtect(Release.of(release).orElseThrow(), edition, 0);
    }

    @AfterEach
    void stop() {
        xprotect.close();
    }

    private HttpResponse<String> ask(String method, String path, String type, String body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(xprotect.server().url() + path))
                            .timeout(Duration.ofSeconds(2))
                            .header("Content-Type", type)
                            .header("Authorization", "Bearer " + token)
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> rest(String method, String path, String body) {
        return ask(method, "/API/rest/v1/" + path, "application/json", body);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode logIn(String user, String password) {
        String form = "grant_type=password&client_id=GrantValidatorClient&username=" + user + "&password="
                + URLEncoder.encode(password, StandardCharsets.UTF_8);
        JsonNode answer = json(ask("POST", "/api/IDP/connect/token", "application/x-www-form-urlencoded", form));
        token = answer.path("access_token").asText(token);
        return answer;
    }

    private void logIn() {
        logIn(XProtect.USER, XProtect.PASSWORD);
    }

    @Test
    void aTokenIsGivenToTheUserAndGoodUntilItExpires() {
        start("2025 R1", Edition.CORPORATE);
        assertThat(rest("GET", "cameras", "").statusCode()).isEqualTo(401);
        assertThat(logIn(XProtect.USER, "wrong").path("error_code").asText()).isEqualTo("InvalidCredentials");
        assertThat(logIn(XProtect.USER, XProtect.PASSWORD).path("expires_in").asInt())
                .isEqualTo(3600);
        assertThat(rest("GET", "cameras", "").statusCode()).isEqualTo(200);
        xprotect.expireTokens();
        var refused = rest("GET", "cameras", "");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(json(refused).at("/error/details/0/errorText").asText()).contains("expired");
    }

    @Test
    void whoTypesTheWrongPasswordTooOftenIsLockedOut() {
        start("2025 R1", Edition.CORPORATE);
        for (int i = 0; i < 5; i++) {
            logIn("nobody", "wrong");
        }
        assertThat(logIn(XProtect.USER, XProtect.PASSWORD).path("error_code").asText())
                .isEqualTo("LockedOut");
    }

    @Test
    void camerasComeInPages() {
        start("2025 R1", Edition.EXPERT);
        logIn();
        assertThat(json(rest("GET", "cameras", "")).path("array")).hasSize(7);
        assertThat(json(rest("GET", "cameras?page=1&size=5", "")).path("array")).hasSize(2);
        assertThat(json(rest("GET", "cameras/" + GATE, "")).at("/data/name").asText())
                .isEqualTo("North gate");
        assertThat(json(rest("GET", "licenseInformations", ""))
                        .at("/array/0/displayName")
                        .asText())
                .isEqualTo("XProtect Expert 2025 R1");
        assertThat(rest("GET", "recordings", "").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsMadeIsThereAndRaisesAlarms() {
        start("2025 R1", Edition.CORPORATE);
        logIn();
        JsonNode event = json(rest("POST", "analyticsEvents", "{\"name\":\"Fall\"}"));
        String id = event.at("/result/id").asText();
        assertThat(rest("POST", "analyticsEvents", "{\"name\":\"Fall\"}").statusCode())
                .isEqualTo(400);
        String definition = "{\"name\":\"Somebody fell\",\"enabled\":true,\"eventType\":\"" + id
                + "\",\"sourceList\":[{\"type\":\"cameras\",\"id\":\"" + GATE + "\"}]}";
        var made = rest("POST", "alarmDefinitions", definition);
        assertThat(made.statusCode()).isEqualTo(201);
        trigger(id, "cameras/" + GATE, 202);
        trigger(id, "cameras/" + Vms.names().get("camera.Lobby"), 202);
        trigger(EVENT, "cameras/" + GATE, 202);
        trigger(EVENT, "cameras/00000000-0000-4000-8000-000000000000", 400);
        trigger("00000000-0000-4000-8000-000000000000", "cameras/" + GATE, 400);
        JsonNode alarms = json(rest("GET", "alarms?page=0&size=10", "")).path("array");
        assertThat(alarms).hasSize(1);
        assertThat(alarms.get(0).path("name").asText()).isEqualTo("Somebody fell");
        assertThat(alarms.get(0).path("message").asText()).isEqualTo("Fall");
        assertThat(json(rest("GET", "events", "")).path("array")).hasSize(3);
        String path = "alarmDefinitions/" + json(made).at("/result/id").asText();
        assertThat(json(rest("PATCH", path, "{\"enabled\":false}"))
                        .at("/data/enabled")
                        .asBoolean(true))
                .isFalse();
        assertThat(json(rest("GET", "alarmDefinitions", "")).path("array")).isEmpty();
        assertThat(json(rest("DELETE", path, "")).path("state").asText()).isEqualTo("Success");
        assertThat(rest("GET", path, "").statusCode()).isEqualTo(404);
    }

    private void trigger(String type, String source, int status) {
        assertThat(rest("POST", "events", "{\"type\":\"" + type + "\",\"source\":\"" + source + "\"}")
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void anAlarmIsRaisedAndClosed() {
        start("2025 R1", Edition.CORPORATE);
        logIn();
        var raised =
                rest("POST", "alarms", "{\"name\":\"Intruder\",\"message\":\"U-Alarm\",\"source\":\"" + GATE + "\"}");
        assertThat(raised.statusCode()).isEqualTo(202);
        String path = "alarms/" + json(raised).at("/data/id").asText();
        String closed = json(rest("GET", "alarmStates", "")).at("/array/3/id").asText();
        assertThat(rest("PATCH", path, "{\"state\":\"" + closed + "\"}").statusCode())
                .isEqualTo(202);
        assertThat(json(rest("GET", path, "")).at("/data/state/name").asText()).isEqualTo("Closed");
        assertThat(rest("POST", path + "/snapshots", "{\"image\":\"\"}").statusCode())
                .isEqualTo(202);
        assertThat(rest("POST", "alarms", "{\"name\":\"Intruder\"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void devicesDoWhatTheyAreTold() {
        start("2025 R2", Edition.CORPORATE);
        logIn();
        String siren = Vms.names().get("output.Siren");
        assertThat(rest("POST", "outputs/" + siren + "?task=Activate", "{}").statusCode())
                .isEqualTo(200);
        assertThat(rest("POST", "outputs/" + siren + "?task=Explode", "{}").statusCode())
                .isEqualTo(400);
        assertThat(rest("POST", "outputs/" + GATE + "?task=Activate", "{}").statusCode())
                .isEqualTo(400);
        assertThat(json(rest("GET", "cameras/" + GATE + "/ptzPresets", "")).path("array"))
                .hasSize(2);
        String preset = "/ptzPresets/" + Vms.names().get("preset.Street") + "?task=Activate";
        assertThat(rest("POST", "cameras/" + GATE + preset, "{}").statusCode()).isEqualTo(200);
        String lobby = Vms.names().get("camera.Lobby");
        assertThat(rest("POST", "cameras/" + lobby + preset, "{}").statusCode()).isEqualTo(400);
        var picture = rest("POST", "cameras/" + GATE + "?task=JpegGetLive", "{\"width\":1280,\"height\":720}");
        assertThat(picture.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(rest("POST", "cameras/" + GATE + "?task=JpegGetLive", "{}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void bookmarksAndLocksNeedTheirEdition() {
        start("2024 R2", Edition.PROFESSIONAL);
        logIn();
        String bookmark =
                "{\"header\":\"Intruder\",\"timeBegin\":\"2026-01-08T06:37:35Z\",\"timeTriggered\":\"2026-01-08T06:37:41Z\","
                        + "\"timeEnd\":\"2026-01-08T06:38:11Z\",\"devicePath\":{\"type\":\"cameras\",\"id\":\"" + GATE
                        + "\"}}";
        var made = rest("POST", "bookmarks", bookmark);
        assertThat(made.statusCode()).isEqualTo(201);
        String path = "bookmarks/" + json(made).at("/data/id").asText();
        assertThat(json(rest("PATCH", path, "{\"description\":\"Two\"}"))
                        .at("/data/description")
                        .asText())
                .isEqualTo("Two");
        assertThat(rest("DELETE", path, "").statusCode()).isEqualTo(200);
        assertThat(rest("GET", path, "").statusCode()).isEqualTo(404);
        assertThat(json(rest("POST", "bookmarks", bookmark.replace(GATE, EVENT)))
                        .path("httpCode")
                        .asText())
                .isEqualTo("400");
        assertThat(rest("POST", "evidenceLocks", "{}").statusCode()).isEqualTo(403);
        stop();
        start("2024 R2", Edition.CORPORATE);
        logIn();
        String lock =
                "{\"header\":\"Intruder\",\"startTime\":\"2026-01-08T06:37:35Z\",\"endTime\":\"2026-01-08T06:38:11Z\","
                        + "\"devicePaths\":[{\"type\":\"cameras\",\"id\":\"" + GATE + "\"}]}";
        assertThat(rest("POST", "evidenceLocks", lock).statusCode()).isEqualTo(201);
        assertThat(rest("POST", "evidenceLocks", "{\"header\":\"Intruder\"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aReleaseHasOnlyWhatItHad() {
        start("2022 R1", Edition.CORPORATE);
        logIn();
        assertThat(json(ask("GET", "/ManagementServer/.well-known/uris", "", ""))
                        .path("ProductVersion")
                        .asText())
                .isEqualTo("22.1.1804.1");
        assertThat(json(rest("GET", "events", ""))
                        .at("/error/details/0/errorText")
                        .asText())
                .isEqualTo("Unknown resource: events");
        assertThat(json(rest("GET", "cameras", "")).at("/array/0/enabled")).hasToString("\"True\"");
        assertThat(rest("POST", "bookmarks", "{}").statusCode()).isEqualTo(404);
        stop();
        start("2020 R3", Edition.EXPRESS);
        assertThat(ask("GET", "/api/.well-known/uris", "", "").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/IDP/.well-known/openid-configuration", "", "").statusCode())
                .isEqualTo(404);
        assertThat(Release.of("2022 X1")).isEmpty();
    }

    @Test
    void essentialHasNoAlarms() {
        start("2025 R1", Edition.ESSENTIAL);
        logIn();
        for (String resource : new String[] {"alarms", "alarmDefinitions"}) {
            assertThat(json(rest("GET", resource, ""))
                            .at("/error/details/0/errorText")
                            .asText())
                    .startsWith("VMS64001");
        }
    }

    private HttpResponse<String> xml(String event) {
        return ask(
                "POST",
                "/",
                "text/xml",
                "<AnalyticsEvent xmlns=\"urn:milestone-systems\"><EventHeader>" + event
                        + "</EventHeader></AnalyticsEvent>");
    }

    @Test
    void analyticsXmlIsCheckedAgainstItsSchema() {
        start("2020 R3", Edition.CORPORATE);
        String id = "<ID>00000000-0000-0000-0000-000000000000</ID><Timestamp>2026-01-08T06:37:41Z</Timestamp>";
        String camera = "<Source><FQID><ObjectId>" + GATE + "</ObjectId></FQID></Source>";
        assertThat(xml(id + "<Message>U-Alarm</Message>" + camera).body()).isEqualTo("OK");
        assertThat(xml(id + "<Message>U-Alarn</Message>" + camera).body())
                .isEqualTo("Warning: Event message not known");
        assertThat(xml(id + camera + "<Message>U-Alarm</Message>").statusCode()).isEqualTo(400);
        assertThat(xml(id + "<Message>U-Alarm</Message>" + camera.replace(GATE, EVENT))
                        .statusCode())
                .isEqualTo(400);
        assertThat(xprotect.server()
                        .requests()
                        .get(0)
                        .request()
                        .body()
                        .at("/AnalyticsEvent/EventHeader/Message")
                        .asText())
                .isEqualTo("U-Alarm");
    }

    private void fail(String request, int times, Fault.Kind kind) {
        xprotect.server()
                .fail(new Fault(
                        RequestLine.of(request).orElseThrow(), times, kind, 503, Map.of("Retry-After", "2"), ""));
    }

    @Test
    void itFailsAsItIsToldAndRemembersWhatItWasAsked() {
        start("2025 R1", Edition.CORPORATE);
        logIn();
        fail("GET /api/rest/v1/cam*?size=5", 1, Fault.Kind.ANSWER);
        assertThat(rest("GET", "cameras", "").statusCode()).isEqualTo(200);
        var refused = rest("GET", "cameras?size=5&page=0", "");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("2");
        assertThat(refused.body()).isEqualTo("The service is unavailable.");
        assertThat(rest("GET", "cameras?size=5", "").statusCode()).isEqualTo(200);
        fail("* /api/*", 1, Fault.Kind.RESET);
        assertThatThrownBy(() -> rest("POST", "rules", "{}")).hasCauseInstanceOf(IOException.class);
        fail("POST /api/*", 1, Fault.Kind.HANG);
        assertThatThrownBy(() -> rest("POST", "rules", "{}")).hasCauseInstanceOf(IOException.class);
        xprotect.server().goDown();
        assertThatThrownBy(() -> rest("POST", "rules", "{}")).hasCauseInstanceOf(IOException.class);
        assertThat(xprotect.server().requests())
                .extracting(RecordedRequest::status)
                .startsWith(200, 200, 503, 200, 0)
                .endsWith(0);
        xprotect.server().forget();
        assertThat(xprotect.server().requests()).isEmpty();
        assertThat(rest("GET", "sites", "").statusCode()).isEqualTo(200);
    }
}
