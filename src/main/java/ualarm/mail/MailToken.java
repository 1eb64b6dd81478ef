package ualarm.mail;

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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import ualarm.alarm.Json;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Secret;
import ualarm.site.Settings;
import ualarm.token.TokenKeeper;

/**
 * The token by which the mail relay is logged in to (XOAUTH2): by client credentials for Microsoft 365, by a refresh token or a
 * service account's key for Google.
 */
public final class MailToken {

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final long HOUR = 3600;

    private final Settings.Relay relay;
    private final Settings.OAuth oauth;
    private final Clock clock;
    private final TokenKeeper keeper;
    private final Executor threads;
    private volatile Secret current = Secret.NONE;

    /**
     * @param relay how the relay is logged in to
     * @param clock tells when the token expires
     * @param logIn runs the route {@code log-in-to-relay}
     * @param threads go on with what waited for a login
     */
    public MailToken(Settings.Relay relay, Clock clock, Supplier<CompletableFuture<Exchange>> logIn, Executor threads) {
        this.relay = relay;
        this.oauth = relay.oauth();
        this.clock = clock;
        this.threads = threads;
        this.keeper = new TokenKeeper(clock, "The mail relay", logIn);
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
     * Sees to it that there is a token before a mail is sent.
     *
     * @return done when there is; fails with {@link Later} when the login does
     */
    public CompletionStage<Void> authorize() {
        // Sending a mail takes its thread, which must not be one that brings answers.
        return isUsed()
                ? keeper.token().thenAcceptAsync(token -> current = token, threads)
                : CompletableFuture.completedFuture(null);
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
     * @param exchange becomes the request
     * @throws Later when the service account's key cannot be used
     */
    public void compose(Exchange exchange) {
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
        var message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
        message.setBody(form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.UTF_8));
    }

    /** A signed statement of who wants the token for whose mailbox (RFC 7523). */
    private String assertion(Path keyFile) {
        try {
            Map<String, Object> key = Json.object(Files.readAllBytes(keyFile));
            Instant now = clock.instant();
            String claims = "{\"iss\":\"" + Json.text(key, "client_email")
                    + "\",\"scope\":\"" + oauth.scope() + "\",\"aud\":\"" + oauth.tokenUrl() + "\",\"sub\":\""
                    + relay.username() + "\",\"iat\":" + now.getEpochSecond() + ",\"exp\":"
                    + (now.getEpochSecond() + HOUR) + "}";
            String unsigned = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                    + base64(claims.getBytes(StandardCharsets.UTF_8));
            byte[] pkcs8 =
                    Base64.getMimeDecoder().decode(Json.text(key, "private_key").replaceAll("-----[A-Z ]+-----", ""));
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
     * Takes the answer to a login.
     *
     * @param exchange the answer
     * @throws Later when the login failed, saying why and what to do
     */
    public void accept(Exchange exchange) {
        byte[] body = exchange.getMessage().getBody() instanceof byte[] bytes ? bytes : new byte[0];
        Map<String, Object> answer = Json.object(body);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class);
        String fetched = Json.text(answer, "access_token");
        if (status == 200 && !fetched.isEmpty()) {
            keeper.accept(new Secret(fetched), Json.text(answer, "expires_in"));
            return;
        }
        String said = Text.clean(Json.text(answer, "error") + " " + Json.text(answer, "error_description"));
        String what = "The mail's login service answered " + status + ": " + said + ". ";
        if (status >= 400 && status < 500 && status != 408 && status != 429) {
            throw keeper.refusal(what + "Check mail.oauth.*.");
        }
        throw new Later(what + "It is tried again.");
    }

    /**
     * Says that the login service could not be reached.
     *
     * @param exchange the failed call
     * @throws Later always
     */
    public void unreached(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure instanceof Later known) {
            throw known;
        }
        throw new Later("The mail's login service at mail.oauth.token-url cannot be reached: "
                + failure.getClass().getSimpleName() + ".");
    }
}
