package ualarm.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.TestClock;
import ualarm.site.Settings;

/** What the login service of a mail relay is sent. */
class MailTokenTest {

    @TempDir
    private Path folder;

    @Test
    void aSignedStatementHasTheTimeOfDayHoweverLongAgoTheConnectorsClockWasWrong() throws Exception {
        var keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        Files.writeString(
                folder.resolve("key.json"),
                new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "client_email",
                                "connector@project",
                                "private_key",
                                Base64.getEncoder()
                                        .encodeToString(keys.generateKeyPair()
                                                .getPrivate()
                                                .getEncoded()))));
        Settings.Relay relay = new Settings(
                        "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\nmail.host=relay\n"
                                + "mail.username=guard@example.com\nmail.oauth.token-url=https://login\n"
                                + "mail.oauth.key-file=key.json\n",
                        folder,
                        Map.of(),
                        Map.of())
                .relay();
        var steady = new TestClock();
        steady.set(Instant.parse("2000-01-01T00:00:00Z"));
        var token = new MailToken(relay, steady, CompletableFuture::new, time -> {});
        String assertion = Arrays.stream(new String(token.form(), StandardCharsets.UTF_8).split("&"))
                .filter(part -> part.startsWith("assertion="))
                .map(part -> URLDecoder.decode(part.substring(10), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
        var claims = new ObjectMapper()
                .readTree(Base64.getUrlDecoder().decode(assertion.split("\\.")[1]));
        assertThat(claims.path("iat").asLong())
                .isCloseTo(
                        Instant.now().getEpochSecond(),
                        within(Duration.ofMinutes(5).toSeconds()));
    }
}
