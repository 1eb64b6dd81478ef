package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What XProtect's Webhooks add-on posts (milestone-api.md 11). */
class WebhookTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SECRET = "geheim ü";

    private static Rig rig() {
        Rig rig = new Rig(Simulator.CORPORATE)
                .set("site.main.webhook-secret", SECRET)
                .set("alarm.token", "senders-only");
        rig.start();
        await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
        return rig;
    }

    private static String event(String id) {
        return "{\"Event\":{\"EventHeader\":{\"ID\":\"" + id
                + "\",\"Timestamp\":\"2026-01-08T06:37:41.5000000Z\",\"Message\":\"U-Alarm\"}},\"Site\":{}}";
    }

    private static byte[] hmac(String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(body.getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int post(Rig rig, String path, String body, String signature) {
        var request = rig.request(path)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("X-Milestone-Api-Version", "v1.0");
        if (!signature.isEmpty()) {
            request.header("X-Hub-Signature-256", signature);
        }
        return rig.send(request.POST(BodyPublishers.ofString(body))).statusCode();
    }

    private static int post(Rig rig, String body, String signature) {
        return post(rig, "/xprotect/main/webhook", body, signature);
    }

    @Test
    void recordsOnTheAlarmThatXProtectSawItOnceInHexAndBase64() throws Exception {
        try (var rig = rig()) {
            rig.send(rig.request("/").header("X-Api-Key", "senders-only").POST(BodyPublishers.ofString(Messages.P1)));
            await().atMost(SOON).until(() -> rig.log().contains("triggered event"));
            String id = rig.log().replaceAll("(?s).*triggered event ([0-9a-f-]{36}).*", "$1");
            String body = event(id.toUpperCase());
            assertThat(post(rig, body, "sha256=" + HexFormat.of().formatHex(hmac(body))))
                    .isEqualTo(200);
            assertThat(post(rig, body, "sha256=" + Base64.getEncoder().encodeToString(hmac(body))))
                    .isEqualTo(200);
            assertThat(rig.log().lines().filter(line -> line.contains("seen by XProtect of main as event " + id)))
                    .singleElement()
                    .asString()
                    .contains(new ObjectMapper().readTree(Messages.P1).get("id").asText());
        }
    }

    @Test
    void refusesWhatIsNotSigned() {
        try (var rig = rig()) {
            String body = event("11111111-2222-4333-8444-555555555555");
            String right = HexFormat.of().formatHex(hmac(body));
            for (String wrong :
                    new String[] {"", right, "sha256=", "sha1=" + right, "sha256=" + right.replace('a', 'b') + "0"}) {
                assertThat(post(rig, body, wrong)).as(wrong).isEqualTo(401);
            }
            assertThat(post(rig, body + " ", "sha256=" + right)).isEqualTo(401);
            assertThat(rig.log()).doesNotContain("tells of event").doesNotContain(SECRET);
            assertThat(post(rig, body, "sha256=" + right.toUpperCase())).isEqualTo(200);
            assertThat(rig.log()).contains("tells of event 11111111-2222-4333-8444-555555555555 U-Alarm");
        }
    }

    @Test
    void refusesWhatIsNoEventForGood() {
        try (var rig = rig()) {
            for (String body : new String[] {"", "{}", "[]", "{\"Event\":{\"EventHeader\":{\"ID\":\"x\"}}}"}) {
                assertThat(post(rig, body, "sha256=" + HexFormat.of().formatHex(hmac(body))))
                        .as(body)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void isOffWithoutASecret() {
        try (var rig = rig()) {
            String body = event("11111111-2222-4333-8444-555555555555");
            String signature = "sha256=" + HexFormat.of().formatHex(hmac(body));
            assertThat(post(rig, "/xprotect/other/webhook", body, signature)).isEqualTo(404);
            assertThat(post(rig, "/xprotect/x/../main/webhook", body, signature))
                    .isEqualTo(404);
            assertThat(post(rig, "//xprotect/main/webhook", body, signature)).isEqualTo(404);
            assertThat(rig.send(rig.request("/xprotect/main/webhook").GET()).statusCode())
                    .isEqualTo(405);
        }
        try (var off = Rig.corporate()) {
            assertThat(post(off, event("11111111-2222-4333-8444-555555555555"), "sha256=00"))
                    .isEqualTo(404);
        }
    }
}
