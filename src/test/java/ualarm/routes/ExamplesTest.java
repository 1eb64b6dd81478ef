package ualarm.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.Rig;
import ualarm.Simulator;

/** What docs/routes.md says: its examples are read out of it, applied to the shipped routes as it tells, and run. */
class ExamplesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern EDIT = Pattern.compile(
            "In `([\\w-]+\\.camel\\.yaml)`, route `([\\w-]+)`, before its\\s+first `(\\w+)`:\n\n```yaml\n(.*?)```",
            Pattern.DOTALL);
    private static final Pattern FILE =
            Pattern.compile("As `([\\w-]+\\.camel\\.yaml)`,[^:]*:\n\n```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path routes;

    @BeforeEach
    void ship() throws IOException {
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.filter(Files::isRegularFile).toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("docs/routes.md"));
    }

    /** Does what the paragraph of that title tells. */
    private void edit(String title) throws IOException {
        String paragraph = Arrays.stream(page().split("(?m)^(?=\\*\\*)"))
                .filter(each -> each.startsWith("**" + title))
                .findFirst()
                .orElseThrow();
        List<MatchResult> edits = EDIT.matcher(paragraph).results().toList();
        List<MatchResult> files = FILE.matcher(paragraph).results().toList();
        assertThat(edits.size() + files.size()).isEqualTo(paragraph.split("```yaml").length - 1);
        for (MatchResult edit : edits) {
            insert(routes.resolve(edit.group(1)), edit.group(2), edit.group(3), edit.group(4));
        }
        for (MatchResult file : files) {
            Files.writeString(routes.resolve(file.group(1)), file.group(2));
        }
        var folder = new RouteFolder(routes);
        assertThat(RouteCheckTest.check(folder).faults(folder.read())).isEmpty();
    }

    private static void insert(Path file, String route, String step, String steps) throws IOException {
        String yaml = Files.readString(file);
        var place = Pattern.compile("(?m)^( +)- " + step + ":").matcher(yaml);
        assertThat(place.find(yaml.indexOf("    id: " + route + "\n"))).isTrue();
        Files.writeString(
                file,
                yaml.substring(0, place.start())
                        + steps.indent(place.group(1).length())
                        + yaml.substring(place.start()));
    }

    private Rig rig() {
        return new Rig(Simulator.CORPORATE)
                .set("routes.directory", routes.toString())
                .set("my.category", "c0c0c0c0-0000-4000-8000-000000000001")
                .set("my.proxy-key", "open sesame");
    }

    private static void start(Rig rig) {
        rig.start();
        await().atMost(SOON).until(() -> rig.log().contains("5 cameras, analytics event U-Alarm found"));
    }

    @Test
    void priorityAndCategoryGoWithTheRaisedAlarm() throws IOException {
        edit("Priority and category of the raised alarm.");
        try (var rig = rig()) {
            start(rig);
            rig.alarm("one", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().alarms().size() == 1);
            assertThat(rig.xprotect().alarms().get(0).getBodyAsString())
                    .isEqualTo("{\"name\":\"Gate\",\"message\":\"U-Alarm\",\"source\":\"" + Rig.CAMERA_A
                            + "\",\"time\":\"2026-11-20T09:59:59.500Z\","
                            + "\"priority\":\"8188ff24-b5da-4c19-9ebf-c1d8fc2caa75\","
                            + "\"category\":\"c0c0c0c0-0000-4000-8000-000000000001\"}");
        }
    }

    @Test
    void aTypeOfAlarmHasAnAnalyticsEventOfItsOwn() throws IOException {
        edit("Another analytics event for a type of alarm.");
        String fall = "fa11fa11-0e80-4fd4-a78a-db47ee89700c";
        try (var rig = rig()) {
            var server = rig.xprotect().server();
            server.stubFor(get(urlPathEqualTo("/api/rest/v1/analyticsEvents"))
                    .atPriority(1)
                    .willReturn(aResponse()
                            .withStatus(200)
                            .withBody(
                                    "{\"array\":[{\"id\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"name\":\"U-Alarm\"},"
                                            + "{\"id\":\"" + fall + "\",\"name\":\"U-Alarm fall\"}]}")));
            server.stubFor(post(urlPathEqualTo("/api/rest/v1/events"))
                    .atPriority(1)
                    .withRequestBody(matchingJsonPath("$.type", equalTo(fall)))
                    .willReturn(aResponse().withStatus(202)));
            start(rig);
            rig.post("{\"id\":\"one\",\"type\":\"FALL_DETECTION\",\"camera\":\"" + Rig.CAMERA_A + "\"}");
            rig.post("{\"id\":\"two\",\"type\":\"LOITERING_DETECTION\",\"camera\":\"" + Rig.CAMERA_A + "\"}");
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 2);
            assertThat(rig.xprotect().events())
                    .extracting(event -> event.getBodyAsString().replaceAll(".*\"type\":\"|\",.*", ""))
                    .containsExactly(fall, "0fcb1955-0e80-4fd4-a78a-db47ee89700c");
        }
    }

    @Test
    void everyCallToXProtectHasTheHeader() throws IOException {
        edit("A header on every call to XProtect");
        try (var rig = rig()) {
            start(rig);
            rig.alarm("one", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            await().atMost(SOON).until(() -> rig.xprotect().alarms().size() == 1);
            List<LoggedRequest> all = rig.xprotect().server().findAll(anyRequestedFor(anyUrl()));
            assertThat(all)
                    .extracting(LoggedRequest::getUrl)
                    .contains("/api/.well-known/uris", "/api/idp/connect/token", "/api/rest/v1/events");
            // The events' WebSocket is opened by no route.
            assertThat(all)
                    .filteredOn(request -> !request.getUrl().startsWith("/api/ws/"))
                    .extracting(request -> request.getHeader("X-Proxy-Key"))
                    .containsOnly("open sesame");
        }
    }

    @Test
    void anotherSendersAlarmTriggersItsEvent() throws IOException {
        edit("Another sender.");
        try (var rig = rig().set("site.main.camera.other", Rig.CAMERA_B)) {
            rig.start();
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            assertThat(rig.xprotect().events().get(0).getBodyAsString()).contains("cameras/" + Rig.CAMERA_A);
        }
    }

    @Test
    void anotherTargetGetsEachAlarmAndIsTriedAgain() throws IOException {
        edit("Another target.");
        try (var rig = rig()) {
            rig.set("my.siren", rig.xprotect().url() + "/siren");
            var server = rig.xprotect().server();
            server.stubFor(post(urlPathEqualTo("/siren")).willReturn(aResponse().withStatus(200)));
            server.stubFor(post(urlPathEqualTo("/siren"))
                    .inScenario("broken")
                    .whenScenarioStateIs(Scenario.STARTED)
                    .willSetStateTo("repaired")
                    .willReturn(aResponse().withStatus(503)));
            start(rig);
            rig.alarm("one", Rig.CAMERA_A);
            var sounded = postRequestedFor(urlPathEqualTo("/siren")).withRequestBody(equalTo("Gate"));
            await().atMost(SOON).until(() -> server.findAll(sounded).size() == 2);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
        }
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            var text = new StringBuilder();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(ending)).toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        }
    }

    @Test
    void thePageNamesEachFileAndEachVariable() throws IOException {
        String yaml = text(Path.of("routes"), ".camel.yaml") + text(Path.of("routes/kamelets"), ".yaml");
        String java = text(Path.of("src/main/java"), ".java");
        Set<String> used = all(Pattern.compile("setVariable:\\s+name: (\\w+)"), yaml);
        used.addAll(all(Pattern.compile("\\$\\{variable\\.(\\w+)"), yaml));
        used.addAll(all(Pattern.compile("variable(?:Send|Receive): (\\w+)"), yaml));
        used.addAll(all(Pattern.compile("@Variable\\(\"(\\w+)\"\\)"), java));
        used.addAll(Set.of("attempts", "reason"));
        String variables = page().substring(page().indexOf("| variable |"), page().indexOf("## Three edits"));
        Set<String> named = all(Pattern.compile("`(\\w+)`"), variables.replaceAll("(?m)^(\\|[^|]*\\|).*", "$1"));
        assertThat(named).isEqualTo(used);
        Set<String> files =
                all(Pattern.compile("(?m)^\\| `([\\w-]+)` \\|"), page().substring(0, page().indexOf("## What")));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            assertThat(shipped.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString().replace(".camel.yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(files);
        }
    }
}
