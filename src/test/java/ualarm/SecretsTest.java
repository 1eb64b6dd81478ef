package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.site.Settings;
import ualarm.site.SettingsException;

/** Whatever goes wrong, with everything logged: no secret stands anywhere but where it is sent to. */
class SecretsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SITE = "site'ssecret&ß";
    private static final String SENDER = "senderssecret";
    private static final String CONSOLE = "consolessecret";
    private static final String WEBHOOK = "webhookssecret";
    private static final String RELAY = "relayssecret";

    /** What somebody shows in their place may be another secret of his. */
    private static final String SHOWN = "somebodyssecret";

    /** As XProtect's simulated login grants it. */
    private static final String TOKEN = "simulated.token";

    private static final List<String> SECRETS = secrets();

    /** Every secret, and as it travels. */
    private static List<String> secrets() {
        var all = new ArrayList<String>();
        for (String secret : List.of(SITE, SENDER, CONSOLE, WEBHOOK, RELAY, SHOWN, TOKEN)) {
            all.add(secret);
            all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            for (String login : List.of("", "me:", "ualarm:", "console:", "\0ualarm\0")) {
                all.add(base64(login + secret));
            }
        }
        return all;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String basic(String password) {
        return "Basic " + base64("me:" + password);
    }

    private static void assertNoSecret(String where, String text) {
        for (String secret : SECRETS) {
            if (text.contains(secret)) {
                fail(secret + " stands in " + where + ": "
                        + text.lines()
                                .filter(line -> line.contains(secret))
                                .findFirst()
                                .orElse(""));
            }
        }
    }

    private static String alarm(Rig rig, String id) {
        return told(rig.send(rig.request("/")
                .header("Authorization", "Bearer " + SENDER)
                .POST(BodyPublishers.ofString("{\"id\":\"" + id + "\",\"camera\":\"" + Rig.CAMERA_A + "\"}"))));
    }

    private static String told(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.headers().map() + " " + answer.body();
    }

    @Test
    void noFailureTellsASecret() throws IOException {
        try (var trace = new TraceLog();
                var rig = new Rig(Simulator.CORPORATE)
                        .set("site.main.password", SITE)
                        .set("site.main.mail.when", "always")
                        .set("site.main.mail.fallback-after", "1")
                        .set("site.main.webhook-secret", WEBHOOK)
                        .set("alarm.token", SENDER)
                        .set("console.password", CONSOLE)
                        .set("mail.username", "ualarm")
                        .set("mail.password", RELAY)) {
            rig.mail().setUser("ualarm@example.com", "ualarm", "another");
            var answers = new ArrayList<String>();
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            answers.add(alarm(rig, "delivered"));
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            await().atMost(SOON).until(() -> rig.log().contains("mail relay"));

            for (String shown : List.of("Bearer " + SHOWN, basic(SHOWN), SHOWN)) {
                answers.add(told(
                        rig.send(rig.request("/").header("Authorization", shown).POST(BodyPublishers.ofString("{}")))));
                answers.add(told(
                        rig.send(rig.console("/").header("Authorization", shown).GET())));
            }
            answers.add(
                    told(rig.send(rig.request("/").header("X-Api-Key", SHOWN).POST(BodyPublishers.ofString("{}")))));
            answers.add(told(rig.send(rig.request("/xprotect/main/webhook")
                    .header("X-Hub-Signature-256", "sha256=" + "0".repeat(64))
                    .POST(BodyPublishers.ofString("{}")))));
            assertThat(answers).filteredOn(answer -> answer.startsWith("401")).hasSize(8);

            for (ResponseDefinitionBuilder failure : failures()) {
                rig.xprotect().breakDown(failure);
                answers.add(failing(rig));
                rig.xprotect().repair();
            }
            // The login fails as well.
            for (ResponseDefinitionBuilder failure : List.of(echo(500), echo(400))) {
                rig.stop();
                rig.xprotect().breakDown(failure);
                rig.start();
                answers.add(failing(rig));
            }
            rig.xprotect().repair();

            for (String path : List.of(
                    "/",
                    "/api/status",
                    "/api/alarms",
                    "/api/alarms/delivered",
                    "/api/alarms/failed",
                    "/api/cameras",
                    "/api/dead-letters",
                    "/api/routes",
                    "/api/routes/refresh-token.camel.yaml",
                    "/observe/health",
                    "/observe/metrics",
                    "/api/setup",
                    "/api/settings",
                    "/setup")) {
                answers.add(console(rig, path));
            }
            answers.forEach(answer -> assertNoSecret("an answer", answer));
            for (var mail : rig.mail().getReceivedMessages()) {
                assertNoSecret("a mail", com.icegreen.greenmail.util.GreenMailUtil.getWholeMessage(mail));
            }
            rig.stop();
            try (Stream<Path> files = Files.walk(rig.folder())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    for (var charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
                        assertNoSecret(file.toString(), new String(Files.readAllBytes(file), charset));
                    }
                }
            }
            assertThat(trace.lines()).as("the whole log at TRACE").hasSizeGreaterThan(1_000);
            assertNoSecret("the log", trace.text());
        }
    }

    /** Has XProtect asked until it has failed twice. */
    private static String failing(Rig rig) {
        rig.xprotect().server().resetRequests();
        String answer = alarm(rig, "failed" + UUID.randomUUID());
        await().atMost(SOON)
                .until(() -> rig.xprotect().server().getAllServeEvents().size() >= 2);
        return answer;
    }

    private static String console(Rig rig, String path) {
        return told(rig.send(
                rig.console(path).header("Authorization", basic(CONSOLE)).GET()));
    }

    /** A proxy that shows what it was asked, as those do that are there to find faults. */
    private static ResponseDefinitionBuilder echo(int status) {
        return aResponse()
                .withStatus(status)
                .withHeader("X-Asked", "{{request.headers.Authorization}}")
                .withBody("<pre>{{request.headers.Authorization}} {{{request.body}}}</pre>")
                .withTransformers("response-template");
    }

    private static List<ResponseDefinitionBuilder> failures() {
        return List.of(
                echo(500),
                echo(401),
                aResponse().withStatus(302).withHeader("Location", "http://127.0.0.1:9/elsewhere"),
                aResponse().withStatus(200).withBody("<html>"),
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
                aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "site.main.password=somebodyssecret\nsite.main.password=somebodyssecret",
                "site.main.pasword=somebodyssecret",
                "site.b.password=somebodyssecret",
                "alarm.token=somebodyssecret\\u0000",
                "console.password={pbkdf2}somebodyssecret",
                "mail.password=somebodyssecret\nmail.port=x",
                "journal.password=somebodyssecret\njournal.password=somebodyssecret",
                "mail.oauth.client-secret=somebodyssecret\nmail.oauth.token-url=x",
                "site.main.webhook-secret=somebodyssecret\nsite.main.trigger=x",
            })
    void noFaultOfTheSettingsTellsASecret(String lines) {
        assertThatThrownBy(() -> new Settings(
                        "site.main.url=https://vms\nsite.main.username=u\n" + lines,
                        Path.of("none"),
                        Map.of(),
                        Map.of()))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertNoSecret("the faults", e.getMessage() + e.faults()));
    }
}
