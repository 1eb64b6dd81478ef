package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.Simulator.Version;
import ualarm.command.Check;
import ualarm.command.Commands;
import ualarm.command.Finding;
import ualarm.command.Finding.Level;
import ualarm.command.OfflineRooms;
import ualarm.command.Program;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.SettingsFolder;

/** What {@code check} says of set-ups that are right, and of those that are not; and the other commands. */
class CheckTest {

    private static final String API = "(?i)/api/rest/v1/";
    private static final ToLongFunction<Path> ROOMY = folder -> 1L << 40;

    @TempDir
    Path folder;

    private final Map<String, String> settings = new LinkedHashMap<>();
    private Simulator xprotect;
    private GreenMail mail;

    @BeforeEach
    void setUp() {
        xprotect = new Simulator(Simulator.CORPORATE, 0);
        mail = new GreenMail(new ServerSetup(Rig.freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        site(xprotect);
        settings.put("alarm.host", "127.0.0.1");
        settings.put("alarm.port", "0");
        settings.put("console.port", "0");
        settings.put("site.main.mail.to", "guard@example.com; chief@example.com");
        settings.put("mail.host", "127.0.0.1");
        settings.put("mail.port", String.valueOf(mail.getSmtp().getPort()));
        settings.put("mail.security", "none");
        settings.put("mail.from", "ualarm@example.com");
    }

    @AfterEach
    void tearDown() {
        xprotect.close();
        mail.stop();
    }

    private void site(Simulator simulator) {
        settings.put("site.main.url", simulator.url());
        settings.put("site.main.username", "ualarm");
        settings.put("site.main.password", "hush-hush");
        settings.put("site.main.event-server", "127.0.0.1:" + simulator.port());
    }

    private String properties() {
        return settings.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining("\n"));
    }

    private List<Finding> check() {
        return check(ROOMY);
    }

    private List<Finding> check(ToLongFunction<Path> freeBytes) {
        var found = new Check(new Settings(properties(), folder, Map.of(), Map.of()), Clock.systemUTC(), freeBytes)
                .run(Optional.empty());
        assertThat(found.toString()).doesNotContain("hush-hush").doesNotContain("relay-secret");
        return found;
    }

    /** The only fault is that one, and its line has these words. */
    private void assertFault(Level level, String what, String... words) {
        assertFault(check(), level, what, words);
    }

    private static void assertFault(List<Finding> found, Level level, String what, String... words) {
        assertThat(found)
                .filteredOn(finding -> finding.level() == Level.FAIL
                        || finding.level() == level && finding.what().equals(what))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(level);
                    assertThat(finding.what()).isEqualTo(what);
                    assertThat(finding.message()).contains(words);
                });
    }

    private void stub(String path, ResponseDefinitionBuilder answer) {
        xprotect.server().stubFor(any(urlPathMatching(path)).atPriority(1).willReturn(answer));
    }

    private void events(String... names) {
        stub(
                API + "analyticsEvents",
                aResponse()
                        .withBody(Stream.of(names)
                                .map(name ->
                                        "{\"id\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"name\":\"" + name + "\"}")
                                .collect(Collectors.joining(",", "{\"array\":[", "]}"))));
    }

    static Stream<Arguments> profiles() {
        return Stream.of(Version.values())
                .flatMap(version -> Stream.of(Simulator.CORPORATE, Simulator.ESSENTIAL)
                        .map(edition -> Arguments.of(version, edition)));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void nothingFailsWhereTheSettingsFit(Version version, String edition) {
        try (var simulator = new Simulator(version, edition, 0)) {
            site(simulator);
            String label = edition.equals(Simulator.ESSENTIAL) ? "Essential+" : "Corporate";
            if (!version.hasGateway()) {
                settings.put("site.main.edition", label);
            }
            var found = check();
            assertThat(found).noneMatch(finding -> finding.level() == Level.FAIL);
            assertThat(found)
                    .extracting(Finding::what)
                    .contains("address", "connection", "version", "edition", "mail relay", "recipient", "disk");
            assertThat(found)
                    .filteredOn(finding -> finding.what().equals("edition"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).startsWith(label));
            boolean byXml = version == Version.V2020_R3 || version == Version.V2022_R1;
            assertThat(found.stream().anyMatch(finding -> finding.what().equals("event server")))
                    .isEqualTo(byXml);
            assertThat(simulator.xmlEvents()).isEmpty();
            assertThat(simulator.events()).isEmpty();
            assertThat(mail.getReceivedMessages()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "InvalidCredentials, site.main.password",
        "LockedOut, Unlock the user",
        "ChangePassword, Set a new one in Management Client"
    })
    void refusedLogin(String code, String remedy) {
        stub(
                "(?i)/api/idp/connect/token",
                aResponse().withStatus(400).withBody("{\"error\":\"invalid_grant\",\"error_code\":\"" + code + "\"}"));
        assertFault(Level.FAIL, "login", code, remedy);
        assertThat(xprotect.loginAttempts()).isEqualTo(1);
    }

    @Test
    void asksByTheIntegratorsRoutesAndLeavesNothingBehind() throws Exception {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        for (Path file : RoutesTest.routes()) {
            // One more header, set by a route of the integrator's own, by a setting of theirs.
            Files.writeString(
                    routes.resolve("my-" + file.getFileName()),
                    Files.readString(file)
                            .replaceAll("(?m)^( *)(- to: direct:ask-xprotect)$", "$1- to: direct:sign\n$1$2"));
        }
        Files.writeString(routes.resolve("sign.camel.yaml"), """
                - route:
                    id: sign
                    from:
                      uri: direct:sign
                      steps:
                        - setHeader:
                            name: X-Signed
                            simple: "{{my.signature}}"
                """);
        settings.put("my.signature", "by us");
        assertThat(check()).noneMatch(f -> f.level() == Level.FAIL);
        var asked = xprotect.server().findAll(anyRequestedFor(urlPathMatching("(?!/api/ws/).*")));
        assertThat(asked).hasSize(8).allMatch(request -> "by us".equals(request.getHeader("X-Signed")));
        assertThat(command("cameras").out()).contains("North gate");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(routes);
        }

        Files.delete(routes.resolve("sign.camel.yaml"));
        assertFault(Level.FAIL, "routes", "no route is from direct:sign");
        Files.delete(routes.resolve("my-read-site.camel.yaml"));
        assertFault(Level.FAIL, "routes", "direct:find-site", "Bring back routes/read-site.camel.yaml");
        assertThat(command("cameras").err()).contains("direct:find-site");
        Files.writeString(routes.resolve("broken.camel.yaml"), "- route:\n    id: [bad\n");
        assertFault(Level.FAIL, "routes", "broken.camel.yaml", "validate");
    }

    @Test
    void aTrustFileWithoutCertificateIsNotTheOtherSitesFault() throws Exception {
        Files.writeString(folder.resolve("empty.pem"), "");
        settings.put("site.other.url", "https://127.0.0.1:" + xprotect.port());
        settings.put("site.other.username", "ualarm");
        settings.put("site.other.password", "hush-hush");
        settings.put("site.other.trust", "empty.pem");
        assertThat(check())
                .filteredOn(f -> f.level() == Level.FAIL)
                .extracting(f -> f.site() + " " + f.what())
                .containsExactly("main routes", "other TLS");
    }

    @Test
    void aSiteThatHangsIsToldSo() {
        xprotect.breakDown(aResponse().withFixedDelay(60_000));
        Instant began = Instant.now();
        assertFault(Level.FAIL, "answer", "did not answer in time");
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aSiteThatIsDownOrElsewhereIsToldSo() {
        xprotect.breakDown(503);
        assertFault(Level.FAIL, "version", "answered 503", "down or restarting");
        xprotect.breakDown(aResponse().withStatus(301).withHeader("Location", "https://vms.example.com/"));
        assertFault(Level.FAIL, "version", "redirects to https://vms.example.com/", "site.main.url");
        assertThat(xprotect.loginAttempts()).isZero();
        xprotect.breakDown(aResponse().withBody("<html>It works!</html>"));
        assertFault(Level.FAIL, "version", "not XProtect's", "site.main.url");
    }

    @Test
    void wrongHost() {
        settings.put("site.main.url", "https://xprotect.invalid");
        assertFault(Level.FAIL, "address", "xprotect.invalid cannot be found", "site.main.url", "DNS");
    }

    @Test
    void nothingListens() {
        settings.put("site.main.url", "http://127.0.0.1:" + Rig.freePort());
        assertFault(Level.FAIL, "connection", "cannot be connected to", "site.main.url", "firewall");
    }

    @Test
    void anotherServer() {
        settings.put("site.main.trigger", "rest");
        stub(".*", aResponse().withStatus(404));
        assertFault(Level.FAIL, "version", "no API Gateway", "site.main.url");
    }

    private WireMockServer https(String host, int certificateMadeDaysAgo) throws Exception {
        TestCertificate.in(folder, certificateMadeDaysAgo);
        var server = new WireMockServer(wireMockConfig()
                .bindAddress(host)
                .httpDisabled(true)
                .dynamicHttpsPort()
                .keystorePath(folder.resolve("k.p12").toString())
                .keystoreType("PKCS12")
                .keystorePassword("changeit")
                .keyManagerPassword("changeit"));
        server.start();
        server.stubFor(get(urlEqualTo("/api/.well-known/uris"))
                .willReturn(aResponse().withBody("{\"ProductVersion\":\"25.1.1804.0\"}")));
        server.stubFor(post(urlPathMatching("(?i)/api/idp/connect/token"))
                .willReturn(aResponse().withBody("{\"access_token\":\"t\",\"expires_in\":3600}")));
        server.stubFor(get(urlPathMatching(API + "cameras"))
                .willReturn(aResponse().withBody("{\"array\":[{\"id\":\"" + Rig.CAMERA_A + "\",\"name\":\"Gate\"}]}")));
        server.stubFor(get(urlPathMatching(API + "licenseInformations"))
                .willReturn(aResponse().withBody("{\"array\":[{\"displayName\":\"XProtect Expert\"}]}")));
        server.stubFor(
                get(urlPathMatching(API + "analyticsEvents"))
                        .willReturn(
                                aResponse()
                                        .withBody(
                                                "{\"array\":[{\"id\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"name\":\"U-Alarm\"}]}")));
        server.stubFor(
                get(urlPathMatching(API + "alarmDefinitions"))
                        .willReturn(
                                aResponse()
                                        .withBody(
                                                "{\"array\":[{\"enabled\":true,\"eventType\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\"}]}")));
        settings.put("site.main.url", "https://" + host + ":" + server.httpsPort());
        return server;
    }

    @Test
    void selfSignedCertificate() throws Exception {
        var server = https("127.0.0.1", 1);
        try {
            assertFault(Level.FAIL, "TLS", "self-signed", "site.main.trust", "PEM");
            server.verify(0, postRequestedFor(urlPathMatching(".*")));

            settings.put("site.main.trust", "insecure");
            assertFault(Level.WARNING, "TLS", "not checked", "site.main.trust=insecure");

            settings.put("site.main.trust", "cert.pem");
            var found = check();
            assertThat(found).noneMatch(finding -> finding.level() == Level.FAIL);
            assertThat(found)
                    .filteredOn(f -> f.what().equals("TLS"))
                    .extracting(Finding::level)
                    .containsExactly(Level.OK);
            assertThat(found)
                    .filteredOn(f -> f.what().equals("alarm definition"))
                    .extracting(Finding::message)
                    .containsExactly("one triggers on U-Alarm.");
        } finally {
            server.stop();
        }
    }

    @Test
    void certificateOfAnotherName() throws Exception {
        var server = https("127.0.0.2", 1);
        try {
            settings.put("site.main.trust", "cert.pem");
            assertFault(Level.FAIL, "TLS", "is not made out to 127.0.0.2", "site.main.url");
        } finally {
            server.stop();
        }
    }

    @Test
    void expiredCertificate() throws Exception {
        var server = https("127.0.0.1", 100);
        try {
            assertFault(Level.FAIL, "TLS", "expired on", "Renew it");
        } finally {
            server.stop();
        }
    }

    @Test
    void eventMissing() {
        events("Line crossed");
        assertFault(Level.FAIL, "event", "no analytics event named exactly \"U-Alarm\"", "Add it in Management Client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"U-Alarm.", "u-alarm", "U-Alarm ", "U Alarm"})
    void eventNamedAlmostSo(String name) {
        events("Line crossed", name);
        assertFault(Level.FAIL, "event", '"' + name + '"', "differs in case, blanks or dots", "Rename it");
    }

    @Test
    void noCameras() {
        stub(API + "cameras", aResponse().withBody("{\"array\":[]}"));
        assertFault(Level.FAIL, "cameras", "sees no cameras", "Roles");
    }

    @Test
    void noRights() {
        stub(
                API + "analyticsEvents",
                aResponse()
                        .withStatus(403)
                        .withBody(
                                "{\"error\":{\"httpCode\":403,\"details\":[{\"errorText\":\"You do not have sufficient permissions.\"}]}}"));
        assertFault(Level.FAIL, "event", "may not read analytics events", "sufficient permissions", "Roles");
    }

    @Test
    void anAliasOfNoCamera() {
        settings.put("site.main.camera.gate", "00000000-0000-4000-8000-000000000009");
        assertFault(Level.WARNING, "cameras", "site.main.camera.gate");
    }

    @Test
    void essentialWithoutMail() {
        try (var simulator = new Simulator(Simulator.ESSENTIAL, 0)) {
            site(simulator);
            settings.remove("site.main.mail.to");
            assertFault(Level.FAIL, "edition", "nobody would see an alarm", "site.main.mail.to");
        }
    }

    @Test
    void eventServerOff() {
        settings.put("site.main.trigger", "xml");
        settings.put("site.main.event-server", "127.0.0.1:" + Rig.freePort());
        var found = check();
        assertFault(found, Level.FAIL, "event server", "Analytics Events", "site.main.event-server");
        assertFault(
                found.stream().filter(f -> f.level() != Level.FAIL).toList(),
                Level.WARNING,
                "alarm definition",
                "operators see no alarm",
                "Alarm Definitions");
    }

    @ParameterizedTest
    @CsvSource({"-300, FAIL, behind", "20, WARNING, ahead of"})
    void clockOff(long seconds, Level level, String direction) {
        stub(
                "(?i)/api/.well-known/uris",
                aResponse()
                        .withHeader(
                                "Date",
                                DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now()
                                        .plus(seconds, ChronoUnit.SECONDS)
                                        .atZone(ZoneOffset.UTC)))
                        .withBody("{\"ProductVersion\":\"25.1.1804.0\"}"));
        assertFault(level, "clock", direction, "NTP");
    }

    @Test
    void relayRefusesTheLogin() {
        settings.put("mail.username", "ualarm");
        settings.put("mail.password", "relay-secret");
        assertFault(Level.FAIL, "mail relay", "refuses the login of ualarm", "mail.password");
    }

    @Test
    void relayOff() {
        settings.put("mail.port", String.valueOf(Rig.freePort()));
        assertFault(Level.FAIL, "mail relay", "cannot be connected to", "mail.host");
    }

    @Test
    void relayRefusesARecipient() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        settings.put("mail.host", "localhost");
        settings.put("mail.security", "starttls");
        settings.put("mail.username", "ualarm");
        settings.put("mail.password", "relay-secret");
        settings.put("site.main.mail.to", "guard@example.com; refused@example.com; later@example.com");
        var certificate = TestCertificate.in(folder, 1);
        try (var exim = new Exim(certificate)) {
            settings.put("mail.port", String.valueOf(exim.port()));
            assertFault(Level.FAIL, "mail relay", "certificate", "mail.trust");

            settings.put("mail.trust", certificate.certificate().toString());
            var found = check();
            assertFault(found, Level.FAIL, "recipient", "refuses refused@example.com", "no such user here", "mail.to");
            assertThat(found)
                    .filteredOn(f -> f.what().equals("recipient"))
                    .extracting(Finding::level)
                    .containsExactly(Level.OK, Level.FAIL, Level.WARNING);
            assertThat(exim.delivered()).isEmpty();
        }
    }

    @Test
    void tokenLoginIsLeftAlone() {
        settings.put("mail.username", "ualarm");
        settings.put("mail.oauth.token-url", "https://login.invalid/token");
        settings.put("mail.oauth.client-id", "id");
        assertThat(check())
                .noneMatch(f -> f.level() == Level.FAIL)
                .anyMatch(f -> f.what().equals("mail login") && f.message().contains("not checked here"));
    }

    @Test
    void diskFull() {
        assertFault(check(at -> 12L << 20), Level.FAIL, "disk", "12 MB are free", "journal.directory");
    }

    @Test
    void portTaken() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            settings.put("alarm.port", String.valueOf(other.getLocalPort()));
            assertFault(Level.FAIL, "alarm port", "Stop the program that uses it", "U-Alarm");
        }
    }

    @Test
    void portTakenByTheConnectorIsFine() {
        var intake =
                new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        var console =
                new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        intake.start();
        console.start();
        try {
            intake.stubFor(get("/").willReturn(aResponse().withBody("{\"status\":\"running\"}")));
            console.stubFor(get("/api/status").willReturn(aResponse().withBody("{\"uptimeSeconds\":1}")));
            settings.put("alarm.port", String.valueOf(intake.port()));
            settings.put("console.port", String.valueOf(console.port()));
            assertThat(check())
                    .filteredOn(f -> f.what().endsWith(" port"))
                    .hasSize(2)
                    .allMatch(f -> f.level() == Level.OK && f.message().contains("running connector"));
        } finally {
            intake.stop();
            console.stop();
        }
    }

    @Test
    void aSettingsFileInAnotherEncodingOrNoneAtAllIsTold() throws Exception {
        Files.write(
                folder.resolve("application.properties"),
                "site.main.url=http://x\nsite.main.password=p\u00e4ss\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> SettingsFolder.load(folder))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.faults())
                                .singleElement()
                                .asString()
                                .contains("Line 2", "Save the file as UTF-8"));
        Files.delete(folder.resolve("application.properties"));
        assertThatThrownBy(() -> SettingsFolder.load(folder))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.faults())
                                .anySatisfy(
                                        fault -> assertThat(fault).contains("There is no application.properties in")));
    }

    /** What a command printed, and its exit code. */
    private record Said(int code, String out, String err) {}

    private Said command(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var program = new Program(
                () -> 7,
                at -> new Settings(properties(), at, Map.of(), Map.of()),
                CamelSettings::of,
                Connector::started);
        int code = Commands.execute(args, program, folder, new PrintWriter(out), new PrintWriter(err));
        return new Said(code, out.toString(), err.toString());
    }

    @Test
    void checkPrintsALineEachOrJson() throws Exception {
        assertThat(command("check").out()).contains("ok      main: login: ualarm is let in.");
        settings.put("site.main.username", "wrong");
        var said = command("check", "--json");
        assertThat(said.code()).isEqualTo(1);
        var found = new ObjectMapper().readTree(said.out());
        assertThat(found)
                .anyMatch(f -> f.get("level").asText().equals("fail")
                        && f.get("site").asText().equals("main")
                        && f.get("what").asText().equals("login")
                        && f.get("message").asText().contains("InvalidCredentials"));
        assertThat(command("check", "--site", "nowhere").code()).isEqualTo(2);
        settings.put("no.such.setting", "x");
        assertThat(command("check")).satisfies(it -> {
            assertThat(it.code()).isEqualTo(2);
            assertThat(it.err()).contains("no.such.setting");
        });
    }

    @Test
    void helpVersionAndRun() {
        assertThat(command("--version").out().strip()).isEqualTo("development");
        assertThat(command("--help").out()).contains("run", "check", "cameras", "test-alarm", "validate", "Exit codes");
        for (String each : List.of("run", "check", "cameras", "test-alarm", "validate")) {
            assertThat(command(each, "--help")).satisfies(it -> {
                assertThat(it.code()).isZero();
                assertThat(it.out()).contains("Usage");
            });
        }
        assertThat(command().code()).isEqualTo(7);
        assertThat(command("run").code()).isEqualTo(7);
        assertThat(command("sing").code()).isEqualTo(2);
    }

    @Test
    void camerasAreListed() throws Exception {
        assertThat(command("cameras").out()).contains("main  " + Rig.CAMERA_A + "  North gate");
        assertThat(new ObjectMapper().readTree(command("cameras", "--json").out()))
                .hasSize(5);
        settings.put("site.main.username", "wrong");
        assertThat(command("cameras")).satisfies(it -> {
            assertThat(it.code()).isEqualTo(1);
            assertThat(it.err()).contains("InvalidCredentials");
        });
    }

    @Test
    void testAlarmGoesToTheConsole() {
        settings.put("console.port", String.valueOf(Rig.freePort()));
        assertThat(command("test-alarm", "--site", "main", "--camera", Rig.CAMERA_A))
                .satisfies(it -> {
                    assertThat(it.code()).isEqualTo(1);
                    assertThat(it.err()).contains("No connector runs at 127.0.0.1");
                });
        xprotect.server()
                .stubFor(post("/api/test-alarm")
                        .atPriority(1)
                        .withHeader("X-Requested-With", equalTo("console"))
                        .withBasicAuth("console", "hush-hush")
                        .withRequestBody(equalToJson("{\"site\":\"main\",\"camera\":\"" + Rig.CAMERA_A + "\"}"))
                        .willReturn(aResponse().withBody("{\"id\":\"a-1\"}")));
        settings.put("console.port", String.valueOf(xprotect.port()));
        settings.put("console.password", "hush-hush");
        assertThat(command("test-alarm", "--site", "main", "--camera", "{" + Rig.CAMERA_A.toUpperCase() + "}")
                        .out()
                        .strip())
                .isEqualTo("a-1");
        assertThat(command("test-alarm", "--site", "main").code()).isEqualTo(2);
        assertThat(command("test-alarm", "--site", "main", "--camera", "gate").code())
                .isEqualTo(2);
    }

    private Path shipped() throws IOException {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        for (Path file : RoutesTest.routes()) {
            Files.copy(file, routes.resolve(file.getFileName()));
        }
        return routes;
    }

    private static void edit(Path file, String right, String wrong) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(right);
        Files.writeString(file, text.replace(right, wrong));
    }

    @Test
    void validateNamesFileAndLine() throws Exception {
        Path routes = shipped();
        assertThat(command("validate"))
                .satisfies(it -> assertThat(it.code()).as(it.out()).isZero());
        edit(routes.resolve("send-mail.camel.yaml"), "- split:", "- splitt:");
        edit(routes.resolve("store-alarm.camel.yaml"), "ref: alarmMail", "ref: alarmMial");
        edit(routes.resolve("match-camera.camel.yaml"), "- to: direct:store-alarm", "- log: \"{{my.text}}\"");
        Files.move(routes.resolve("supervise.camel.yaml"), routes.resolve("supervise.yaml"));
        var said = command("validate");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out().lines())
                .containsExactly(
                        "routes/supervise.yaml:1: it is not read, because its name does not end in .camel.yaml. Rename it to supervise.camel.yaml.",
                        "routes/match-camera.camel.yaml:13: {{my.text}} is set nowhere. Write my.text= with its value into application.properties.",
                        "routes/send-mail.camel.yaml:33: there is no step splitt. Write split.",
                        "routes/send-mail.camel.yaml:46: there is no step splitt. Write split.",
                        "routes/store-alarm.camel.yaml:8: there is no bean alarmMial. Write alarmMail.",
                        "routes/supervise.camel.yaml: the connector itself runs the route supervise, and none has this id. Bring back routes/supervise.camel.yaml, which has it.");
        settings.put("my.text", "x");
        settings.put("no.such.setting", "x");
        var json = new ObjectMapper().readTree(command("validate", "--json").out());
        assertThat(json)
                .anyMatch(fault -> fault.path("what").asText().equals("settings")
                        && fault.path("message").asText().contains("no.such.setting")
                        && !fault.has("file"))
                .anyMatch(fault -> fault.path("what").asText().equals("routes")
                        && fault.path("file").asText().equals("store-alarm.camel.yaml")
                        && fault.path("line").asInt() == 8
                        && fault.path("message").asText().equals("there is no bean alarmMial. Write alarmMail."));
    }

    @Test
    void validateOpensNothingAndLeavesNothingBehind() throws Exception {
        Path routes = shipped();
        try (var alarms = new ServerSocket(0);
                var console = new ServerSocket(0)) {
            settings.put("alarm.port", String.valueOf(alarms.getLocalPort()));
            settings.put("console.port", String.valueOf(console.getLocalPort()));
            // A bean of the integrator's would be made, and do what it does.
            Files.writeString(routes.resolve("own.camel.yaml"), """
                    - beans:
                        - name: own
                          type: java.io.FileOutputStream
                          constructors:
                            "0": "%s"
                    """.formatted(folder.resolve("made")));
            assertThat(command("validate"))
                    .satisfies(it -> assertThat(it.code()).as(it.out()).isZero());
        }
        assertThat(xprotect.server().findAll(anyRequestedFor(anyUrl()))).isEmpty();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(routes);
        }
    }

    @Test
    void validateSaysThatAFolderHasNoRoutes() throws Exception {
        Files.createDirectory(folder.resolve("routes"));
        assertThat(command("validate").out()).startsWith("routes/: no file in ").contains("*.camel.yaml");
    }

    /** Else a route that names the bean would be refused. */
    @Test
    void validateKnowsEveryBeanOfTheConnector() {
        try (var camel = new DefaultCamelContext();
                var rig = Rig.corporate()) {
            new OfflineRooms(Optional.empty(), List.of()).accept(camel);
            Set<String> known =
                    camel.getRegistry().findByTypeWithName(Object.class).keySet();
            var beans = rig.connector().camel().getRegistry().findByTypeWithName(Object.class);
            beans.values().removeIf(bean -> !bean.getClass().getName().startsWith("ualarm."));
            // Camel asks for it itself.
            beans.remove(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME);
            assertThat(beans.keySet()).hasSizeGreaterThan(15).isSubsetOf(known);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
