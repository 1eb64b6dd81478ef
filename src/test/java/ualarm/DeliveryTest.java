package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import jakarta.mail.Message;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What arrives in XProtect and in the mailbox, from outside. */
class DeliveryTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static List<String> bodies(Rig rig) {
        return rig.xprotect().events().stream()
                .map(LoggedRequest::getBodyAsString)
                .toList();
    }

    private static void awaitEvents(Rig rig, int count) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rig.xprotect().events()).hasSize(count));
    }

    @Test
    void alarmsOfUnknownCamerasDuringAnOutageAreCountedAndToldOnce() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            rig.xprotect().breakDown(503);
            rig.start();
            for (int i = 0; i < 300; i++) {
                rig.alarm("early" + i, "00000000-0000-4000-8000-00000000000" + i % 5);
            }
            await().untilAsserted(() -> assertThat(
                            rig.get("/api/status").path("unmatched").asLong())
                    .isEqualTo(300));
            // Each is looked for several times meanwhile.
            await().untilAsserted(() -> assertThat(
                            rig.send(rig.console("/observe/metrics")).body())
                    .containsPattern("ualarm_retries_total\\{[^}]*unmatched[^}]*} [1-9]\\d{3}"));
            assertThat(rig.log().lines().filter(line -> line.startsWith("WARN") || line.startsWith("ERROR")))
                    .hasSizeLessThan(20);
        }
    }

    @Test
    void eachMessageMakesOneEventOnItsCameraWithOneLogin() {
        try (var rig = Rig.corporate()) {
            rig.post(Messages.P1);
            awaitEvents(rig, 1);
            rig.post(Messages.P3);
            awaitEvents(rig, 2);
            rig.alarm("short", Rig.CAMERA_B);
            awaitEvents(rig, 3);
            rig.post(Messages.P2);
            rig.post(Messages.P5);
            rig.post(Messages.P1);
            rig.post(Messages.P4);
            awaitEvents(rig, 5);
            String type = "{\"type\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"source\":\"cameras/";
            assertThat(bodies(rig).subList(0, 3))
                    .containsExactly(
                            type + Rig.CAMERA_A + "\",\"time\":\"2025-06-15T10:30:03.750Z\"}",
                            type + Rig.CAMERA_A + "\",\"time\":\"2025-06-15T10:30:02.500Z\"}",
                            type + Rig.CAMERA_B + "\",\"time\":\"2026-11-20T09:59:59.500Z\"}");
            assertThat(rig.xprotect().logins()).isEqualTo(1);
        }
    }

    @Test
    void findsCamerasByAliasAndByName() {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.camera.gate", "{" + Rig.CAMERA_A.toUpperCase() + "}")
                .start()) {
            rig.alarm("alias", "gate");
            rig.alarm("name", " Hof Süd ");
            awaitEvents(rig, 2);
            assertThat(bodies(rig))
                    .anyMatch(b -> b.contains(Rig.CAMERA_A))
                    .anyMatch(b -> b.contains("2c9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4b01"));
        }
    }

    @Test
    void anAlarmOfAnUnknownCameraBecomesADeadLetterAfterTheCamerasWereReadAgain() {
        try (var rig = Rig.corporate()) {
            rig.alarm("first", Rig.CAMERA_A);
            awaitEvents(rig, 1);
            rig.alarm("unknown", "00000000-0000-4000-8000-00000000dead");
            rig.alarm("twins", "Twin");
            await().atMost(Duration.ofSeconds(50)).until(() -> rig.deadLetters().size() == 2);
            assertThat(rig.deadLetters())
                    .anyMatch(letter -> letter.startsWith("unknown: ") && letter.contains("is in no XProtect"))
                    .anyMatch(letter -> letter.startsWith("twins: ") && letter.contains("2 cameras bear this name"));
        }
    }

    @Test
    void aRefusedTokenIsRenewedOnceAndTheAlarmSentAgain() {
        try (var rig = Rig.corporate()) {
            rig.alarm("first", Rig.CAMERA_A);
            awaitEvents(rig, 1);
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                            .atPriority(1)
                            .inScenario("expired")
                            .whenScenarioStateIs(Scenario.STARTED)
                            .willSetStateTo("renewed")
                            .willReturn(aResponse().withStatus(401)));
            rig.alarm("second", Rig.CAMERA_A);
            awaitEvents(rig, 2);
            assertThat(rig.xprotect().logins()).isEqualTo(2);
        }
    }

    @Test
    void aSiteThatRefusesTheTimeGetsEventsWithout() {
        try (var rig = Rig.corporate()) {
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                            .atPriority(1)
                            .withRequestBody(containing("\"time\""))
                            .willReturn(aResponse().withStatus(400)));
            rig.alarm("one", Rig.CAMERA_A);
            rig.alarm("two", Rig.CAMERA_B);
            awaitEvents(rig, 2);
            assertThat(bodies(rig)).noneMatch(body -> body.contains("time"));
        }
    }

    @Test
    void aFinalRefusalBecomesADeadLetterOnceTheSiteWasReadAgain() {
        try (var rig = Rig.corporate()) {
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                            .atPriority(1)
                            .willReturn(aResponse().withStatus(400)));
            rig.alarm("refused", Rig.CAMERA_A);
            await().atMost(Duration.ofSeconds(70))
                    .until(() -> !rig.deadLetters().isEmpty());
            assertThat(rig.deadLetters()).singleElement().asString().contains("answered 400");
            assertThat(rig.xprotect().server().findAll(getRequestedFor(urlPathMatching("(?i)/api/rest/v1/cameras"))))
                    .hasSize(2);
        }
    }

    static List<ResponseDefinitionBuilder> passing() {
        return List.of(
                aResponse().withStatus(503),
                aResponse().withStatus(429).withHeader("Retry-After", "1"),
                aResponse().withStatus(302).withHeader("Location", "https://elsewhere/"),
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
                aResponse().withFault(Fault.EMPTY_RESPONSE));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatPassesIsTriedAgainUntilItArrives(ResponseDefinitionBuilder trouble) {
        try (var rig = Rig.corporate()) {
            rig.alarm("before", Rig.CAMERA_A);
            awaitEvents(rig, 1);
            rig.xprotect().breakDown(trouble);
            rig.alarm("during", Rig.CAMERA_A);
            await().atMost(SOON)
                    .until(() -> rig.xprotect()
                                    .server()
                                    .findAll(postRequestedFor(urlPathMatching("(?i)/api/rest/v1/events")))
                                    .size()
                            >= 2);
            rig.xprotect().repair();
            awaitEvents(rig, 2);
            assertThat(rig.deadLetters()).isEmpty();
        }
    }

    static List<ResponseDefinitionBuilder> takenInOddWords() {
        return List.of(
                aResponse().withStatus(202),
                aResponse().withStatus(202).withBody("<html>Accepted</html>"),
                aResponse().withStatus(202).withBody("{\"data\":\"e1\"}"));
    }

    @ParameterizedTest
    @MethodSource("takenInOddWords")
    void whatXProtectAnswersWith202ItHasTakenWhateverElseItSays(ResponseDefinitionBuilder answer) {
        try (var rig = Rig.corporate()) {
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/(events|alarms)"))
                            .atPriority(1)
                            .willReturn(answer));
            rig.alarm("once", Rig.CAMERA_A);
            await().atMost(SOON).untilAsserted(() -> assertThat(rig.log()).contains("triggered event", "raised alarm"));
            // What is to be sent again waits.
            await().atMost(SOON)
                    .until(() -> rig.get("/api/status")
                                    .path("sites")
                                    .path(0)
                                    .path("waiting")
                                    .asInt(-1)
                            == 0);
            assertThat(rig.xprotect().events()).hasSize(1);
            assertThat(rig.xprotect().alarms()).hasSize(1);
        }
    }

    @Test
    void oneCameraThatAlwaysFailsDoesNotHoldUpTheOthers() {
        try (var rig = Rig.corporate()) {
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                            .atPriority(1)
                            .withRequestBody(containing(Rig.CAMERA_A))
                            .willReturn(aResponse().withStatus(500)));
            for (int i = 0; i < 10; i++) {
                rig.alarm("bad" + i, Rig.CAMERA_A);
                rig.alarm("good" + i, Rig.CAMERA_B);
            }
            awaitEvents(rig, 10);
        }
    }

    static List<ResponseDefinitionBuilder> outages() {
        return List.of(aResponse().withStatus(503), aResponse().withStatus(200).withFixedDelay(60_000));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void twoHundredAlarmsOfAnOutageAllArriveWithAtMostTwoLogins(ResponseDefinitionBuilder outage) {
        try (var rig = Rig.corporate()) {
            rig.alarm("before", Rig.CAMERA_A);
            awaitEvents(rig, 1);
            rig.xprotect().breakDown(outage);
            for (int i = 0; i < 200; i++) {
                assertThat(rig.alarm("outage" + i, i % 2 == 0 ? Rig.CAMERA_A : Rig.CAMERA_B)
                                .statusCode())
                        .isEqualTo(200);
            }
            rig.stop();
            rig.start();
            rig.xprotect().repair();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> rig.xprotect().events().size() >= 201);
            assertThat(rig.xprotect().events()).hasSize(201);
            assertThat(rig.xprotect().logins()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void alarmsArriveAlsoWhenXProtectWasDownBeforeTheConnectorStarted() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            int port = rig.xprotect().port();
            rig.xprotect().server().stop();
            rig.start();
            for (int i = 0; i < 200; i++) {
                assertThat(rig.alarm("early" + i, i % 2 == 0 ? Rig.CAMERA_A : Rig.CAMERA_B)
                                .statusCode())
                        .isEqualTo(200);
            }
            try (var back = new Simulator(Simulator.CORPORATE, port)) {
                await().atMost(Duration.ofSeconds(60)).until(() -> back.events().size() >= 200);
                assertThat(back.events()).hasSize(200);
                assertThat(back.logins()).isEqualTo(1);
            }
        }
    }

    @Test
    void aRestartDuringAnOutageStillKnowsItsCameras() {
        try (var rig = Rig.corporate()) {
            rig.alarm("before", Rig.CAMERA_A);
            awaitEvents(rig, 1);
            rig.stop();
            rig.xprotect().breakDown(503);
            rig.start();
            rig.alarm("during", "Hof Süd");
            await().atMost(SOON).until(() -> rig.log().contains("in event.main"));
            rig.xprotect().repair();
            awaitEvents(rig, 2);
        }
    }

    @Test
    void nothingInARequestSteersWhereAnAlarmGoesOrWhatIsSent() throws Exception {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.mail.when", "always")
                .start()) {
            var evil = rig.request(
                    "/?cc=evil@example.com&CamelHttpPath=/evil&CamelHttpUri=http://127.0.0.1:1/&JournalAttempts=99");
            for (String header : List.of(
                    "CamelHttpUri",
                    "CamelHttpPath",
                    "CamelHttpMethod",
                    "CamelHttpQuery",
                    "Authorization",
                    "Cc",
                    "Bcc",
                    "To",
                    "Subject",
                    "From",
                    "mail.smtp.host",
                    "mail.smtp.port",
                    "JournalAttempts",
                    "EventId",
                    "breadcrumbId",
                    "Exchange.HTTP_URI")) {
                evil.header(header, "evil");
            }
            rig.send(evil.POST(BodyPublishers.ofString(Messages.P1)));
            awaitEvents(rig, 1);
            LoggedRequest event = rig.xprotect().events().get(0);
            assertThat(event.getUrl()).isEqualTo("/api/rest/v1/events");
            assertThat(event.getHeaders().all().toString()).doesNotContainIgnoringCase("evil");
            assertThat(event.getBodyAsString()).doesNotContain("evil");
            await().atMost(SOON).until(() -> rig.mail().getReceivedMessages().length == 2);
            for (MimeMessage mail : rig.mail().getReceivedMessages()) {
                assertThat(new String(mail.getInputStream().readAllBytes()) + mail.getSubject())
                        .doesNotContain("evil");
                assertThat(mail.getAllRecipients()).hasSize(2);
            }
        }
    }

    @Test
    void anEssentialSiteGetsMailAndEvent() throws Exception {
        try (var rig = new Rig(Simulator.ESSENTIAL).start()) {
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.post("""
                    {"id":"m1","alarm":"Tür <b>\\"Süd\\"</b> & Co\\r\\nBcc: evil@example.com","camera":"5e5e5e5e-0000-4000-8000-000000000001",
                     "timestamp":"2026-07-01T10:00:00Z"}
                    """);
            await().atMost(SOON).until(() -> rig.mail().getReceivedMessages().length == 2);
            awaitEvents(rig, 1);
            MimeMessage mail = rig.mail().getReceivedMessages()[0];
            assertThat(mail.getSubject())
                    .isEqualTo("[main] Tür <b>\"Süd\"</b> & CoBcc: evil@example.com \u2013 Shop door");
            assertThat(mail.getHeader("Bcc")).isNull();
            assertThat(mail.getRecipients(Message.RecipientType.TO))
                    .extracting(Object::toString)
                    .containsExactly("guard@example.com", "chief@example.com");
            var parts = (MimeMultipart) mail.getContent();
            String text = (String) parts.getBodyPart(0).getContent();
            String html = (String) parts.getBodyPart(1).getContent();
            assertThat(text)
                    .contains(
                            "Tür <b>", "Shop door", "main", "2026-07-01 12:00:00 CEST (2026-07-01 10:00:00 UTC)", "m1");
            assertThat(html)
                    .contains("T\u00fcr &lt;b&gt;&quot;Süd&quot;&lt;/b&gt; &amp; Co", "Shop door")
                    .doesNotContain("<b>");
        }
    }

    @Test
    void mailWaitsForItsRelay() {
        try (var rig = new Rig(Simulator.CORPORATE).set("site.main.mail.when", "always")) {
            rig.mail().stop();
            rig.start();
            rig.alarm("patient", Rig.CAMERA_A);
            awaitEvents(rig, 1);
            await().atMost(SOON).until(() -> rig.log().contains("did not take the mail"));
            rig.mail().start();
            await().atMost(SOON).until(() -> rig.mail().getReceivedMessages().length == 2);
        }
    }

    @Test
    void passwordsWithAnyCharacterArriveUnharmedAndNothingSecretIsLogged() {
        String password = "p&#%+=:ß{{x}}${body}ü!\"'<>";
        try (var trace = new TraceLog();
                var rig = new Rig(Simulator.CORPORATE)
                        .set("site.main.username", "ü&ser#%+")
                        .set("site.main.password", password)) {
            rig.start();
            rig.alarm("one", Rig.CAMERA_A);
            awaitEvents(rig, 1);
            rig.xprotect().breakDown(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
            rig.alarm("two", Rig.CAMERA_B);
            await().atMost(SOON).until(() -> rig.log().contains("broke the connection"));
            rig.xprotect().breakDown(aResponse().withStatus(401));
            await().atMost(SOON).until(() -> rig.xprotect().loginAttempts() > 1);
            LoggedRequest login = rig.xprotect()
                    .server()
                    .findAll(postRequestedFor(urlPathMatching("(?i).*/connect/token")))
                    .get(0);
            assertThat(login.formParameters().get("password").getValues()).containsExactly(password);
            assertThat(login.formParameters().get("username").getValues()).containsExactly("ü&ser#%+");
            String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8);
            assertThat(trace.lines()).as("the whole log at TRACE").hasSizeGreaterThan(1000);
            assertThat(trace.lines().stream()
                            .filter(line -> line.contains(password)
                                    || line.contains(encoded)
                                    || line.contains("simulated.token"))
                            .collect(Collectors.toList()))
                    .isEmpty();
        }
    }

    @Test
    void whatKeepsASiteFromBeingReadIsToldInTheWordsOfItsCause() {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.username", "wrong user")
                .start()) {
            await().atMost(SOON)
                    .until(() ->
                            rig.log().contains("could not be read: XProtect of main refused the login of wrong user"));
            rig.alarm("waits", Rig.CAMERA_A);
            assertThat(rig.xprotect().loginAttempts()).isEqualTo(1);
        }
    }

    @Test
    void aMissingEventTypeIsTriedAgainOnceItIsThere() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            var without = rig.xprotect()
                    .server()
                    .stubFor(get(urlPathMatching("(?i)/api/rest/v1/analyticsEvents"))
                            .atPriority(1)
                            .willReturn(aResponse().withStatus(200).withBody("{\"array\":[]}")));
            rig.start();
            rig.alarm("early", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("has no analytics event named exactly U-Alarm"));
            rig.xprotect().server().removeStub(without);
            await().atMost(Duration.ofSeconds(50))
                    .until(() -> rig.xprotect().events().size() == 1);
        }
    }

    @Test
    void alarmsOfOneCameraArriveInTheirOrder() {
        try (var rig = Rig.corporate()) {
            for (int i = 0; i < 100; i++) {
                rig.post("{\"id\":\"o" + i + "\",\"camera\":\"" + Rig.CAMERA_A + "\",\"timestamp\":"
                        + (1_763_632_800_000L + i) + "}");
            }
            awaitEvents(rig, 100);
            List<String> times = bodies(rig).stream()
                    .map(body -> body.replaceAll(".*\"time\":\"|\".*", ""))
                    .toList();
            assertThat(Set.copyOf(times)).hasSize(100);
            assertThat(times).isSorted();
        }
    }

    @Test
    void whileItStopsSendersAreToldToSendAgain() throws Exception {
        try (var rig = Rig.corporate()) {
            var statuses = ConcurrentHashMap.<Integer>newKeySet();
            HttpRequest.Builder alarm = rig.request("/")
                    .POST(BodyPublishers.ofString("{\"alarm\":\"Gate\",\"camera\":\"" + Rig.CAMERA_A + "\"}"));
            var isOver = new AtomicBoolean();
            var sender = CompletableFuture.runAsync(() -> {
                while (!isOver.get()) {
                    try {
                        statuses.add(rig.send(alarm.copy()).statusCode());
                    } catch (UncheckedIOException gone) {
                        // Nobody listens any more.
                    }
                }
            });
            await().atMost(SOON).until(() -> statuses.contains(200));
            rig.stop();
            isOver.set(true);
            sender.get(30, TimeUnit.SECONDS);
            assertThat(statuses).isSubsetOf(200, 503);
        }
    }
}
