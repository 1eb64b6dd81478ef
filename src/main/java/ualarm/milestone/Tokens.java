package ualarm.milestone;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.camel.Exchange;
import ualarm.alarm.Json;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Sites;
import ualarm.token.TokenKeeper;

/** Logs in to each site's XProtect by the password grant (milestone-api.md 2). */
public final class Tokens {

    private static final String BEARER = "Bearer ";

    private final Map<String, TokenKeeper> bySite = new LinkedHashMap<>();
    private final Sites sites;

    /**
     * @param sites all sites
     * @param clock tells when a token expires
     * @param logIn runs the route {@code log-in} for a site
     */
    public Tokens(Sites sites, Clock clock, Function<String, CompletableFuture<Exchange>> logIn) {
        this.sites = sites;
        sites.all()
                .forEach(site -> bySite.put(
                        site.name(), new TokenKeeper(clock, "XProtect of " + site, () -> logIn.apply(site.name()))));
    }

    /**
     * Starts a login for every site whose token is missing or about to expire; does not wait for any. A site that nobody has asked
     * for a token yet is left alone: it may be too old to have any.
     */
    public void renewDue() {
        bySite.values().forEach(TokenKeeper::renewIfDue);
    }

    /**
     * Puts the site's token into the request, after a login where there is none.
     *
     * @param exchange the request
     * @return done when the token is in the request; fails with {@link Later} when the login does
     */
    public CompletionStage<Void> authorize(Exchange exchange) {
        return keeper(exchange)
                .token()
                .thenAccept(token -> exchange.getMessage().setHeader("Authorization", BEARER + token.reveal()));
    }

    /**
     * Says whether XProtect refused the token of a request with 401; then {@link #authorize} logs in once more.
     *
     * @param exchange the answer
     * @return whether to repeat the request
     */
    public boolean refused(Exchange exchange) {
        if (Answers.status(exchange) != 401) {
            return false;
        }
        String shown = exchange.getMessage().getHeader("Authorization", "", String.class);
        keeper(exchange).refused(shown.startsWith(BEARER) ? shown.substring(BEARER.length()) : shown);
        return true;
    }

    /**
     * Makes the login request: the password grant (milestone-api.md 2.1), user name and password percent-encoded.
     *
     * @param exchange becomes the request
     * @return the form, as bytes so that no log shows it as text
     */
    public byte[] form(Exchange exchange) {
        return form(site(exchange));
    }

    /**
     * Makes the login request for a site.
     *
     * @param at the site
     * @return the form, as bytes so that no log shows it as text
     */
    public static byte[] form(Site at) {
        return ("grant_type=password&client_id=GrantValidatorClient&username=" + encode(at.username()) + "&password="
                        + encode(at.password().reveal()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Takes the answer to a login.
     *
     * @param exchange the answer
     * @throws Later when the login failed, saying why and what to do
     */
    public void accept(Exchange exchange) {
        Site site = site(exchange);
        TokenKeeper keeper = keeper(exchange);
        int status = Answers.status(exchange);
        Map<String, Object> body = Json.object(Answers.body(exchange));
        String fetched = Json.text(body, "access_token");
        if (status == 200 && !fetched.isEmpty()) {
            keeper.accept(new Secret(fetched), Json.text(body, "expires_in"));
            return;
        }
        String who = "XProtect of " + site + " refused the login of " + site.username() + ": ";
        String code = Json.text(body, "error_code");
        if (code.equals("LockedOut")) {
            throw keeper.locked(who + "the user is locked out. Wait, or unlock the user in XProtect.");
        } else if (code.equals("ChangePassword")) {
            throw keeper.refusal(
                    who + "the password must be changed. Set a new one in XProtect and in site." + site + ".password.");
        } else if (code.equals("InvalidCredentials") || status == 401) {
            throw keeper.refusal(who + "wrong user name or password. Check site." + site + ".username and site." + site
                    + ".password; the user must be a basic user.");
        } else if (status == 404) {
            throw new Later(
                    "XProtect of " + site + " has no login service at " + site.url() + " (404). Check site." + site
                            + ".url.",
                    Kind.AUTH);
        } else if (status >= 400 && status < 500 && status != 408 && status != 429) {
            throw keeper.refusal(
                    who + "it answered " + status + ". Check that site." + site + ".url is XProtect's address.");
        }
        throw new Later(
                "XProtect of " + site + " cannot log anybody in now (it answered " + status + ").",
                Answers.kind(status));
    }

    /**
     * @param site a site's name
     * @return the keeper of its token
     */
    public TokenKeeper keeper(String site) {
        return bySite.get(site);
    }

    private TokenKeeper keeper(Exchange exchange) {
        return keeper(Answers.siteName(exchange));
    }

    private Site site(Exchange exchange) {
        return sites.site(Answers.siteName(exchange));
    }
}
