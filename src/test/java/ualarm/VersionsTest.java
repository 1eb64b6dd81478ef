package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.Simulator.Version;

/** What each version and edition of XProtect gets for an alarm; the same table stands in docs/xprotect.md. */
class VersionsTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SHOP_DOOR = "5e5e5e5e-0000-4000-8000-000000000001";

    static Stream<Arguments> matrix() {
        return Stream.of(
                // version, edition, XML events, REST events, raised alarms, mails to each of two recipients
                Arguments.of(Version.V2020_R3, Simulator.CORPORATE, 1, 0, 0, 0),
                Arguments.of(Version.V2020_R3, Simulator.ESSENTIAL, 1, 0, 0, 2),
                Arguments.of(Version.V2022_R1, Simulator.CORPORATE, 1, 0, 0, 0),
                Arguments.of(Version.V2022_R1, Simulator.ESSENTIAL, 1, 0, 0, 2),
                Arguments.of(Version.V2023_R2, Simulator.CORPORATE, 0, 1, 1, 0),
                Arguments.of(Version.V2023_R2, Simulator.ESSENTIAL, 0, 1, 0, 2),
                Arguments.of(Version.V2025_R1, Simulator.CORPORATE, 0, 1, 1, 0),
                Arguments.of(Version.V2025_R1, Simulator.ESSENTIAL, 0, 1, 0, 2));
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void deliversAsTheTableSays(Version version, String edition, int xml, int rest, int alarms, int mails) {
        var rig = new Rig(version, edition);
        if (!version.hasGateway()) {
            // Without an API Gateway nobody can read the edition; the installer says it.
            rig.set("site.main.edition", edition.equals(Simulator.ESSENTIAL) ? "Essential+" : "Corporate");
        }
        try (rig) {
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("main: XProtect"));
            rig.post(Messages.P1.replace(Rig.CAMERA_A, edition.equals(Simulator.ESSENTIAL) ? SHOP_DOOR : Rig.CAMERA_A));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(List.of(
                                    rig.xprotect().xmlEvents().size(),
                                    rig.xprotect().events().size(),
                                    rig.xprotect().alarms().size(),
                                    rig.mail().getReceivedMessages().length))
                            .containsExactly(xml, rest, alarms, mails));
            assertThat(rig.deadLetters()).isEmpty();
            assertThat(rig.xprotect().loginAttempts()).isEqualTo(version.hasGateway() ? 1 : 0);
        }
    }

    private static Rig withDefinition(String definition) {
        var rig = new Rig(Simulator.CORPORATE);
        rig.xprotect()
                .server()
                .stubFor(get(urlPathMatching("(?i)/api/rest/v1/alarmDefinitions"))
                        .atPriority(1)
                        .willReturn(aResponse().withStatus(200).withBody("{\"array\":[" + definition + "]}")));
        rig.start();
        await().atMost(SOON).until(() -> rig.log().contains("5 cameras, analytics event U-Alarm found"));
        return rig;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"enabled\":true,\"eventType\":\"0FCB1955-0E80-4FD4-A78A-DB47EE89700C\",\"sourceList\":[{\"type\":\"cameraFolders\"}]}",
                "{\"enabled\":\"True\",\"eventType\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"sourceList\":[{\"type\":\"cameras\",\"id\":\"8F1C2D3E-4A5B-4C6D-8E7F-0123456789AB\"}]}",
                "{\"eventType\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\"}"
            })
    void raisesNoAlarmWhereADefinitionDoes(String definition) {
        try (var rig = withDefinition(definition)) {
            rig.post(Messages.P1);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            rig.alarm("barrier", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 2);
            assertThat(rig.xprotect().alarms()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"enabled\":false,\"eventType\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"sourceList\":[]}",
                "{\"enabled\":\"False\",\"eventType\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"sourceList\":[]}",
                "{\"enabled\":true,\"eventType\":\"00000000-0e80-4fd4-a78a-db47ee89700c\",\"sourceList\":[]}",
                "{\"enabled\":true,\"eventType\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"sourceList\":[{\"type\":\"cameras\",\"id\":\"1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed\"}]}"
            })
    void raisesTheAlarmUnderItsNameWhereNoDefinitionDoes(String definition) throws Exception {
        try (var rig = withDefinition(definition)) {
            String name = "<Zaun> & \\\"Tor\\\" ]]> \uD83D\uDEA8 \u200Fשער";
            rig.post("{\"id\":\"n\",\"alarm\":\"" + name + "\",\"camera\":\"" + Rig.CAMERA_A
                    + "\",\"timestamp\":\"2026-11-20T10:00:00Z\"}");
            await().atMost(SOON).until(() -> rig.xprotect().alarms().size() == 1);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            var sent =
                    new ObjectMapper().readTree(rig.xprotect().alarms().get(0).getBody());
            assertThat(sent.get("name").asText()).isEqualTo(name.replace("\\", ""));
            assertThat(sent.get("message").asText()).isEqualTo("U-Alarm");
            assertThat(sent.get("source").asText()).isEqualTo(Rig.CAMERA_A);
            assertThat(sent.get("time").asText()).isEqualTo("2026-11-20T09:59:59.500Z");
        }
    }

    @Test
    void sendsTheAlarmWithoutTheTimeWhereThatIsRefused() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/alarms"))
                            .atPriority(1)
                            .withRequestBody(containing("time"))
                            .willReturn(aResponse().withStatus(400)));
            rig.start();
            rig.alarm("one", Rig.CAMERA_A);
            rig.alarm("two", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().alarms().size() == 2);
            assertThat(rig.xprotect().alarms())
                    .extracting(LoggedRequest::getBodyAsString)
                    .allMatch(body -> body.contains("\"source\":\"" + Rig.CAMERA_A + "\"}"));
        }
    }

    @Test
    void rememberThatAlarmsAreNotLicensed() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            rig.xprotect()
                    .server()
                    .stubFor(
                            post(urlPathMatching("(?i)/api/rest/v1/alarms"))
                                    .atPriority(1)
                                    .willReturn(
                                            aResponse()
                                                    .withStatus(400)
                                                    .withBody(
                                                            "{\"error\":{\"details\":[{\"errorText\":\"VMS64001: The feature is not licensed.\"}]}}")));
            rig.start();
            rig.alarm("one", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("has no licence for alarms"));
            rig.alarm("two", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 2);
            assertThat(rig.xprotect().server().findAll(postRequestedFor(urlPathMatching("(?i)/api/rest/v1/alarms"))))
                    .hasSize(1);
            assertThat(rig.deadLetters()).isEmpty();
        }
    }

    @Test
    void anAlarmThatXProtectRefusesDoesNotRepeatItsEvent() {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            var broken = rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/alarms"))
                            .atPriority(1)
                            .willReturn(aResponse().withStatus(500)));
            rig.start();
            rig.alarm("one", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("answered 500 to the alarm"));
            rig.xprotect().server().removeStub(broken);
            await().atMost(SOON).until(() -> rig.xprotect().alarms().size() == 1);
            assertThat(rig.xprotect().events()).hasSize(1);
        }
    }

    @Test
    void anAlarmRaisedBeforeXProtectWasEverReachedFollows() {
        try (var rig = new Rig(Simulator.CORPORATE).set("site.main.camera.gate", Rig.CAMERA_A)) {
            rig.xprotect().breakDown(503);
            rig.start();
            rig.alarm("early", "gate");
            rig.xprotect().repair();
            await().atMost(SOON).until(() -> rig.xprotect().alarms().size() == 1);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
        }
    }
}
