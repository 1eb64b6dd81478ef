package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ualarm.command.Check;
import ualarm.routes.RouteFolder;
import ualarm.simulator.Permission;
import ualarm.simulator.Release;
import ualarm.simulator.Vms;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;
import ualarm.site.Settings;

/** 202 says that XProtect's gateway took an event; its events WebSocket shows that XProtect really has it. */
class ConfirmTest {

    private XProtect xprotect;
    private Rig rig;

    private void start(String release) {
        start(release, "U-Alarm");
    }

    private void start(String release, String event) {
        xprotect = new XProtect(Release.of(release).orElseThrow(), Edition.CORPORATE, 0);
        rig = new Rig(Simulator.CORPORATE)
                .set("site.main.url", xprotect.server().url())
                .set("site.main.username", XProtect.USER)
                .set("site.main.password", XProtect.PASSWORD)
                .set("site.main.event", event)
                .start();
    }

    private void awaitSocket() {
        await().until(() -> rig.log().contains("shows its events on its WebSocket"));
    }

    @AfterEach
    void close() {
        rig.close();
        xprotect.close();
    }

    /** @return how often an alarm has a step of that result */
    private long steps(String id, String result) {
        JsonNode steps = rig.get("/api/alarms/" + id).path("cameras").path(0).path("steps");
        return StreamSupport.stream(steps.spliterator(), false)
                .filter(step -> step.path("result").asText().equals(result))
                .count();
    }

    private void awaitStep(String id, String result) {
        await().atMost(Duration.ofSeconds(25)).until(() -> steps(id, result) == 1);
    }

    private String metrics() {
        return rig.send(rig.console("/observe/metrics").GET()).body();
    }

    private String reason() {
        return rig.get("/api/status").path("sites").path(0).path("reason").asText();
    }

    @Test
    void anEventThatXProtectShowsIsSeen() {
        start("2025 R1");
        awaitSocket();
        rig.alarm("1", Rig.CAMERA_A);
        awaitStep("1", "seen");
        assertThat(metrics())
                .contains("ualarm_seen_seconds_count{site=\"main\"} 1")
                .contains("ualarm_unseen_total{site=\"main\"} 0");
    }

    /** It bears an id of ours, which XProtect does not show it by. */
    @Test
    void anEventThatGoesByXmlIsNotExpectedToBeShown() {
        start("2025 R1");
        awaitSocket();
        rig.stop();
        rig.set("site.main.boxes", "on").start();
        await().until(() -> rig.log().split("shows its events on its WebSocket", -1).length == 3
                && rig.log().contains("triggered by XML"));
        rig.alarm("1", Rig.CAMERA_A);
        await().until(() -> rig.xprotect().xmlEvents().size() == 1);
        await().during(Duration.ofSeconds(20)).until(() -> steps("1", "unseen") == 0);
        assertThat(reason()).isEmpty();
    }

    @Test
    void whatIsShownDuringABreakIsSeenWhenTheSessionIsResumed() {
        start("2025 R1");
        awaitSocket();
        xprotect.cutSockets();
        rig.alarm("1", Rig.CAMERA_A);
        awaitStep("1", "seen");
        assertThat(steps("1", "unseen")).isZero();
    }

    @Test
    void whereTheSessionIsGoneNobodyCanSayAndTheNextIsSeen() {
        start("2025 R1");
        awaitSocket();
        xprotect.endSessions();
        rig.alarm("1", Rig.CAMERA_A);
        await().until(() -> rig.log().split("shows its events on its WebSocket", -1).length == 3);
        rig.alarm("2", Rig.CAMERA_A);
        awaitStep("2", "seen");
        assertThat(steps("1", "unseen")).isZero();
    }

    @Test
    void eventsThatAreTakenAndNotShownAreToldAndNeverTriggeredAgain() {
        start("2025 R1");
        awaitSocket();
        xprotect.swallowEvents(true);
        for (int i = 1; i <= 3; i++) {
            rig.alarm(String.valueOf(i), Rig.CAMERA_A);
        }
        awaitStep("3", "unseen");
        assertThat(reason()).contains("has not shown");
        assertThat(metrics()).contains("ualarm_unseen_total{site=\"main\"} 3");
        await().until(() -> rig.mail().getReceivedMessages().length > 0);
        assertThat(xprotect.server().requests().stream()
                        .filter(request -> request.request().path().equals("/api/rest/v1/events"))
                        .count())
                .isEqualTo(3);
        xprotect.swallowEvents(false);
        rig.alarm("4", Rig.CAMERA_A);
        awaitStep("4", "seen");
        assertThat(reason()).isEmpty();
    }

