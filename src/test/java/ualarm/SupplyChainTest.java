package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMailUtil;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What we are made of: each published fault of it that touches us ({@code cves.csv}) is mended in the version that is there, or a test
 * shows that it does not reach us. That list was made for one version of Camel; for another it is to be made anew.
 */
class SupplyChainTest {

    /** The version for which the list was made. */
    private static final String LOOKED_AT = "4.18.0";

    private static final Pattern FROM = Pattern.compile("from:\\s+uri: [\"']?(imaps?|pop3s?|smtps?):");

    private record Row(String cve, String artifact, String mended, String test, String why) {

        static Row of(String line) {
            String[] cells = line.split(";", 5);
            assertThat(cells).as(line).hasSize(5);
            return new Row(cells[0], cells[1], cells[2], cells[3], cells[4]);
        }

        Optional<String> version() {
            return SupplyChainTest.version(artifact);
        }
    }

    /** As Maven has written it into the jar. */
    private static Optional<String> version(String artifact) {
        String path = "META-INF/maven/" + artifact.replace(':', '/') + "/pom.properties";
        try (InputStream in = SupplyChainTest.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                return Optional.empty();
            }
            var properties = new Properties();
            properties.load(in);
            return Optional.of(properties.getProperty("version"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/cves.csv")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(Row::of)
                .toList();
    }

    @Test
    void eachPublishedFaultIsMendedOrShownNotToReachUs() throws Exception {
        assertThat(version("org.apache.camel:camel-api"))
                .as("Camel's version: read its CVE records anew, then change LOOKED_AT and cves.csv")
                .hasValue(LOOKED_AT);
        assertThat(rows()).hasSizeGreaterThan(10);
        for (Row row : rows()) {
            boolean isMended =
                    row.version().map(there -> isAtLeast(there, row.mended())).orElse(false);
            if (!isMended) {
                assertShown(row);
            }
        }
    }

    private static boolean isAtLeast(String there, String mended) {
        return Version.parse(there).compareTo(Version.parse(mended)) >= 0;
    }

    private static void assertShown(Row row) throws ClassNotFoundException {
        assertThat(row.why()).as(row.cve()).isNotBlank();
        String[] test = row.test().split("#");
        assertThat(Arrays.stream(Class.forName(test[0]).getDeclaredMethods())
                        .filter(method -> method.getName().equals(test[1]))
                        .filter(method -> AnnotationSupport.isAnnotated(method, Testable.class)))
                .as("%s of %s: the test %s", row.cve(), row.artifact(), row.test())
                .hasSize(1);
    }

    @Test
    void whatIsNotNeededIsNotThere() {
        for (String artifact : List.of(
                "org.apache.camel:camel-jms",
                "org.apache.camel:camel-sjms2",
                "org.apache.camel:camel-groovy",
                "org.apache.camel:camel-exec")) {
            assertThat(version(artifact)).as(artifact).isEmpty();
        }
        assertThat(version("org.apache.camel:camel-mail"))
                .as("the look for versions finds some")
                .isPresent();
    }

    @Test
    void noRouteConsumesMail() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(FROM);
            }
        }
        assertThat("from:\n      uri: imaps:x").containsPattern(FROM);
    }

    private static void add(CamelContext camel, String uri) {
        try {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(uri).to("direct:alarm").removeHeaders("*").setBody(constant("{}"));
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The adapter takes no header off, as anybody's may. */
    @Test
    void whatASenderPutsIntoHeadersEndsAtTheJournal() throws IOException {
        try (var rig = new Rig(Simulator.CORPORATE).set("site.main.mail.when", "always")) {
            rig.start(camel -> add(camel, "platform-http:/adapter"));
            await().until(() -> rig.log().contains("5 cameras"));
            for (String path : List.of("/adapter", "/")) {
                var request = rig.request(path + "?cc=evil%40example.com&mail.smtp.host=evil.example")
                        .header("Content-Type", "application/octet-stream");
                for (String name : List.of(
                        "mail.smtp.host",
                        "mail.smtp.from",
                        "To",
                        "Cc",
                        "Bcc",
                        "Subject",
                        "From",
                        "Reply-To",
                        "CamelHttpUri",
                        "CamelHttpPath",
                        "CamelHttpQuery",
                        "CamelFileName",
                        "JournalDuplicate",
                        "Evil")) {
                    request.header(name, name.startsWith("Camel") ? "{{env:PATH}}" : "evil@evil.example");
                }
                var answer = rig.send(request.POST(
                        BodyPublishers.ofString("{\"id\":\"of " + path + "\",\"camera\":\"" + Rig.CAMERA_A + "\"}")));
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
            }
            await().until(() -> rig.xprotect().events().size() == 2);
            assertThat(rig.mail().waitForIncomingEmail(20_000, 2))
                    .as("a mail for each recipient")
                    .isTrue();
            for (var mail : rig.mail().getReceivedMessages()) {
                assertThat(GreenMailUtil.getWholeMessage(mail)).doesNotContainIgnoringCase("evil");
            }
            assertThat(rig.xprotect().server().getAllServeEvents())
                    .allSatisfy(event -> assertThat(event.getRequest().getAbsoluteUrl()
                                    + event.getRequest().getHeaders())
                            .doesNotContainIgnoringCase("evil")
                            .doesNotContain(System.getenv("PATH")));
        }
    }

    @Test
    void noOriginIsReflected() {
        try (var rig = new Rig(Simulator.CORPORATE).start()) {
            String evil = "https://evil.example";
            var preflight = rig.request("/")
                    .header("Origin", evil)
                    .header("Access-Control-Request-Method", "POST")
                    .method("OPTIONS", BodyPublishers.noBody());
            var post = rig.request("/").header("Origin", evil).POST(BodyPublishers.ofString(Messages.P1));
            for (var request : List.of(
                    preflight,
                    post,
                    rig.console("/api/status").header("Origin", evil).GET())) {
                assertThat(rig.send(request).headers().map().keySet())
                        .noneMatch(name -> name.toLowerCase().startsWith("access-control"));
            }
            assertThat(rig.send(preflight).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void noTokenFollowsARedirect() throws IOException {
        var asked = new AtomicInteger();
        var elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        elsewhere.start();
        try (var rig = Rig.corporate()) {
            for (int status : List.of(301, 302, 307, 308)) {
                rig.xprotect().server().resetRequests();
                rig.xprotect()
                        .breakDown(aResponse()
                                .withStatus(status)
                                .withHeader(
                                        "Location",
                                        "http://127.0.0.1:"
                                                + elsewhere.getAddress().getPort() + "/"));
                rig.alarm("redirected " + status, Rig.CAMERA_A);
                await().until(() -> !rig.xprotect().server().getAllServeEvents().isEmpty());
                rig.xprotect().repair();
            }
            assertThat(asked).hasValue(0);
        } finally {
            elsewhere.stop(0);
        }
    }

    @Test
    void noRouteMakesThePortAProxy() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            assertThatThrownBy(() -> rig.start(camel -> add(camel, "platform-http:proxy")))
                    .hasStackTraceContaining("would make the alarm port a proxy for everybody");
        }
    }
}
