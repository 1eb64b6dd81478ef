package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;
import ualarm.site.SettingsException;

/** A connector without a site: what it answers, and how it gets one. */
class FirstRunTest {

    private static final Duration SOON = Duration.ofSeconds(30);

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
        xprotect.removeAnalyticsEvent();
        Files.writeString(
                folder.resolve("application.properties"),
                "alarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + console + "\njournal.directory="
                        + folder.resolve("data") + "\n");
        connector = new FirstConnector(folder);
        await().atMost(SOON).until(() -> connector.log().contains("No site is set yet"));
    }

    @AfterEach
    void stop() {
        connector.close();
        xprotect.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(int at, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(console, path)
                .header("X-Requested-With", "console")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return new ObjectMapper().readTree(answer.body());
    }

    private String typed() {
        return "{\"url\":\"" + xprotect.server().url() + "\",\"username\":\"ualarm\",\"password\":\"secret\"}";
    }

    @Test
    void alarmsAreAnsweredWith503AndOnlyThisMachinesPageIsServed() throws Exception {
        var refused = send(request(port, "/any").POST(HttpRequest.BodyPublishers.ofString("{\"camera\":\"x\"}")));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(json(refused).at("/error/code").asText()).isEqualTo("not-ready");
        assertThat(connector.log().lines()).hasSize(1);
        assertThat(connector.log()).contains("http://127.0.0.1:" + console + "/", "port " + port, "503");

        var page = send(request(console, "/").GET());
        assertThat(page.body()).contains("Set up").doesNotContain("<script>", "style=");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'");
        assertThat(send(request(console, "/api/setup/plan").POST(HttpRequest.BodyPublishers.ofString(typed())))
                        .statusCode())
                .isEqualTo(403);
        try (var raw = new java.net.Socket("127.0.0.1", console)) {
            raw.getOutputStream()
                    .write("GET /api/setup HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".getBytes());
            assertThat(new String(raw.getInputStream().readAllBytes())).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void secretsGoInAndNeverComeOut() throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                Files.readString(folder.resolve("application.properties")) + "mail.password=relay-secret\n");
        var known = send(request(console, "/api/setup").GET());
        assertThat(known.body())
                .contains("\"mailPasswordSet\":true", "\"passwordSet\":false")
                .doesNotContain("relay-secret");
        for (String path : new String[] {"address", "login", "mail", "plan"}) {
            assertThat(post("/api/setup/" + path, typed().replace("secret", "hush-hush"))
                            .body())
                    .doesNotContain("hush-hush");
        }
        assertThat(connector.log()).doesNotContain("hush-hush");
    }

    @Test
    void whatIsNotRightIsToldAndChangesNothing() throws Exception {
        String before = Files.readString(folder.resolve("application.properties"));
        assertThat(json(post("/api/setup/address", "{\"url\":\"http://nowhere.invalid\"}"))
                        .path("failed")
                        .asBoolean())
                .isTrue();
        var plan = json(post("/api/setup/plan", typed().replace("secret", "wrong")));
        assertThat(plan.path("failed").asBoolean()).isTrue();
        assertThat(plan.path("lights").toString()).contains("wrong user name or password");
        assertThat(post("/api/setup/apply", typed().replace("secret", "wrong")).statusCode())
                .isEqualTo(409);
        assertThat(post("/api/setup/apply", "no JSON").statusCode()).isEqualTo(409);
        assertThat(post("/api/setup/start", "{}").statusCode()).isEqualTo(409);
        assertThat(post("/api/setup/mail", "{\"mailTo\":\"a@b.c\",\"mailPort\":\"many\"}")
                        .body())
                .contains("Write a number");
        assertThat(Files.readString(folder.resolve("application.properties"))).isEqualTo(before);
        assertThat(xprotect.all("analyticsEvents")).isEmpty();
    }

    @Test
    void whatXProtectRefusesCanBeTriedAgain() throws Exception {
        xprotect.setAdministrator(false);
        var first = json(post("/api/setup/apply", typed()));
        assertThat(first.path("starts").asBoolean()).isFalse();
        assertThat(first.path("failed").toString()).contains("role Administrators");
        xprotect.setAdministrator(true);
        var second = json(post("/api/setup/apply", typed()));
        assertThat(second.path("starts").asBoolean()).isTrue();
        connector.started().join();
        assertThat(send(request(port, "/")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"camera\":\"" + Rig.CAMERA_A + "\"}")))
                        .statusCode())
                .isEqualTo(200);
        await().atMost(SOON).until(() -> xprotect.all("events").size() == 1);
    }

    @Test
    void whenWhatFailedWasDoneByHandItStartsOnceThePageIsOpenedAnew() throws Exception {
        xprotect.setAdministrator(false);
        assertThat(json(post("/api/setup/apply", typed())).path("starts").asBoolean())
                .isFalse();
        xprotect.addAnalyticsEvent("U-Alarm");
        assertThat(send(request(console, "/api/setup").GET()).statusCode()).isEqualTo(200);
        connector.started().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aSiteThatSomebodyElseWritesIsTakenAsWell() throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                Files.readString(folder.resolve("application.properties")) + "site.main.url="
                        + xprotect.server().url() + "\nsite.main.username=ualarm\nsite.main.password=secret\n");
        connector.started().join();
        assertThat(send(request(console, "/api/status").GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void otherFaultsStillEndIt(@TempDir Path other) throws Exception {
        Files.writeString(other.resolve("application.properties"), "mail.port=many\n");
        assertThatThrownBy(() -> new Service(other, new Systemd(Map.of()), none -> {}).run())
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.faults()).singleElement().asString().contains("mail.port"));
    }
}
