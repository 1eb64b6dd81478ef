package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.command.Commands;
import ualarm.command.Program;
import ualarm.setup.Questions;
import ualarm.setup.SetupCommand;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;
import ualarm.site.SettingsFolder;

/** The command {@code setup} against a simulated XProtect that has nothing of ours. */
class SetupTest {

    private static final List<String> WRITABLE = List.of("analyticsEvents", "alarmDefinitions", "rules");

    @TempDir
    private Path folder;

    private XProtect xprotect;
    private GreenMail mail;

    @BeforeEach
    void setUp() {
        mail = new GreenMail(new ServerSetup(Rig.freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        use("2025 R1", Edition.CORPORATE);
    }

    @AfterEach
    void tearDown() {
        xprotect.close();
        mail.stop();
    }

    private void use(String release, Edition edition) {
        if (xprotect != null) {
            xprotect.close();
        }
        xprotect = new XProtect(Release.of(release).orElseThrow(), edition, 0);
        xprotect.removeAnalyticsEvent();
    }

    /** What the command printed, in order, and its exit code. */
    private record Said(int code, String text, int questions) {}

    /** Answers in order; of those that are there no more, none comes. */
    private static final class Answers implements Questions {
        private final ArrayDeque<String> answers;
        private final List<String> asked = new ArrayList<>();

        Answers(String... answers) {
            this.answers = new ArrayDeque<>(Arrays.asList(answers));
        }

        @Override
        public Optional<String> ask(String question) {
            asked.add(question);
            return Optional.ofNullable(answers.poll());
        }

        @Override
        public Optional<String> askSecretly(String question) {
            return ask(question);
        }
    }

    private Said run(Answers answers, String... args) {
        var out = new StringWriter();
        int code = Commands.execute(
                Stream.concat(Stream.of("setup"), Stream.of(args)).toArray(String[]::new),
                new Program(() -> 7, SettingsFolder::load, CamelSettings::of, Connector::started),
                Map.of("setup", new SetupCommand(folder, answers)),
                folder,
                new PrintWriter(out),
                new PrintWriter(out));
        assertThat(out.toString()).doesNotContain(XProtect.PASSWORD + "\n").doesNotContain("=" + XProtect.PASSWORD);
        return new Said(code, out.toString(), answers.asked.size());
    }

    private Said run(String... args) {
        return run(new Answers(), args);
    }

    /** With everything given on the command line. */
    private Said yes(String... more) {
        return run(Stream.concat(
                        Stream.of(
                                "--yes",
                                "-Dsite.main.url=" + xprotect.server().url(),
                                "-Dsite.main.username=" + XProtect.USER,
                                "-Dsite.main.password=" + XProtect.PASSWORD,
                                "-Dsite.main.mail.to=guard@example.com",
                                "-Dmail.host=127.0.0.1",
                                "-Dmail.port=" + mail.getSmtp().getPort(),
                                "-Dmail.security=none",
                                "-Dmail.from=ualarm@example.com",
                                "-Dalarm.host=127.0.0.1"),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private String file() throws Exception {
        return Files.readString(folder.resolve("application.properties"));
    }

    private List<String> configuration() {
        return WRITABLE.stream()
                .flatMap(resource -> xprotect.all(resource).stream().map(each -> resource + each))
                .toList();
    }

    private static ObjectNode object(String json) throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(json);
    }

    @Test
    void fromNothingToTheFirstAlarm() throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                "# mine\r\nalarm.host=127.0.0.1\r\nalarm.port=0\r\nconsole.port=" + Rig.freePort()
                        + "\r\nmail.security=none\r\nmail.port="
                        + mail.getSmtp().getPort() + "\r\n");
        var said = run(new Answers(
                xprotect.server().url(),
                XProtect.USER,
                XProtect.PASSWORD,
                "guard@example.com",
                "127.0.0.1",
                "ualarm@example.com",
                "1",
                "",
                "y"));
        assertThat(said.code()).isZero();
        assertThat(said.questions()).isEqualTo(9);
        assertThat(said.text())
                .contains("login: ualarm is let in.", "XProtect 25.1.1804.1, events go by REST", "edition: Corporate")
                .contains("recipient: guard@example.com is accepted")
                .contains("Will create the analytics event \"U-Alarm\"", "Will write into application.properties")
                .contains("Done: analytics event", "Target url to enter in U-Alarm: http://127.0.0.1:");
        assertThat(file())
                .startsWith("# mine\r\nalarm.host=127.0.0.1\r\n")
                .contains("site.main.password=secret\r\n", "site.main.raise-alarm=on\r\n");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("application.properties"))))
                .isEqualTo("rw-------");
        try (var connector = new Connector(SettingsFolder.load(folder), camel -> {})) {
            connector.start();
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.port() + "/"))
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"alarm\":\"Gate\",\"camera\":\"" + Rig.CAMERA_A + "\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            await().until(() ->
                    xprotect.all("events").size() == 1 && xprotect.all("alarms").size() == 1);
        }
        assertThat(xprotect.all("alarms").get(0).path("name").asText()).isEqualTo("Gate");
    }

    @Test
    void aSecondRunChangesNothingAndUndoLeavesXProtectAsItWas() throws Exception {
        xprotect.addAnalyticsEvent("Other");
        String other = xprotect.all("analyticsEvents").get(0).path("id").asText();
        xprotect.add("rules", object("""
                {"id":"7a000000-0000-4000-8000-000000000001","name":"Record on Other","displayName":"Record on Other","enabled":true,
                 "startRuleType":"Event","startEventType":"%s","startActions":["StartRecording"]}""".formatted(other.toUpperCase())));
        var before = configuration();
        var first = yes("--alarm-definition", "--rule-from", "record on other");
        assertThat(first.code()).isZero();
        assertThat(first.text())
                .contains("the 7 cameras that the user sees", "is inferred", "a copy of \"Record on Other\"");
        String event = xprotect.all("analyticsEvents").get(1).path("id").asText();
        assertThat(xprotect.all("alarmDefinitions")).singleElement().satisfies(it -> {
            assertThat(it.path("eventType").asText()).isEqualTo(event);
            assertThat(it.path("sourceList")).hasSize(7);
        });
        assertThat(xprotect.all("rules").get(1).path("startEventType").asText()).isEqualTo(event);
        assertThat(xprotect.all("rules").get(1).path("name").asText()).isEqualTo("Record on U-Alarm");
        var after = configuration();
        String file = file();
        String noted = Files.readString(folder.resolve("data/setup.json"));

        assertThat(yes("--alarm-definition", "--rule-from", "record on other")).satisfies(it -> {
            assertThat(it.code()).isZero();
            assertThat(it.text()).contains("Nothing to do.").doesNotContain("Will ");
        });
        assertThat(run("--yes").text()).contains("Nothing to do.");
        assertThat(configuration()).isEqualTo(after);
        assertThat(file()).isEqualTo(file);
        assertThat(folder.resolve("data/setup.json")).hasContent(noted);

        assertThat(run(new Answers("n"), "--undo").text()).contains("Will remove the rule", "Nothing was changed.");
        assertThat(configuration()).isEqualTo(after);
        // Somebody else's, made meanwhile, stays.
        xprotect.addAnalyticsEvent("Later");
        assertThat(run("--undo", "--yes").code()).isZero();
        assertThat(configuration()).containsAll(before).hasSize(before.size() + 1);
        assertThat(folder.resolve("data/setup.json")).doesNotExist();
        assertThat(run("--undo", "--yes").text()).contains("Nothing to do.");
        assertThat(file()).isEqualTo(file);
    }

    @Test
    void aDefinitionForAllCamerasLendsItsSources() throws Exception {
        xprotect.add("alarmDefinitions", object("""
                {"id":"7a000000-0000-4000-8000-000000000002","name":"Motion","enabled":true,"eventType":"6eb95dd6-7ccc-4bce-99f8-af0d0b582d77",
                 "sourceList":[{"type":"cameraGroups","id":"0e1b0ad3-f67c-4d5f-b792-4bd6c3cf52f8"}]}"""));
        assertThat(yes("--alarm-definition").text()).contains("the sources of the alarm definition \"Motion\"");
        assertThat(xprotect.all("alarmDefinitions")
                        .get(1)
                        .at("/sourceList/0/type")
                        .asText())
                .isEqualTo("cameraGroups");
    }

    @Test
    void aRuleWithoutAnAnalyticsEventIsCopiedSwitchedOff() throws Exception {
        xprotect.add("rules", object("""
                {"id":"7a000000-0000-4000-8000-000000000001","name":"Motion","enabled":true,"startRuleType":"Event"}"""));
        assertThat(yes("--rule-from", "Motion").text()).contains("It is switched off");
        assertThat(xprotect.all("rules").get(1).path("enabled").asBoolean()).isFalse();
        assertThat(yes("--rule-from", "Motion").text()).contains("Nothing to do.");
        assertThat(run("--undo", "--yes").code()).isZero();
        assertThat(xprotect.all("rules")).hasSize(1);
    }

    @Test
    void aRuleThatIsNotThereFailsAndTheRestIsDone() {
        assertThat(yes("--rule-from", "Nowhere")).satisfies(it -> {
            assertThat(it.code()).isEqualTo(1);
            assertThat(it.text()).contains("has no rule named \"Nowhere\"", "Done: analytics event");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Dsite.main.password=wrong|wrong user name or password",
                "-Dsite.main.url=http://nowhere.invalid|the host name nowhere.invalid cannot be found",
                "-Dsite.main.url=http://127.0.0.1:1|127.0.0.1:1 cannot be connected to",
                "-Dmail.port=1|127.0.0.1:1 cannot be connected to"
            })
    void aWrongAnswerGivesItsLineAndNothingIsChanged(String wrong, String told) {
        var before = configuration();
        assertThat(yes(wrong)).satisfies(it -> {
            assertThat(it.code()).isEqualTo(1);
            assertThat(it.text()).contains(told, "Nothing was changed.");
        });
        assertThat(configuration()).isEqualTo(before);
        assertThat(folder.resolve("application.properties")).doesNotExist();
    }

    @Test
    void aWrongAnswerIsAskedAgain() {
        var said = run(new Answers(
                "http://nowhere.invalid",
                xprotect.server().url(),
                XProtect.USER,
                "wrong",
                "",
                XProtect.PASSWORD,
                "-",
                "2",
                "",
                "y"));
        assertThat(said.code()).isZero();
        assertThat(said.text()).contains("cannot be found", "wrong user name or password", "Done: alarm definition");
    }

    @Test
    void nobodyAnswers() {
        assertThat(run()).satisfies(it -> {
            assertThat(it.code()).isEqualTo(2);
            assertThat(it.text()).contains("No answer came");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Dsite.main.urll=x|There is no setting site.main.urll",
                "-Dmail.port=many|Write a number from 1 to 65535",
                "--alarm-definition --raise-alarm|mutually exclusive",
                "--loud|Unknown option",
                "-Dsite.a.url=http://a -Dsite.b.url=http://b|one is set up at a time"
            })
    void aWrongCall(String wrong, String told) {
        assertThat(yes(wrong.split(" "))).satisfies(it -> {
            assertThat(it.code()).isEqualTo(2);
            assertThat(it.text()).contains(told);
        });
    }

    @Test
    void withoutQuestionsTheLoginMustBeGiven() {
        assertThat(run("--yes", "-Dsite.main.url=" + xprotect.server().url())).satisfies(it -> {
            assertThat(it.code()).isEqualTo(2);
            assertThat(it.text()).contains("-Dsite.main.username=… -Dsite.main.password=…");
        });
    }

    @Test
    void aSelfSignedCertificateIsShownAndTrustedOnAYes() throws Exception {
        var certificate = TestCertificate.in(Files.createDirectories(folder.resolve("tls")), 1);
        xprotect.close();
        xprotect = new XProtect(new Release(2025, 1), Edition.CORPORATE, certificate.certificate(), certificate.key());
        assertThat(run(new Answers(
                                xprotect.server().url(), "n", xprotect.server().url(), "n"))
                        .text())
                .contains(
                        "made out to CN=localhost",
                        "issued by   CN=localhost",
                        "SHA-256     ",
                        "is self-signed",
                        "No answer came");
        assertThat(folder.resolve("application.properties")).doesNotExist();
        var said = yes();
        assertThat(said.code()).isZero();
        assertThat(said.text())
                .contains("SHA-256", "Will trust XProtect's certificate from now on", "the certificate is trusted");
        assertThat(file()).contains("site.main.trust=xprotect-main.pem");
        assertThat(folder.resolve("xprotect-main.pem")).content().startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(yes().text()).contains("Nothing to do.");
    }

    @Test
    void aMissingRightIsNamed() throws Exception {
        use("2025 R1", Edition.PROFESSIONAL);
        xprotect.setAdministrator(false);
        assertThat(yes("--alarm-definition")).satisfies(it -> {
            assertThat(it.code()).isEqualTo(1);
            assertThat(it.text())
                    .contains("ualarm is no administrator", "The role of ualarm may not create analytics events")
                    .contains("role Administrators", "It needs the analytics event", "Done: application.properties");
        });
        assertThat(configuration()).isEmpty();
        assertThat(folder.resolve("data/setup.json")).doesNotExist();
        xprotect.setAdministrator(true);
        assertThat(yes("--alarm-definition").code()).isZero();
    }

    @Test
    void essentialHasNoAlarmManager() {
        use("2025 R1", Edition.ESSENTIAL);
        assertThat(yes("--alarm-definition")).satisfies(it -> {
            assertThat(it.code()).isZero();
            assertThat(it.text()).contains("Essential+ has no Alarm Manager", "every alarm is mailed");
        });
        assertThat(xprotect.all("alarmDefinitions")).isEmpty();
        assertThat(yes("-Dsite.main.mail.to=")).satisfies(it -> {
            assertThat(it.code()).isEqualTo(1);
            assertThat(it.text()).contains("nobody would see an alarm");
        });
    }

    @Test
    void anOlderXProtectGetsWhatRestCanCreateAndTheRestInWords() {
        use("2022 R1", Edition.CORPORATE);
        assertThat(yes(
                        "--alarm-definition",
                        "-Dsite.main.event-server=127.0.0.1:"
                                + xprotect.server().port()))
                .satisfies(it -> {
                    assertThat(it.code()).isZero();
                    assertThat(it.text()).contains("events go as XML", "enable analytics events on port");
                });
        assertThat(xprotect.all("alarmDefinitions")).hasSize(1);
        use("2020 R3", Edition.CORPORATE);
        assertThat(yes()).satisfies(it -> {
            assertThat(it.code()).isZero();
            assertThat(it.text())
                    .contains(
                            "has no API Gateway",
                            "add an event named exactly \"U-Alarm\"",
                            "Done: application.properties");
        });
    }

    /** The routes of set-up, beside all others and against an XProtect: what one creates the next finds, and the last removes. */
    @Test
    void theRoutesOfSetUpAskAnXProtect() {
        try (var server = new XProtect(Release.of("2025 R1").orElseThrow(), Edition.CORPORATE, 0);
                var rig = new Rig(Simulator.CORPORATE)
                        .set("site.main.url", server.server().url())
                        .set("site.main.username", XProtect.USER)
                        .set("site.main.password", XProtect.PASSWORD)
                        .start()) {
            var made = ask(rig, "create-event", Map.of("name", "Gate", "description", ""), Map.of());
            String id = ualarm.milestone.Answers.tree(made.getVariable("answer", byte[].class))
                    .path("result")
                    .path("id")
                    .asText();
            assertThat(server.all("analyticsEvents"))
                    .extracting(event -> event.path("name").asText())
                    .contains("Gate");
            ask(rig, "create-definition", Map.of("name", "Gate", "eventType", id), Map.of());
            ask(rig, "create-rule", Map.of("id", UUID.randomUUID().toString(), "name", "Gate"), Map.of());
            for (String route : List.of("list-definitions", "list-rules", "read-rights", "find-alarms")) {
                ask(rig, route, "", Map.of());
            }
            ask(
                    rig,
                    "read-rule",
                    "",
                    Map.of("rule", server.all("rules").get(0).path("id").asText()));
            ask(rig, "remove", "", Map.of("kind", "analyticsEvents", "id", id));
            assertThat(server.all("analyticsEvents"))
                    .extracting(event -> event.path("name").asText())
                    .doesNotContain("Gate");
        }
    }

    private static Exchange ask(Rig rig, String route, Object body, Map<String, String> variables) {
        var camel = rig.connector().camel();
        Exchange exchange = ExchangeBuilder.anExchange(camel).withBody(body).build();
        exchange.setVariable("site", "main");
        variables.forEach(exchange::setVariable);
        camel.createProducerTemplate().send("direct:" + route, exchange);
        assertThat(exchange.getException()).as(route).isNull();
        return exchange;
    }
}
