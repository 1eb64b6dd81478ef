package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.Simulator.Version;

/** Several sites, several gateways, many cameras, cameras that come and go. */
class SitesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SHOP_DOOR = "5e5e5e5e-0000-4000-8000-000000000001";

    private static void namesGateways(Simulator xprotect, String... gateways) {
        xprotect.server()
                .stubFor(get(urlPathMatching("(?i)/api/.well-known/uris"))
                        .atPriority(2)
                        .willReturn(aResponse()
                                .withStatus(200)
                                .withBody("{\"ProductVersion\":\"25.1.1804.0\",\"ApiGateways\":["
                                        + List.of(gateways).stream()
                                                .map(url -> "\"" + url + "/API/\"")
                                                .collect(Collectors.joining(","))
                                        + "]}")));
    }

    static List<ResponseDefinitionBuilder> outages() {
        return List.of(
                aResponse().withStatus(502),
                aResponse().withStatus(503),
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void anotherGatewayTakesOverAndKeepsTheSite(ResponseDefinitionBuilder outage) {
        try (var second = new Simulator(Simulator.CORPORATE, 0);
                var rig = new Rig(Simulator.CORPORATE)) {
            namesGateways(rig.xprotect(), rig.xprotect().url(), second.url());
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            rig.alarm("first", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            rig.xprotect().breakDown(outage);
            rig.alarm("second", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> second.events().size() == 1);
            assertThat(second.events().get(0).getUrl()).isEqualTo("/api/rest/v1/events");
            rig.xprotect().repair();
            rig.alarm("third", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> second.events().size() == 2);
            assertThat(rig.xprotect().events()).hasSize(1);
        }
    }

    @Test
    void aRestartKnowsTheOtherGatewayAlthoughTheFirstIsDown() {
        try (var second = new Simulator(Simulator.CORPORATE, 0);
                var rig = new Rig(Simulator.CORPORATE)) {
            namesGateways(rig.xprotect(), second.url());
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            rig.stop();
            rig.xprotect().breakDown(503);
            for (int restart = 1; restart <= 2; restart++) {
                rig.start();
                int asked = second.server().getAllServeEvents().size();
                await().atMost(SOON)
                        .until(() -> second.server().getAllServeEvents().size() > asked);
                rig.alarm("after" + restart, Rig.CAMERA_A);
                int wanted = restart;
                await().atMost(SOON).until(() -> second.events().size() == wanted);
                rig.stop();
            }
        }
    }

    @Test
    void aGatewayOnAnotherHostIsFoundThroughTheManagementServer() {
        try (var gateway = new Simulator(Simulator.CORPORATE, 0);
                var rig = new Rig(Version.V2020_R3, Simulator.CORPORATE)) {
            rig.xprotect()
                    .server()
                    .stubFor(get(urlPathMatching("(?i)/ManagementServer/.well-known/uris"))
                            .willReturn(aResponse()
                                    .withStatus(200)
                                    .withBody("{\"ProductVersion\":\"25.1.1804.0\",\"ApiGateways\":[\"" + gateway.url()
                                            + "/API/\"]}")));
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            rig.alarm("far", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> gateway.events().size() == 1);
        }
    }

    @Test
    void aSiteWithoutGatewayTellsItsVersionByItsIdentityProvider() {
        try (var rig = new Rig(Version.V2020_R3, Simulator.CORPORATE)) {
            rig.xprotect()
                    .server()
                    .stubFor(get(urlPathMatching("(?i)/IDP/.well-known/openid-configuration"))
                            .willReturn(aResponse().withStatus(200).withBody("{\"server_version\":\"21.2.1.0\"}")));
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("main: XProtect 21.2.1.0 without API Gateway"));
        }
    }

    @Test
    void aSiteWhoseGatewayIsGoneForAWhileIsNotTakenForAnOldOne() {
        try (var rig = Rig.corporate()) {
            rig.stop();
            rig.xprotect().breakDown(404);
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("has no API Gateway (404)"));
            rig.alarm("waits", Rig.CAMERA_A);
            rig.xprotect().repair();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> rig.xprotect().events().size() == 1);
            assertThat(rig.xprotect().xmlEvents()).isEmpty();
            assertThat(rig.deadLetters()).isEmpty();
        }
    }

    @Test
    void eachAlarmGoesToTheSiteThatOwnsItsCamera() {
        try (var shop = new Simulator(Simulator.ESSENTIAL, 0);
                var old = new Simulator(Version.V2020_R3, Simulator.CORPORATE, 0);
                var rig = new Rig(Simulator.CORPORATE)
                        .set("site.shop.url", shop.url())
                        .set("site.shop.username", "ualarm")
                        .set("site.shop.password", "secret")
                        .set("site.old.url", old.url())
                        .set("site.old.username", "ualarm")
                        .set("site.old.password", "secret")
                        .set("site.old.event-server", "127.0.0.1:" + old.port())
                        .start()) {
            await().atMost(SOON)
                    .until(() -> rig.log().contains("main: XProtect")
                            && rig.log().contains("shop: XProtect")
                            && rig.log().contains("old: XProtect"));
            rig.alarm("a", Rig.CAMERA_A);
            rig.alarm("b", SHOP_DOOR);
            // A camera that no list has belongs to the one site that cannot list its cameras.
            rig.alarm("c", "0ddc0ffe-0000-4000-8000-000000000001");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(List.of(
                                    rig.xprotect().events().size(),
                                    shop.events().size(),
                                    old.xmlEvents().size()))
                            .containsExactly(1, 1, 1));
        }
    }

    @Test
    void aCameraThatWasReplacedIsReportedOnceAndNamesItsHeir() {
        try (var rig = Rig.corporate()) {
            rig.xprotect()
                    .server()
                    .stubFor(
                            get(urlPathMatching("(?i)/api/rest/v1/cameras"))
                                    .atPriority(1)
                                    .willReturn(
                                            aResponse()
                                                    .withStatus(200)
                                                    .withBody(
                                                            "{\"array\":[{\"id\":\"aaaaaaaa-0000-4000-8000-00000000000a\",\"name\":\"North gate\"}]}")));
            rig.stop();
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("1 cameras"));
            for (int i = 0; i < 5; i++) {
                rig.alarm("gone" + i, Rig.CAMERA_A);
            }
            await().atMost(Duration.ofSeconds(50))
                    .until(() -> rig.deadLetters().stream()
                                    .filter(letter -> letter.contains("(North gate) is no longer in XProtect of main")
                                            && letter.contains("aaaaaaaa-0000-4000-8000-00000000000a"))
                                    .count()
                            == 5);
            assertThat(rig.log()
                            .lines()
                            .filter(line -> line.contains("(North gate) is no longer"))
                            .map(line -> line.contains("WARN")))
                    .containsOnlyOnce(true);
        }
    }

    private static String cameras(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"id\":\"%08x-0000-4000-8000-000000000000\",\"name\":\"Camera %d\"}".formatted(i, i))
                .collect(Collectors.joining(",", "{\"array\":[", "]}"));
    }

    /** How servers answer to page and size: as asked, from page 1 on, with shorter pages, or with everything each time. */
    @ParameterizedTest
    @ValueSource(strings = {"as asked", "from page 1 on", "shorter", "everything"})
    void readsTenThousandCameras(String manner) {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            int size = manner.equals("shorter") ? 400 : 1000;
            int first = manner.equals("from page 1 on") ? 1 : 0;
            var server = rig.xprotect().server();
            var cameras = urlPathMatching("(?i)/api/rest/v1/cameras");
            server.stubFor(get(cameras)
                    .atPriority(2)
                    .willReturn(aResponse()
                            .withStatus(200)
                            .withBody(manner.equals("everything") ? cameras(0, 10_000) : "{\"array\":[]}")));
            for (int page = 0; page * size < 10_000 && !manner.equals("everything"); page++) {
                String body = cameras(page * size, Math.min(10_000, (page + 1) * size));
                for (int number : page == 0 && first == 1 ? new int[] {0, 1} : new int[] {page + first}) {
                    server.stubFor(get(cameras)
                            .atPriority(1)
                            .withQueryParam("page", equalTo(String.valueOf(number)))
                            .willReturn(aResponse().withStatus(200).withBody(body)));
                }
            }
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("10000 cameras"));
            rig.alarm("last", "Camera 9999");
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
        }
    }

    /** As the tray icon of the old connector did; the others go on. */
    @Test
    void aSiteIsStoppedAndStartedByHandAndLosesNothing() {
        try (var rig = Rig.corporate()) {
            assertThat(rig.change("POST", "/api/sites/main/stop", "").statusCode())
                    .isEqualTo(200);
            rig.alarm("1", Rig.CAMERA_A);
            rig.alarm("2", Rig.CAMERA_B);
            await().until(() -> rig.get("/api/status").at("/sites/0/waiting").asInt() == 4);
            assertThat(rig.get("/api/status").at("/sites/0/state").asText()).isEqualTo("stopped");
            assertThat(rig.get("/api/status").at("/sites/0/reason").asText()).contains("stopped by hand");
            assertThat(rig.xprotect().events()).isEmpty();
            assertThat(rig.change("POST", "/api/sites/main/start", "").statusCode())
                    .isEqualTo(200);
            await().until(() -> rig.xprotect().events().size() == 2
                    && rig.xprotect().alarms().size() == 2);
            assertThat(rig.change("POST", "/api/sites/nowhere/stop", "").statusCode())
                    .isEqualTo(404);
        }
    }
}
