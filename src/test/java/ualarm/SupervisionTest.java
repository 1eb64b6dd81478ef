package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A U-Alarm that falls silent, and comes back. */
class SupervisionTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void silenceIsAnAlarmOnceAndSoIsItsEnd() throws Exception {
        try (var rig = new Rig(Simulator.CORPORATE).set("site.main.supervision", "6s")) {
            String id = "5abe0000-0e80-4fd4-a78a-db47ee89700c";
            rig.xprotect()
                    .server()
                    .stubFor(
                            get(urlPathMatching("(?i)/api/rest/v1/analyticsEvents"))
                                    .atPriority(1)
                                    .willReturn(
                                            aResponse()
                                                    .withStatus(200)
                                                    .withBody(
                                                            "{\"array\":[{\"id\":\"" + id
                                                                    + "\",\"name\":\"U-Alarm supervision\"},{\"id\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"name\":\"U-Alarm\"}]}")));
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/events"))
                            .atPriority(1)
                            .willReturn(aResponse().withStatus(202).withBody("{\"data\":{\"id\":\"x\"}}")));
            rig.start();
            await().atMost(SOON).until(() -> rig.mail().getReceivedMessages().length == 2);
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            assertThat(rig.xprotect().events().get(0).getBodyAsString())
                    .startsWith("{\"type\":\"" + id + "\"")
                    .doesNotContain("source");
            assertThat(rig.mail().getReceivedMessages()[0].getSubject())
                    .isEqualTo("[main] U-Alarm is silent: nothing heard for 6s \u2013 U-Alarm");
            rig.change("POST", "/api/test-alarm", "{\"site\":\"main\",\"camera\":\"" + Rig.CAMERA_A + "\"}");
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 2);
            await().during(Duration.ofSeconds(2)).until(() -> !rig.log().contains("U-Alarm is heard again"));
            rig.post(Messages.P5);
            await().atMost(SOON).until(() -> rig.log().contains("U-Alarm is heard again"));
            await().atMost(SOON).until(() -> rig.mail().getReceivedMessages().length >= 4);
            assertThat(rig.xprotect().alarms()).as("only the test alarm's").hasSize(1);
        }
    }
}
