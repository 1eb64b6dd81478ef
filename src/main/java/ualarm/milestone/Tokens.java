package ualarm.milestone;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Logs in to each site's XProtect by the password grant (milestone-api.md 2). */
public final class Tokens {

    private static final String BEARER = "Bearer ";

    private final Map<String, TokenKeeper> bySite = new LinkedHashMap<>();
    private final Sites sites;

    /**
     * @param sites all sites
     * @param clock tells when a token expires
     * @param logIn runs the route {@code log-in} for a site
     * @param wake has {@link #renewDue} asked at a time
     */
    public Tokens(Sites sites, Clock clock, Function<String, CompletableFuture<Token>> logIn, Consumer<Instant> wake) {
        this.sites = sites;
        sites.all()
                .forEach(site -> bySite.put(
                        site.name(),
                        new TokenKeeper(clock, "XProtect of " + site, () -> logIn.apply(site.name()), wake)));
    }

    /**
     * Starts a login for every site whose token is missing or about to expire; does not wait for any. A site that nobody has asked
     * for a token yet is left alone: it may be too old to have any.
     */
    public void renewDue() {
        bySite.values().forEach(TokenKeeper::renewIfDue);
    }

    /**
     * Waits for a login where there is no token.
     *
     * @param site the site's name
     * @return the header that shows the site's token
     * @throws Later when the login fails
     */
    public Secret bearer(@Variable("site") String site) {
        try {
            return begunBearer(site).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Later later ? later : e;
        }
    }

    /**
     * Does not wait.
     *
     * @param site the site's name
     * @return done when there is a token: the header that shows it; fails as the login does
     */
    CompletableFuture<Secret> begunBearer(String site) {
        return keeper(site).token().thenApply(token -> new Secret(BEARER + token.reveal()));
    }

    /**
     * Takes it that XProtect refused a token; then {@link #bearer} logs in once more.
     *
     * @param site the site's name
     * @param shown the header that was refused
     */
    public void refused(@Variable("site") String site, @Header("Authorization") Secret shown) {
        keeper(site).refused(shown.reveal().substring(BEARER.length()));
    }

    /**
     * Makes the login request: the password grant (milestone-api.md 2.1), user name and password percent-encoded.
     *
     * @param site the site's name
     * @return the form, as bytes so that no log shows it as text
     */
    public byte[] form(@Variable("site") String site) {
        Site at = sites.site(site);
        return ("grant_type=password&client_id=GrantValidatorClient&username=" + encode(at.username()) + "&password="
                        + encode(at.password().reveal()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Says why a login was not granted (milestone-api.md 2.3).
     *
     * @param name the site's name
     * @param status the answer's status
     * @param body the answer
     * @throws Later always, saying why and what to do
     */
    public void refusal(
            @Variable("site") String name,
            @Variable(Answers.STATUS) int status,
            @Variable(Answers.ANSWER) byte[] body) {
        Site site = sites.site(name);
        TokenKeeper keeper = keeper(name);
        JsonNode answer = Answers.tree(body);
        String who = "XProtect of " + site + " refused the login of " + site.username() + ": ";
        String password = "site." + site + ".password";
        String code = Text.clean(answer.path("error_code").asText());
        if (code.equals("LockedOut")) {
            throw keeper.locked(who
                    + "the user is locked out after too many wrong passwords (LockedOut). Unlock the user in Management"
                    + " Client, or wait; and correct " + password + ".");
        } else if (code.equals("ChangePassword")) {
            throw keeper.refusal(who
                    + "the password must be changed (ChangePassword). Set a new one in Management Client under Security,"
                    + " Basic Users, and write it in " + password + ".");
        } else if (code.equals("InvalidCredentials") || status == 401) {
            throw keeper.refusal(who + "wrong user name or password (" + (code.isEmpty() ? status : code)
                    + "). Correct site." + site + ".username and " + password
                    + "; it must be a basic user of XProtect, not a Windows user.");
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
                "XProtect of " + site + " cannot log anybody in now (it answered " + status + ")."
                        + (status >= 500
                                ? " Its identity provider or API Gateway is down or restarting: look at its services."
                                : ""),
                Answers.kind(status));
    }

    /**
     * Checks that a granted login has brought a token.
     *
     * @param site the site's name
     * @param token the answer
     * @return the same
     * @throws Later when it has none
     */
    public Token granted(@Variable("site") String site, Token token) {
        if (Optional.ofNullable(token)
                .flatMap(Token::secret)
                .filter(secret -> !secret.isEmpty())
                .isEmpty()) {
            throw new Later(
                    "XProtect of " + site + " answered the login without a token. Check site." + site + ".url.");
        }
        return token;
    }

    /**
     * @param site a site's name
     * @return the keeper of its token
     */
    public TokenKeeper keeper(String site) {
        return bySite.get(site);
    }
}
