package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.command.Check;
import ualarm.site.Settings;

/** The console's API, health and metrics, from outside. */
class ConsoleTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static List<String> steps(JsonNode trace) {
        var steps = new ArrayList<String>();
        trace.path("cameras")
                .forEach(camera -> camera.path("steps")
                        .forEach(step -> steps.add(step.path("target").asText() + " "
                                + step.path("result").asText())));
        return steps;
    }

    @Test
    void tellsOfEachSiteWhatItIsAndWhetherItRuns() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            rig.xprotect().breakDown(503);
            rig.start();
            await().atMost(SOON)
                    .until(() ->
                            rig.get("/api/status").at("/sites/0/state").asText().equals("stopped"));
            assertThat(rig.get("/api/status").at("/sites/0/reason").asText()).contains("503");
            rig.xprotect().repair();
            await().atMost(SOON)
                    .until(() ->
                            rig.get("/api/status").at("/sites/0/state").asText().equals("running"));
            rig.alarm("one", Rig.CAMERA_A);
            rig.alarm("one", Rig.CAMERA_A);
            rig.post(Messages.P5);
            rig.post("{");
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            JsonNode status = rig.get("/api/status");
            JsonNode site = status.at("/sites/0");
            assertThat(site.path("edition").asText()).isEqualTo("Corporate");
            assertThat(site.path("productVersion").asText()).isEqualTo("25.1.1804.0");
            assertThat(site.path("trigger").asText()).isEqualTo("rest");
            assertThat(site.path("cameras").asInt()).isEqualTo(5);
            assertThat(site.path("tokenExpiresAt").asText()).isNotEmpty();
            await().atMost(SOON)
                    .until(() -> !rig.get("/api/status")
                            .at("/sites/0/lastDeliveredAt")
                            .isNull());
            assertThat(status.at("/intake/accepted").asInt()).isEqualTo(1);
            assertThat(status.at("/intake/duplicates").asInt()).isEqualTo(1);
            assertThat(status.at("/intake/rejected").asInt()).isEqualTo(1);
            assertThat(status.at("/intake/lastHeartbeatAt").asText()).isNotEmpty();
            assertThat(status.toString()).doesNotContain("secret");
        }
    }

    @Test
    void followsAnAlarmThroughEachAttemptAlsoOverARestart() {
        try (var rig = Rig.corporate()) {
            rig.xprotect().breakDown(500);
            rig.alarm("traced", Rig.CAMERA_A);
            await().atMost(SOON)
                    .until(() -> steps(rig.get("/api/alarms/traced")).contains("event later"));
            rig.xprotect().repair();
            await().atMost(SOON)
                    .until(() -> steps(rig.get("/api/alarms/traced")).contains("event delivered"));
            rig.stop();
            rig.start();
            await().atMost(SOON).until(() -> rig.get("/api/alarms?q=trac").size() == 1);
            JsonNode found = rig.get("/api/alarms?q=trac").get(0);
            assertThat(found.path("cameraName").asText()).isEqualTo("North gate");
            assertThat(found.path("state").asText()).isEqualTo("delivered");
            assertThat(rig.get("/api/alarms?q=South").size()).isZero();
            assertThat(rig.get("/api/alarms?q=" + Rig.CAMERA_A).size()).isEqualTo(1);
            assertThat(rig.get("/api/alarms?site=main").size()).isEqualTo(1);
            assertThat(rig.get("/api/alarms?site=other").size()).isZero();
            assertThat(rig.get("/api/alarms?to=2020-01-01T00:00:00Z").size()).isZero();
            assertThat(rig.get("/api/cameras?q=north")
                            .get(0)
                            .path("lastAlarmAt")
                            .asText())
                    .isNotEmpty();
            assertThat(rig.get("/api/alarms/never-seen").at("/error/code").asText())
                    .isEqualTo("no-such-alarm");
        }
    }

    @Test
    void raisesATestAlarmThroughTheWholePath() throws Exception {
        try (var rig = Rig.corporate()) {
            String answer = rig.change(
                            "POST", "/api/test-alarm", "{\"site\":\"main\",\"camera\":\"" + Rig.CAMERA_B + "\"}")
                    .body();
            String id = new ObjectMapper().readTree(answer).path("id").asText();
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            await().atMost(SOON).until(() -> steps(rig.get("/api/alarms/" + id)).contains("event delivered"));
            assertThat(rig.change("POST", "/api/test-alarm", "{\"site\":\"x\",\"camera\":\"" + Rig.CAMERA_B + "\"}")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void replaysAndDiscardsDeadLetters() {
        try (var rig = Rig.corporate()) {
            for (int i = 0; i < 3; i++) {
                rig.alarm("dead" + i, "00000000-0000-4000-8000-00000000000" + i);
            }
            await().atMost(SOON).until(() -> rig.get("/api/dead-letters").size() == 3);
            JsonNode letter = rig.get("/api/dead-letters").get(0);
            assertThat(letter.path("reason").asText()).contains("is in no XProtect");
            assertThat(letter.path("target").asText()).isEqualTo("unmatched");
            assertThat(rig.change(
                                    "DELETE",
                                    "/api/dead-letters/" + letter.path("id").asText(),
                                    "")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(rig.change(
                                    "DELETE",
                                    "/api/dead-letters/" + letter.path("id").asText(),
                                    "")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(rig.change("POST", "/api/dead-letters/replay", "{}").statusCode())
                    .isEqualTo(400);
            assertThat(rig.change("POST", "/api/dead-letters/replay", "{\"ids\":[\"x\"],\"all\":true}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(rig.change("POST", "/api/dead-letters/replay", "{\"all\":true}")
                            .body())
                    .isEqualTo("{\"replayed\":2}");
            for (int i = 0; i < 3; i++) {
                String id = "dead" + i;
                String wanted =
                        letter.path("alarmId").asText().equals(id) ? "unmatched discarded" : "unmatched replayed";
                await().atMost(SOON)
                        .until(() -> steps(rig.get("/api/alarms/" + id)).contains(wanted));
            }
        }
    }

    @Test
    void checkNamesTheCamerasThatNoXProtectHasAnyMore() {
        try (var rig = Rig.corporate()) {
            rig.alarm("stranger", "00000000-0000-4000-8000-00000000beef");
            rig.alarm("gone", Rig.CAMERA_A);
            rig.alarm("there", Rig.CAMERA_B);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 2);
            await().atMost(SOON).until(() -> rig.get("/api/alarms").size() == 3);
            rig.xprotect()
                    .server()
                    .stubFor(get(urlPathMatching("(?i)/api/rest/v1/cameras"))
                            .atPriority(1)
                            .willReturn(okJson("{\"array\":[{\"id\":\"" + Rig.CAMERA_B + "\",\"name\":\"B\"}]}")));
            var settings = new Settings(rig.properties(), rig.folder(), Map.of(), Map.of());
            assertThat(new Check(settings).run(Optional.empty()).toString())
                    .contains("U-Alarm names the camera 00000000-0000-4000-8000-00000000beef")
                    .contains("U-Alarm has lately named the camera " + Rig.CAMERA_A)
                    .doesNotContain("the camera " + Rig.CAMERA_B);
            // The check before has the connector ask again, and give the camera up.
            await().atMost(SOON).until(() -> !rig.deadLetters().isEmpty());
            rig.stop();
            assertThat(new Check(settings).run(Optional.empty()).toString())
                    .contains("named the camera 00000000-0000-4000-8000-00000000beef");
        }
    }

    @Test
    void findsAlarmsByTheCamerasNameInXProtect() {
        try (var rig = Rig.corporate()) {
            rig.alarm("named", Rig.CAMERA_A);
            await().atMost(SOON)
                    .until(() -> rig.get("/api/alarms?q=north%20gate").size() == 1);
            assertThat(rig.get("/api/alarms?q=no%20such%20gate").size()).isZero();
        }
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        try (var rig = Rig.corporate()) {
            for (String path : List.of("/api/alarms?q=%25%", "/api/alarms?from=%2B999999999-01-01T00:00:00Z")) {
                var uri = "http://" + rig.console("/").build().uri().getAuthority() + path;
                assertThat(raw(uri)).as(path).startsWith("HTTP/1.1 400").contains("\"error\"");
            }
            for (String body : List.of("", "{", "[]", "{\"camera\":\"" + Rig.CAMERA_A + "\"}")) {
                var answer = rig.change("POST", "/api/test-alarm", body);
                assertThat(answer.statusCode()).as(body).isEqualTo(400);
                assertThat(answer.body()).contains("GUID from /api/cameras");
            }
            assertThat(rig.change("POST", "/api/test-alarm", "x".repeat(2_000_000))
                            .statusCode())
                    .isEqualTo(413);
            var wrong = rig.change("PUT", "/api/test-alarm", "{}");
            assertThat(wrong.statusCode()).isEqualTo(405);
            assertThat(wrong.headers().firstValue("Allow")).contains("POST");
            assertThat(rig.send(rig.console("/api/status").method("HEAD", BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(rig.xprotect().events()).isEmpty();
        }
    }

    /** As no client of the JDK would send it. */
    private static String raw(String uri) {
        int path = uri.indexOf('/', 7);
        String[] place = uri.substring(7, path).split(":");
        try (var socket = new Socket(place[0], Integer.parseInt(place[1]))) {
            socket.getOutputStream()
                    .write(("GET " + uri.substring(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReplayedAlarmArrives() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            var refused = rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                            .atPriority(1)
                            .willReturn(aResponse().withStatus(403)));
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            rig.alarm("refused", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.get("/api/dead-letters").size() == 1);
            assertThat(rig.get("/api/status").at("/sites/0/deadLetters").asInt())
                    .isEqualTo(1);
            rig.xprotect().server().removeStub(refused);
            rig.change("POST", "/api/dead-letters/replay", "{\"all\":true}");
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            assertThat(rig.get("/api/dead-letters").size()).isZero();
        }
    }

    @Test
    void opensToNobodyElsesPage() throws Exception {
        try (var rig = Rig.corporate()) {
            assertThat(rig.send(rig.console("/api/dead-letters/replay").POST(BodyPublishers.ofString("{\"all\":true}")))
                            .statusCode())
                    .isEqualTo(403);
            int port = rig.console("/").build().uri().getPort();
            try (var socket = new Socket("127.0.0.1", port)) {
                OutputStream out = socket.getOutputStream();
                out.write("GET /api/status HTTP/1.1\r\nHost: evil.example:9876\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 403");
            }
            var page = rig.send(rig.console("/").GET());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(rig.get("/api/openapi.json").path("openapi").asText()).startsWith("3.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/status", "/observe/health", "/observe/metrics"})
    void asksForItsPassword(String path) {
        try (var rig =
                new Rig(Simulator.CORPORATE).set("console.password", "päss").start()) {
            assertThat(rig.send(rig.console(path).GET()).statusCode()).isEqualTo(401);
            String right = Base64.getEncoder().encodeToString("me:päss".getBytes(StandardCharsets.UTF_8));
            assertThat(rig.send(rig.console(path)
                                    .header("Authorization", "Basic " + right)
                                    .GET())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static String metrics(Rig rig) {
        return rig.send(rig.console("/observe/metrics").GET()).body();
    }

    private static void awaitMetric(Rig rig, String pattern) {
        await().atMost(SOON).untilAsserted(() -> assertThat(metrics(rig)).containsPattern(pattern));
    }

    @Test
    void countsWhatHappens() {
        try (var rig = new Rig(Simulator.ESSENTIAL)) {
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            // Without a 0 before it, Prometheus does not see the first.
            awaitMetric(rig, "ualarm_dead_total\\{channel=\"event\",site=\"main\"\\} 0\\.0");
            awaitMetric(rig, "ualarm_dead_total\\{channel=\"unmatched\",site=\"\"\\} 0\\.0");
            rig.alarm("one", "5e5e5e5e-0000-4000-8000-000000000001");
            rig.alarm("one", "5e5e5e5e-0000-4000-8000-000000000001");
            awaitMetric(rig, "ualarm_alarms_accepted_total 1\\.0");
            awaitMetric(rig, "ualarm_alarms_duplicate_total 1\\.0");
            awaitMetric(rig, "ualarm_delivery_seconds_count\\{channel=\"event\",site=\"main\"\\} 1");
            awaitMetric(rig, "ualarm_delivery_seconds_count\\{channel=\"mail\",site=\"main\"\\} 1");
            awaitMetric(rig, "ualarm_delivery_seconds_bucket\\{channel=\"event\",site=\"main\",le=\"30\\.0\"\\} 1");
            awaitMetric(rig, "ualarm_logins_total\\{site=\"main\"\\} 1\\.0");
            awaitMetric(rig, "ualarm_token_seconds\\{site=\"main\"\\} 3[0-9]{3}\\.");
            rig.xprotect().breakDown(500);
            rig.alarm("two", "5e5e5e5e-0000-4000-8000-000000000001");
            awaitMetric(rig, "ualarm_retries_total\\{channel=\"event\",reason=\"server\",site=\"main\"\\} [1-9]");
            awaitMetric(rig, "ualarm_waiting\\{channel=\"event\",site=\"main\"\\} 1\\.0");
            awaitMetric(rig, "ualarm_waiting_oldest_seconds\\{channel=\"event\",site=\"main\"\\} [1-9]");
            rig.xprotect().repair();
            rig.alarm("dead", "00000000-0000-4000-8000-00000000beef");
            awaitMetric(rig, "ualarm_dead_total\\{channel=\"unmatched\",site=\"\"\\} 1\\.0");
        }
    }

    @Test
    void countsLateAlarms() {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.mail.fallback-after", "1")
                .start()) {
            rig.alarm("in time", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            rig.xprotect().breakDown(503);
            rig.alarm("late", Rig.CAMERA_A);
            awaitMetric(rig, "ualarm_late_total\\{channel=\"event\",site=\"main\"\\} 1\\.0");
        }
    }

    @Test
    void countsWhatItDoesNotTakeByTheCodeOfItsAnswer() throws Exception {
        try (var rig = Rig.corporate()) {
            for (String message : List.of("{", "[]", "{\"id\":\"no camera\"}", "x".repeat(2_000_000))) {
                var answer = rig.post(message);
                String code = new ObjectMapper()
                        .readTree(answer.body())
                        .at("/error/code")
                        .asText();
                assertThat(code).as(answer.body()).isNotEmpty();
                awaitMetric(rig, "ualarm_alarms_rejected_total\\{reason=\"" + code + "\"\\} [1-9]");
            }
        }
    }

    @Test
    void countsAttemptsThatFailedByTheirReason() {
        try (var rig = Rig.corporate()) {
            rig.alarm("first", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            var troubles = new LinkedHashMap<String, ResponseDefinitionBuilder>();
            troubles.put("server", aResponse().withStatus(503));
            troubles.put("timeout", aResponse().withStatus(504));
            troubles.put("refused", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
            troubles.put("client", aResponse().withStatus(400));
            troubles.put("auth", aResponse().withStatus(401));
            int delivered = 1;
            for (var trouble : troubles.entrySet()) {
                var stub = rig.xprotect()
                        .server()
                        .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                                .atPriority(1)
                                .willReturn(trouble.getValue()));
                rig.alarm(trouble.getKey(), Rig.CAMERA_A);
                awaitMetric(
                        rig,
                        "ualarm_retries_total\\{channel=\"event\",reason=\"" + trouble.getKey()
                                + "\",site=\"main\"\\} [1-9]");
                rig.xprotect().server().removeStub(stub);
                int expected = ++delivered;
                await().atMost(SOON).until(() -> rig.xprotect().events().size() == expected);
            }
        }
    }

    @Test
    void aLoginThatIsRefusedCountsAsSuchAndOneThatFindsNobodyDoesNot() {
        try (var rig = Rig.corporate()) {
            rig.alarm("before", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            rig.stop();
            rig.xprotect().breakDown(503);
            rig.start();
            rig.alarm("down", Rig.CAMERA_A);
            awaitMetric(rig, "ualarm_retries_total\\{channel=\"event\",reason=\"server\",site=\"main\"\\} [1-9]");
            assertThat(metrics(rig)).doesNotContain("reason=\"auth\"");
            rig.xprotect().breakDown(aResponse().withStatus(400).withBody("{\"error_code\":\"InvalidCredentials\"}"));
            awaitMetric(rig, "ualarm_retries_total\\{channel=\"event\",reason=\"auth\",site=\"main\"\\} [1-9]");
        }
    }

    private static String health(Rig rig, String path) {
        var answer = rig.send(rig.console("/observe/health" + path).GET());
        return answer.statusCode() + " " + answer.body();
    }

    @Test
    void isDownWhenASiteCannotBeReachedForLongerThanItsLimit() {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.mail.fallback-after", "1")
                .start()) {
            await().atMost(SOON).until(() -> health(rig, "").startsWith("200"));
            rig.stop();
            rig.xprotect().breakDown(503);
            rig.start();
            await().atMost(SOON).until(() -> health(rig, "").startsWith("503"));
            assertThat(health(rig, "/ready")).startsWith("200");
            assertThat(health(rig, "/live")).startsWith("200");
            rig.xprotect().repair();
            await().atMost(SOON).until(() -> health(rig, "").startsWith("200"));
        }
    }

    @Test
    void isDownWhenASiteStopsAnswering() {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.mail.fallback-after", "1")
                .start()) {
            await().atMost(SOON).until(() -> health(rig, "").startsWith("200"));
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            // No alarm comes: its own questions tell.
            rig.xprotect().breakDown(503);
            await().atMost(SOON).until(() -> health(rig, "").startsWith("503"));
            assertThat(health(rig, "")).contains("main: ");
            rig.xprotect().repair();
            await().atMost(SOON).until(() -> health(rig, "").startsWith("200"));
        }
    }

    @Test
    void isDownWhenARouteThatShouldRunDoesNot() throws Exception {
        try (var rig = Rig.corporate()) {
            await().atMost(SOON).until(() -> health(rig, "").startsWith("200"));
            rig.connector().camel().getRouteController().stopRoute("trigger-event");
            await().atMost(SOON).until(() -> health(rig, "/ready").startsWith("503"));
            assertThat(health(rig, "/live")).startsWith("200");
            rig.connector().camel().getRouteController().startRoute("trigger-event");
            await().atMost(SOON).until(() -> health(rig, "/ready").startsWith("200"));
        }
    }

    @Test
    void isNotReadyWhenTheJournalCannotWrite() throws Exception {
        try (var rig = Rig.corporate()) {
            await().atMost(SOON).until(() -> health(rig, "/ready").startsWith("200"));
            rig.connector().journal().close();
            await().atMost(SOON).until(() -> health(rig, "/ready").startsWith("503"));
            assertThat(health(rig, "/live")).startsWith("200");
        }
    }

    @Test
    void aDamagedHistoryBeginsAnewAndCostsNoAlarm() throws Exception {
        try (var rig = Rig.corporate()) {
            rig.stop();
            Files.writeString(rig.folder().resolve("data/history.sqlite"), "damaged");
            rig.start();
            rig.alarm("still", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            await().atMost(SOON).until(() -> steps(rig.get("/api/alarms/still")).contains("event delivered"));
            assertThat(rig.log()).contains("The history was damaged and begins anew");
        }
    }
}
