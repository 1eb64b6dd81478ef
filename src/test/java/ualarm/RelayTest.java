package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mail relay: a real one with STARTTLS and login, and one that wants a token. */
class RelayTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Rig rig(Exim exim, TestCertificate certificate) {
        return new Rig(Simulator.CORPORATE)
                .set("site.main.mail.when", "always")
                .set("mail.host", "localhost")
                .set("mail.port", String.valueOf(exim.port()))
                .set("mail.security", "starttls")
                .set("mail.trust", certificate.certificate().toString())
                .set("mail.username", "ualarm")
                .set("mail.password", "relay-secret");
    }

    @Test
    void aRealMailServerTakesAMailByStartTlsAndLogin() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        var certificate = TestCertificate.in(folder, 0);
        try (var exim = new Exim(certificate);
                var rig = rig(exim, certificate).start()) {
            rig.alarm("real", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> exim.delivered().size() == 2);
            assertThat(exim.recipients()).containsExactly("chief@example.com", "guard@example.com");
            var mail = exim.delivered().get(0);
            assertThat(mail.getHeader("Received", null)).contains("esmtpsa");
            assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        }
    }

    @Test
    void oneRefusedRecipientDoesNotKeepTheOthersFromGettingItOnce() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        var certificate = TestCertificate.in(folder, 0);
        try (var exim = new Exim(certificate);
                var rig = rig(exim, certificate)
                        .set("site.main.mail.to", "guard@example.com; refused@example.com; later@example.com")
                        .start()) {
            rig.alarm("partial", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("try again later"));
            assertThat(rig.log())
                    .contains("refuses recipients for good: refused@example.com")
                    .contains("no such user");
            exim.open();
            await().atMost(SOON).until(() -> exim.delivered().size() >= 2);
            await().atMost(SOON).until(() -> rig.log().contains("mailed to the recipients"));
            assertThat(exim.recipients()).containsExactly("guard@example.com", "later@example.com");
            assertThat(exim.delivered().get(0).getMessageID())
                    .isEqualTo(exim.delivered().get(1).getMessageID());
            assertThat(rig.deadLetters()).isEmpty();
        }
    }

    @Test
    void aMailThatTheRelayRefusesForGoodBecomesADeadLetterWithItsWords() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        var certificate = TestCertificate.in(folder, 0);
        try (var exim = new Exim(certificate);
                var rig = rig(exim, certificate)
                        .set("site.main.mail.to", "refused@example.com")
                        .start()) {
            rig.alarm("nobody", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> !rig.deadLetters().isEmpty());
            assertThat(rig.deadLetters())
                    .singleElement()
                    .asString()
                    .startsWith("nobody: ")
                    .contains("no such user here");
        }
    }

    @Test
    void neverSendsInClearOrToAStranger() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        var certificate = TestCertificate.in(folder, 0);
        try (var exim = new Exim(certificate);
                var rig = rig(exim, certificate).set("mail.trust", "system").start()) {
            rig.alarm("stranger", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("did not take the mail"));
            assertThat(exim.delivered()).isEmpty();
        }
        // GreenMail without TLS offers no STARTTLS.
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.mail.when", "always")
                .set("mail.security", "starttls")
                .start()) {
            rig.alarm("clear", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("STARTTLS is required"));
            assertThat(rig.mail().getReceivedMessages()).isEmpty();
        }
    }

    @Test
    void saysThatTheLoginWasRefused() throws Exception {
        assumeTrue(Exim.missing().isEmpty(), Exim.missing());
        var certificate = TestCertificate.in(folder, 0);
        try (var exim = new Exim(certificate);
                var rig = rig(exim, certificate).set("mail.password", "wrong").start()) {
            rig.alarm("login", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("refused the login of ualarm"));
            assertThat(rig.log()).contains("Check mail.username and mail.password");
        }
    }

    private static void withTokenRelay(TokenTest test) throws Exception {
        var mail = new GreenMail(new ServerSetup(Rig.freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.setUser("alarms@example.com", "alarms@example.com", "token-1");
        mail.getManagers().getUserManager().setAuthRequired(true);
        mail.start();
        try (var logins = new Simulator(Simulator.CORPORATE, 0);
                var rig = new Rig(Simulator.CORPORATE)) {
            logins.server()
                    .stubFor(
                            post(urlEqualTo("/token"))
                                    .atPriority(1)
                                    .willReturn(
                                            aResponse()
                                                    .withStatus(200)
                                                    .withBody(
                                                            "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"token-1\"}")));
            rig.set("site.main.mail.when", "always")
                    .set("mail.port", String.valueOf(mail.getSmtp().getPort()))
                    .set("mail.username", "alarms@example.com")
                    .set("mail.oauth.token-url", logins.url() + "/token");
            test.run(rig, mail, logins);
        } finally {
            mail.stop();
        }
    }

    private interface TokenTest {
        void run(Rig rig, GreenMail mail, Simulator logins) throws Exception;
    }

    private static LoggedRequest login(Simulator logins) {
        return logins.server().findAll(postRequestedFor(urlEqualTo("/token"))).get(0);
    }

    @Test
    void logsInToMicrosoft365ByClientCredentialsOnceForManyMails() throws Exception {
        withTokenRelay((rig, mail, logins) -> {
            rig.set("mail.oauth.client-id", "app")
                    .set("mail.oauth.client-secret", "s&cret")
                    .start();
            rig.alarm("one", Rig.CAMERA_A);
            rig.alarm("two", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> mail.getReceivedMessages().length == 4);
            assertThat(logins.server().findAll(postRequestedFor(urlEqualTo("/token"))))
                    .hasSize(1);
            var form = login(logins).formParameters();
            assertThat(form.get("grant_type").firstValue()).isEqualTo("client_credentials");
            assertThat(form.get("client_secret").firstValue()).isEqualTo("s&cret");
            assertThat(form.get("scope").firstValue()).isEqualTo("https://outlook.office365.com/.default");
            assertThat(rig.log()).doesNotContain("token-1").doesNotContain("s&cret");
        });
    }

    @Test
    void logsInToGoogleByARefreshToken() throws Exception {
        withTokenRelay((rig, mail, logins) -> {
            rig.set("mail.oauth.client-id", "app")
                    .set("mail.oauth.refresh-token", "refresh-me")
                    .start();
            rig.alarm("one", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> mail.getReceivedMessages().length == 2);
            var form = login(logins).formParameters();
            assertThat(form.get("grant_type").firstValue()).isEqualTo("refresh_token");
            assertThat(form.get("refresh_token").firstValue()).isEqualTo("refresh-me");
        });
    }

    @Test
    void logsInToGoogleByAServiceAccount() throws Exception {
        var keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        Path file = folder.resolve("service.json");
        Files.write(
                file,
                new ObjectMapper()
                        .writeValueAsBytes(
                                java.util.Map.of("client_email", "svc@project.example", "private_key", pem)));
        withTokenRelay((rig, mail, logins) -> {
            rig.set("mail.oauth.key-file", file.toString()).start();
            rig.alarm("one", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> mail.getReceivedMessages().length == 2);
            String[] jwt =
                    login(logins).formParameters().get("assertion").firstValue().split("\\.");
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
            assertThat(signature.verify(Base64.getUrlDecoder().decode(jwt[2]))).isTrue();
            var claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(jwt[1]));
            assertThat(claims.get("iss").asText()).isEqualTo("svc@project.example");
            assertThat(claims.get("sub").asText()).isEqualTo("alarms@example.com");
            assertThat(claims.get("scope").asText()).isEqualTo("https://mail.google.com/");
        });
    }

    @Test
    void saysWhyNoTokenCouldBeFetchedAndDoesNotHammer() throws Exception {
        withTokenRelay((rig, mail, logins) -> {
            logins.server()
                    .stubFor(
                            post(urlEqualTo("/token"))
                                    .atPriority(1)
                                    .willReturn(
                                            aResponse()
                                                    .withStatus(400)
                                                    .withBody(
                                                            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215 wrong secret\"}")));
            rig.set("mail.oauth.client-id", "app").start();
            rig.alarm("one", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains("AADSTS7000215"));
            await().atMost(SOON).until(() -> rig.log().contains("wait in mail.main"));
            assertThat(logins.server().findAll(postRequestedFor(urlEqualTo("/token"))))
                    .hasSize(1);
        });
    }
}
