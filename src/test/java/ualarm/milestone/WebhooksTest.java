package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.intake.Refused;
import ualarm.site.Settings;

class WebhooksTest {

    private static final byte[] POST = "{}".getBytes(StandardCharsets.UTF_8);

    /** HMAC-SHA-256 of {@link #POST} with the secret below, as openssl dgst -hmac makes it. */
    private static final String HEX = "f91e3e9f05cc2df64ac1c26f8adccdffda8d1e4a7a8c50a1a08eeadac6ddfec5";

    private static final String BASE64 = "+R4+nwXMLfZKwcJvitzN/9qNHkp6jFChoI7q2sbd/sU=";

    private final Webhooks webhooks = new Webhooks(new Settings(
                    "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\n"
                            + "site.main.webhook-secret=0123456789abcdef",
                    Path.of(""),
                    Map.of(),
                    Map.of())
            .sites());

    /** The add-on's text says hex, its example is base64 (milestone-api.md 11). */
    @ParameterizedTest
    @ValueSource(strings = {"sha256=" + HEX, "sha256= " + HEX + " ", "sha256=" + BASE64})
    void takesWhatIsSignedWithTheSecret(String signature) {
        assertThat(webhooks.verified("main", signature, POST)).isSameAs(POST);
        assertThat(webhooks.verified(
                        "main", "sha256=F91E3E9F05CC2DF64AC1C26F8ADCCDFFDA8D1E4A7A8C50A1A08EEADAC6DDFEC5", POST))
                .isSameAs(POST);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                HEX,
                BASE64,
                "sha256=",
                "sha256=" + HEX + "0",
                "sha1=" + HEX,
                "sha256=x" + BASE64,
                "sha256=+r4+nwxmlfzkwcjvitzn/9qnhkp6jfchoi7q2sbd/su="
            })
    void refusesWhatIsNot(String signature) {
        assertThatThrownBy(() -> webhooks.verified("main", signature, POST))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(401));
    }

    @Test
    void refusesAnotherPostWithTheSameSignature() {
        assertThatThrownBy(() -> webhooks.verified("main", "sha256=" + HEX, new byte[0]))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> webhooks.verified("main", "sha256=" + HEX, null))
                .isInstanceOf(Refused.class);
        assertThat(webhooks.verified(
                        "main", "sha256=496dc93fa2d26eae500ec0bc37a122706b88f8963cebf0899d0245fae313e241", null))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Event\":{\"EventHeader\":{\"ID\":\"8F1C2D3E-4A5B-4C6D-8E7F-0123456789AB\",\"Message\":\"Motion\\u0007 started\"}}} | 8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab | Motion started",
                "{\"Event\":{\"EventHeader\":{\"ID\":\"x\"}}} | '' | ''",
                "{\"Event\":[]} | '' | ''",
                "[] | '' | ''",
            })
    void readsWhichEventItIs(String post, String id, String name) throws Exception {
        var tree = Answers.tree(post.getBytes(StandardCharsets.UTF_8));
        assertThat(webhooks.eventName(tree)).isEqualTo(name);
        if (id.isEmpty()) {
            assertThatThrownBy(() -> webhooks.eventId(tree))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.status()).isEqualTo(400));
        } else {
            assertThat(webhooks.eventId(tree)).isEqualTo(id);
        }
    }
}
