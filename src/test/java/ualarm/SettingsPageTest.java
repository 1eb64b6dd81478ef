package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.simulator.Permission;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

/** Settings that are changed on the pages of a connector that runs. */
class SettingsPageTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PASSWORD = "\"password\":\"secret\"";

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = Rig.freePort();
    private final int console = Rig.freePort();
    private XProtect xprotect;
    private FirstConnector connector;

    @BeforeEach
    void start() throws Exception {
        xprotect = new XProtect(new Release(2025, 1), Edition.CORPORATE, 0);
        Files.writeString(
                folder.resolve("application.properties"),
                "# Ours.\nalarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + console
                        + "\njournal.directory="
                        + folder.resolve("data") + "\nsite.main.url="
                        + xprotect.server().url() + "\nsite.main.username=ualarm\nsite.main.password=secret\n");
        connector = new FirstConnector(folder);
        connector.started().join();
    }

    @AfterEach
    void stop() {
        connector.close();
        xprotect.close();
    }

    private String file() throws Exception {
        return Files.readString(folder.resolve("application.properties"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(SOON).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(int at, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(console, "/api/setup/" + path)
                .header("X-Requested-With", "console")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return new ObjectMapper().readTree(answer.body());
    }

    private String typed(String more) {
        return "{\"url\":\"" + xprotect.server().url() + "\",\"username\":\"ualarm\"" + more + "}";
    }

    private static String typed(String site, XProtect at) {
        return "{\"site\":\"" + site + "\",\"url\":\"" + at.server().url() + "\",\"username\":\"ualarm\"," + PASSWORD
                + "}";
    }

    private int alarm(String id) throws Exception {
        return send(request(port, "/").POST(HttpRequest.BodyPublishers.ofString(Senders.alarm(id))))
                .statusCode();
    }

    private List<String> raised() {
        return xprotect.all("alarms").stream()
                .map(alarm -> alarm.path("name").asText())
                .toList();
    }

    @Test
    void noAlarmIsRefusedOrLostWhileChangedSettingsAreTaken() throws Exception {
        var senders = new Senders(port, 4);
        try (senders) {
            for (int round = 1; round <= 3; round++) {
                int starts = connector.starts();
                int before = senders.accepted().size();
                await().atMost(SOON).until(() -> senders.accepted().size() > before + 20);
                var outcome = json(post("apply", typed(",\"timeOffset\":\"-" + round + "\"")));
                assertThat(outcome.path("failed")).isEmpty();
                assertThat(outcome.path("starts").asBoolean()).isTrue();
                await().atMost(SOON).until(() -> connector.starts() == starts + 1);
                int then = senders.accepted().size();
                await().atMost(SOON).until(() -> senders.accepted().size() > then + 20);
            }
        }
        assertThat(senders.wrong()).isEmpty();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(raised()).containsExactlyInAnyOrderElementsOf(senders.accepted()));
        assertThat(file()).contains("# Ours.\n", "alarm.time-offset=-3\n", "site.main.password=secret\n");
    }

    @Test
    void anotherSiteIsSetUpAndGoesAgain() throws Exception {
        try (var other = new XProtect(new Release(2025, 1), Edition.CORPORATE, 0)) {
            String typed = typed("depot", other);
            assertThat(json(post("plan", typed)).path("will").toString()).contains("site.depot.url");
            assertThat(json(post("apply", typed)).path("starts").asBoolean()).isTrue();
            await().atMost(SOON).until(() -> connector.log().contains("depot: XProtect"));
            var known = json(send(request(console, "/api/setup?site=depot").GET()));
            assertThat(known.at("/values/passwordSet").asBoolean()).isTrue();
            assertThat(known.toString()).doesNotContain("secret");
            assertThat(known.path("sites")).hasSize(2);

            assertThat(post("remove", "{\"site\":\"nowhere\"}").statusCode()).isEqualTo(404);
            assertThat(json(post("remove", "{\"site\":\"depot\"}"))
                            .path("starts")
                            .asBoolean())
                    .isTrue();
            await().atMost(SOON).until(() -> connector.starts() == 3);
            assertThat(file()).doesNotContain("depot");
            var last = post("remove", "{\"site\":\"main\"}");
            assertThat(last.statusCode()).isEqualTo(409);
            assertThat(last.body()).contains("only site");
        }
    }

    @Test
    void aDeadLetterOfASiteThatHasGoneIsReplayedToTheOneThatHasItsCamera() throws Exception {
        try (var other = new XProtect(new Release(2025, 1), Edition.CORPORATE, 0)) {
            other.setPermission(Permission.TRIGGER_EVENTS, false);
            assertThat(json(post("apply", typed("away", other))).path("starts").asBoolean())
                    .isTrue();
            await().atMost(SOON).until(() -> connector.log().contains("away: XProtect"));
            assertThat(alarm("gone")).isEqualTo(200);
            await().atMost(SOON).ignoreExceptions().until(() -> deadLetters() == 1);
            assertThat(json(post("remove", "{\"site\":\"away\"}"))
                            .path("starts")
                            .asBoolean())
                    .isTrue();
            await().atMost(SOON).until(() -> connector.starts() == 3);
            assertThat(raised()).doesNotContain("gone");
            var replayed = send(request(console, "/api/dead-letters/replay")
                    .header("X-Requested-With", "console")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"all\":true}")));
            assertThat(json(replayed).path("replayed").asInt()).isEqualTo(1);
            await().atMost(SOON).until(() -> raised().contains("gone"));
            assertThat(deadLetters()).isZero();
        }
    }

    private int deadLetters() throws Exception {
        return json(send(request(console, "/api/dead-letters").GET())).size();
    }

    @Test
    void aSiteForWhichAlarmsWaitIsNotRemoved() throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                file() + "site.away.url=http://127.0.0.1:" + Rig.freePort()
                        + "\nsite.away.username=ualarm\nsite.away.password=secret\nsite.away.camera.gate=00000000-0000-4000-8000-00000000aaaa\n");
        assertThat(post("start", "{}").statusCode()).isEqualTo(200);
        await().atMost(SOON).until(() -> connector.starts() == 2);
        assertThat(send(request(port, "/").POST(HttpRequest.BodyPublishers.ofString("{\"camera\":\"gate\"}")))
                        .statusCode())
                .isEqualTo(200);
        var refused = post("remove", "{\"site\":\"away\"}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("wait for this site");
        assertThat(file()).contains("site.away.url");
    }

    @Test
    void aSavedPasswordGoesToNoOtherAddress() throws Exception {
        try (var foreign = new XProtect(new Release(2025, 1), Edition.CORPORATE, 0)) {
            String moved = "{\"url\":\"" + foreign.server().url() + "\",\"username\":\"ualarm\"}";
            for (String path : List.of("login", "plan", "apply")) {
                var refused = post(path, moved);
                assertThat(refused.statusCode()).isEqualTo(400);
                assertThat(refused.body()).contains("type the password for it, too");
            }
            assertThat(foreign.server().requests()).isEmpty();
            assertThat(json(post("login", moved.replace("}", "," + PASSWORD + "}")))
                            .path("failed")
                            .asBoolean())
                    .isFalse();
        }
    }

    @Test
    void noFileOfThisMachineIsReadForWhoeverOpensThePage() throws Exception {
        Path secret = Files.writeString(folder.resolve("of-somebody-else"), "a-secret");
        var refused = post("plan", typed(",\"mailTo\":\"{{file:" + secret + "}}\""));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).doesNotContain("a-secret").contains("by hand");
    }

    @Test
    void withSettingsThatDoNotStartTheConnectorGoesOnAsBefore() throws Exception {
        Path blocked = Files.writeString(folder.resolve("blocked"), "a file, no folder");
        Files.writeString(
                folder.resolve("application.properties"),
                file().replaceAll("journal.directory=.*", "journal.directory=" + blocked));
        assertThat(post("start", "{}").statusCode()).isEqualTo(200);
        await().atMost(SOON).until(() -> connector.log().contains("goes on with the settings before"));
        await().atMost(SOON).until(() -> connector.starts() == 2);
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() ->
                        send(request(console, "/api/setup").GET()).body().contains("goes on with the settings before"));
        assertThat(alarm("after")).isEqualTo(200);
        await().atMost(SOON).until(() -> raised().contains("after"));
    }

    private void rewrite(String key, String value) throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                file().replaceAll("(?m)^" + key + "=.*\\R", "") + key + "=" + value + "\n");
    }

    @Test
    void whatIsWrongInTheFileIsToldAndTheConnectorGoesOn() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            rewrite("console.port", String.valueOf(taken.getLocalPort()));
            var refused = post("start", "{}");
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("console.port", "cannot be opened");
        }
        rewrite("console.port", String.valueOf(console));
        rewrite("site.main.mial.to", "x");
        var refused = post("start", "{}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("line ", "site.main.mial.to");
        assertThat(alarm("1")).isEqualTo(200);
        assertThat(connector.starts()).isEqualTo(1);
        assertThat(post("plan", "{\"site\":\"a b\"}").statusCode()).isEqualTo(400);
    }

    @Test
    void whatOnlyThePartsOfAConnectorFindOutDoesNotEndItEither() throws Exception {
        Path noPem = Files.writeString(folder.resolve("relay.pem"), "no certificate");
        rewrite("mail.trust", noPem.toString());
        assertThat(post("start", "{}").statusCode()).isEqualTo(200);
        await().atMost(SOON).until(() -> connector.starts() == 2);
        assertThat(connector.log()).contains("goes on with the settings before", "mail.trust");
        assertThat(alarm("after")).isEqualTo(200);
        await().atMost(SOON).until(() -> raised().contains("after"));
    }

    private int deliver(String what) throws Exception {
        return send(request(console, "/api/sites/main/" + what)
                        .header("X-Requested-With", "console")
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }

    @Test
    void aDeliveryThatIsStartedWhileTheConnectorMakesWayIsNotStoppedAgain() throws Exception {
        assertThat(deliver("stop")).isEqualTo(200);
        assertThat(post("start", "{}").statusCode()).isEqualTo(200);
        await().pollInterval(Duration.ofMillis(1)).until(() -> connector.log().contains("The settings were changed"));
        await().atMost(SOON).ignoreExceptions().until(() -> deliver("start") == 200);
        await().atMost(SOON).until(() -> connector.starts() == 2);
        assertThat(alarm("kept")).isEqualTo(200);
        await().atMost(SOON).until(() -> raised().contains("kept"));
    }

    @Test
    void twoChangesInARowAreBothTakenAndADeliveryThatWasStoppedStaysSo() throws Exception {
        assertThat(deliver("stop")).isEqualTo(200);
        assertThat(post("start", "{}").statusCode()).isEqualTo(200);
        rewrite("alarm.time-offset", "-500");
        // Before, while, or after the first is followed: nobody can tell.
        await().atMost(SOON).ignoreExceptions().until(() -> post("start", "{}").statusCode() == 200);
        await().atMost(SOON).until(() -> connector.starts() >= 2);
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> json(send(request(console, "/api/status").GET()))
                        .at("/sites/0/stoppedByHand")
                        .asBoolean());
        assertThat(alarm("kept")).isEqualTo(200);
        await().atMost(SOON).ignoreExceptions().until(() -> deliver("start") == 200);
        await().atMost(SOON).until(() -> raised().contains("kept"));
        Instant time = Instant.parse(xprotect.all("alarms").get(0).path("time").asText());
        assertThat(Duration.between(time, Instant.now())).isGreaterThan(Duration.ofSeconds(490));
        assertThat(connector.log()).doesNotContain("running -> stopped: A route of it does not run");
    }

    @Test
    void theOffsetCanBeChangedWhileXProtectDoesNotAnswer() throws Exception {
        await().atMost(SOON).until(() -> connector.log().contains("7 cameras"));
        xprotect.server().goDown();
        var outcome = json(post("apply", typed(",\"timeOffset\":\"-7\"")));
        assertThat(outcome.path("starts").asBoolean()).as(outcome.toString()).isTrue();
        assertThat(file()).contains("alarm.time-offset=-7\n");
        await().atMost(SOON).until(() -> connector.starts() == 2);
    }
}