    @Test
    void whereThereIsNoSocketXProtectIsAskedForASample() {
        start("2023 R2");
        rig.alarm("1", Rig.CAMERA_A);
        awaitStep("1", "seen");
        assertThat(rig.log()).doesNotContain("WebSocket");
        xprotect.keepEvents(false);
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            rig.alarm(UUID.randomUUID().toString(), Rig.CAMERA_A);
            return metrics().contains("ualarm_unseen_total{site=\"main\"} 1");
        });
    }

    @Test
    void whereXProtectKeepsNoEventsTheSampleSaysNothing() {
        start("2023 R2");
        xprotect.keepEvents(false);
        rig.alarm("1", Rig.CAMERA_A);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> xprotect.server().requests().stream()
                        .anyMatch(request -> request.request().path().startsWith("/api/rest/v1/events/")));
        assertThat(reason()).isEmpty();
        assertThat(metrics()).contains("ualarm_unseen_total{site=\"main\"} 0");
    }

    @Test
    void aSocketThatFallsSilentIsOpenedAnewAndNothingIsMissed() throws Exception {
        xprotect = new XProtect(Release.of("2025 R1").orElseThrow(), Edition.CORPORATE, 0);
        try (var proxy = new Proxy(xprotect.server().url())) {
            rig = new Rig(Simulator.CORPORATE)
                    .set("site.main.url", proxy.url())
                    .set("site.main.username", XProtect.USER)
                    .set("site.main.password", XProtect.PASSWORD);
            Path routes = rig.folder().resolve("routes");
            new RouteFolder(routes).unpack();
            Path file = routes.resolve("confirm-event.camel.yaml");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace("uri: xprotect-events:*", "uri: xprotect-events:*?silenceMillis=3000"));
            rig.set("routes.directory", routes.toString()).start();
            awaitSocket();
            proxy.freeze("/api/ws/");
            rig.alarm("1", Rig.CAMERA_A);
            awaitStep("1", "seen");
            assertThat(steps("1", "unseen")).isZero();
            assertThat(proxy.count("/api/ws/")).isGreaterThan(1);
        }
    }

    /** Whoever has just mended something does not wait for a back-off. */
    @Test
    void anAlarmGoesOutAtOnceWhenWhatWasMissingIsThereAndSomebodyAsks() {
        start("2025 R1", "Gate alarm");
        rig.alarm("1", Rig.CAMERA_A);
        await().until(() -> steps("1", "later") > 2);
        xprotect.addAnalyticsEvent("Gate alarm");
        assertThat(rig.change("POST", "/api/sites/main/read", "").statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(3)).until(() -> steps("1", "delivered") > 0);
        assertThat(rig.change("POST", "/api/sites/nowhere/read", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void anAlarmGoesOutAtOnceWhenWhatWasMissingIsThereAndSomebodyChecks() {
        start("2025 R1", "Gate alarm");
        rig.alarm("1", Rig.CAMERA_A);
        await().until(() -> steps("1", "later") > 2);
        xprotect.addAnalyticsEvent("Gate alarm");
        assertThat(findings("running connector", Optional.empty()))
                .singleElement()
                .asString()
                .startsWith("OK");
        await().atMost(Duration.ofSeconds(3)).until(() -> steps("1", "delivered") > 0);
    }

    /** The rights that are missing are told before an alarm fails for them. */
    @Test
    void checkLooksAtTheRightsOfTheRole() {
        start("2025 R1");
        assertThat(findings("rights", Optional.empty())).containsExactly("OK ualarm is an administrator of XProtect.");
        xprotect.setAdministrator(false);
        assertThat(findings("rights", Optional.empty()))
                .singleElement()
                .asString()
                .startsWith("WARNING")
                .contains("check --event");
        xprotect.setPermission(Permission.VIEW_ALARMS, false);
        assertThat(findings("rights", Optional.empty()))
                .singleElement()
                .asString()
                .startsWith("FAIL")
                .contains("View and Manage on the tab Alarms");
    }

    private List<String> check(Optional<UUID> camera) {
        return findings("proof", camera);
    }

    private List<String> findings(String what, Optional<UUID> camera) {
        return new Check(new Settings(rig.properties(), rig.folder(), Map.of(), Map.of()))
                .run(Optional.empty(), camera).stream()
                        .filter(finding -> finding.what().equals(what))
                        .map(finding -> finding.level() + " " + finding.message())
                        .toList();
    }

    @Test
    void checkSeesATestEventComeBack() {
        start("2025 R1");
        var camera = Optional.of(UUID.fromString(Rig.CAMERA_A));
        assertThat(check(Optional.empty())).singleElement().asString().startsWith("OK XProtect shows U-Alarm");
        assertThat(check(camera))
                .singleElement()
                .asString()
                .startsWith("OK the event")
                .contains("XProtect shows it");
        xprotect.swallowEvents(true);
        assertThat(check(camera))
                .singleElement()
                .asString()
                .startsWith("FAIL")
                .contains("has not shown it within 10 s");
    }

    private JsonNode camera() {
        return rig.get("/api/cameras?q=" + Rig.CAMERA_A).path(0);
    }

    @Test
    void aCameraThatXProtectLosesIsShown() {
        start("2025 R1");
        awaitSocket();
        assertThat(camera().path("noConnectionSince").isNull()).isTrue();
        xprotect.happens("a334af1c-4b4b-4957-9e5f-ab8ca07feab6", "cameras/" + Rig.CAMERA_A);
        await().until(() -> camera().path("noConnectionSince").isTextual());
        xprotect.happens("dd3e6464-7dc0-405a-a92f-6150587563e8", "cameras/" + Rig.CAMERA_A);
        await().until(() -> camera().path("noConnectionSince").isNull());
    }

    @Test
    void tenThousandEventsBehindAreCaughtUpWith() {
        start("2025 R1");
        awaitSocket();
        xprotect.cutSockets();
        rig.alarm("1", Rig.CAMERA_A);
        for (int i = 0; i < 10_000; i++) {
            xprotect.happens(Vms.analyticsEvent("U-Alarm"), "cameras/" + Rig.CAMERA_B);
        }
        rig.alarm("2", Rig.CAMERA_A);
        awaitStep("1", "seen");
        awaitStep("2", "seen");
        assertThat(metrics()).contains("ualarm_unseen_total{site=\"main\"} 0");
    }
}
