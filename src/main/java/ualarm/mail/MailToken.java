package ualarm.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.milestone.Answers;
import ualarm.milestone.Token;
import ualarm.milestone.TokenKeeper;
import ualarm.site.Secret;
import ualarm.site.Settings;

/**
 * The token by which the mail relay is logged in to (XOAUTH2): by client credentials for Microsoft 365, by a refresh token or a
 * service account's key for Google.
 */
public final class MailToken {

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final long HOUR = 3600;
    private static final JsonMapper JSON = new JsonMapper();

    private final Settings.Relay relay;
    private final Settings.OAuth oauth;
    private final TokenKeeper keeper;
    private volatile Secret current = Secret.NONE;

    /**
     * @param relay how the relay is logged in to
     * @param clock tells when the token expires
     * @param logIn runs the route {@code log-in-to-relay}
     * @param wake has {@link #renewDue} asked at a time
     */
    public MailToken(
            Settings.Relay relay, Clock clock, Supplier<CompletableFuture<Token>> logIn, Consumer<Instant> wake) {
        this.relay = relay;
        this.oauth = relay.oauth();
        this.keeper = new TokenKeeper(clock, "The mail relay", () -> logIn.get().handle(MailToken::granted), wake);
    }

    /** Whatever the login failed with is told in words for an installer. */
    private static Token granted(Token token, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Later known) {
            throw known;
        } else if (cause != null) {
            throw new Later("The mail's login service at mail.oauth.token-url cannot be reached: "
                    + cause.getClass().getSimpleName() + ".");
        } else if (token.secret().isEmpty()) {
            throw new Later("The mail's login service answered without a token. Check mail.oauth.*.");
        }
        return token;
    }

    /** @return whether the relay is logged in to by token rather than by password */
    public boolean isUsed() {
        return !oauth.tokenUrl().isEmpty();
    }

    /** Starts a login when the token is missing or about to expire; does not wait for it. */
    public void renewDue() {
        keeper.renewIfDue();
    }

    /**
     * Sees to it that there is a token before a mail is sent, where the relay wants one.
     *
     * @throws Later when the login fails
     */
    public void authorize() {
        if (isUsed()) {
            try {
                current = keeper.token().join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof Later later ? later : e;
            }
        }
    }

    /** @return the token */
    String current() {
        return current.reveal();
    }

    /** The relay refused the token: the next mail gets a new one. */
    void refused() {
        keeper.refused(current.reveal());
    }

    /**
     * Makes the login request.
     *
     * @return the form, as bytes so that no log shows it as text
     * @throws Later when the service account's key cannot be used
     */
    public byte[] form() {
        var form = new LinkedHashMap<String, String>();
        if (oauth.keyFile().isPresent()) {
            form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.put("assertion", assertion(oauth.keyFile().get()));
        } else {
            form.put("client_id", oauth.clientId());
            if (!oauth.clientSecret().isEmpty()) {
                form.put("client_secret", oauth.clientSecret().reveal());
            }
            if (oauth.refreshToken().isEmpty()) {
                form.put("grant_type", "client_credentials");
                form.put("scope", oauth.scope());
            } else {
                form.put("grant_type", "refresh_token");
                form.put("refresh_token", oauth.refreshToken().reveal());
            }
        }
        return form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private record Algorithm(String alg, String typ) {}

    private record Claims(String iss, String scope, String aud, String sub, long iat, long exp) {}

    /** A signed statement of who wants the token for whose mailbox (RFC 7523). */
    private String assertion(Path keyFile) {
        try {
            JsonNode key = JSON.readTree(Files.readAllBytes(keyFile));
            // The login service has the time of day.
            long now = Instant.now().getEpochSecond();
            byte[] claims = JSON.writeValueAsBytes(new Claims(
                    key.path("client_email").asText(),
                    oauth.scope(),
                    oauth.tokenUrl(),
                    relay.username(),
                    now,
                    now + HOUR));
            String unsigned = base64(JSON.writeValueAsBytes(new Algorithm("RS256", "JWT"))) + "." + base64(claims);
            byte[] pkcs8 = Base64.getMimeDecoder()
                    .decode(key.path("private_key").asText().replaceAll("-----[A-Z ]+-----", ""));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
            signature.update(unsigned.getBytes(StandardCharsets.UTF_8));
            return unsigned + "." + base64(signature.sign());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Later("mail.oauth.key-file cannot be used ("
                    + e.getClass().getSimpleName() + "). Download the service account's key as JSON anew.");
        }
    }

    private static String base64(byte[] bytes) {
        return BASE64URL.encodeToString(bytes);
    }

    /**
     * Checks the answer to a login.
     *
     * @param status its status
     * @param body the answer
     * @return the same
     * @throws Later when the login failed, saying why and what to do
     */
    public byte[] check(@Header(Exchange.HTTP_RESPONSE_CODE) int status, byte[] body) {
        if (status == 200) {
            return body;
        }
        JsonNode answer = Answers.tree(body);
        String said = Text.clean(answer.path("error").asText() + " "
                + answer.path("error_description").asText());
        String what = "The mail's login service answered " + status + ": " + said + ". ";
        if (status >= 400 && status < 500 && status != 408 && status != 429) {
            throw keeper.refusal(what + "Check mail.oauth.*.");
        }
        throw new Later(what + "It is tried again.");
    }
}
