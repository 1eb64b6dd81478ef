package ualarm.milestone;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Json;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Waits;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * Keeps one bearer token a site (milestone-api.md 2): fetched by the password grant, renewed before it expires, one login at a
 * time however many alarms wait for it. A wrong password is tried less and less often, so that the account is not locked.
 */
public final class Tokens {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    /** How long before it expires a token is renewed; half its life when that is shorter. */
    private static final Duration LEAD = Duration.ofSeconds(60);

    private static final Duration LOCKED = Duration.ofMinutes(15);
    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration FIRST_QUICK_WAIT = Duration.ofSeconds(1);
    private static final Duration LAST_QUICK_WAIT = Duration.ofSeconds(15);

    /** A token that is refused although it is this new is not the reason; another login would only be refused, too. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final Map<String, Keeper> bySite = new LinkedHashMap<>();
    private final Clock clock;
    private final Function<String, CompletableFuture<Exchange>> logIn;

    /**
     * @param sites all sites
     * @param clock tells when a token expires
     * @param logIn runs a site's route {@code log-in}
     */
    public Tokens(Sites sites, Clock clock, Function<String, CompletableFuture<Exchange>> logIn) {
        this.clock = clock;
        this.logIn = logIn;
        sites.all().forEach(site -> bySite.put(site.name(), new Keeper(site)));
    }

    /**
     * Starts a login for every site whose token is missing or about to expire; does not wait for any. A site that nobody has asked
     * for a token yet is left alone: it may be too old to have any.
     */
    public void renewDue() {
        bySite.values().forEach(Keeper::renewIfDue);
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
                .thenAccept(token -> exchange.getMessage().setHeader("Authorization", "Bearer " + token.reveal()));
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
        keeper(exchange).refused(exchange.getMessage().getHeader("Authorization", "", String.class));
        return true;
    }

    /**
     * Makes the login request: the password grant (milestone-api.md 2.1), user name and password percent-encoded.
     *
     * @param exchange becomes the request
     * @return the form, as bytes so that no log shows it as text
     */
    public byte[] form(Exchange exchange) {
        Site at = keeper(exchange).site;
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
        keeper(exchange).accept(Answers.status(exchange), Json.object(Answers.body(exchange)));
    }

    /**
     * @param site a site's name
     * @return when its token expires; nothing while there is none
     */
    public Optional<Instant> expiresAt(String site) {
        return bySite.get(site).expiresAt();
    }

    private Keeper keeper(Exchange exchange) {
        return bySite.get(Answers.siteName(exchange));
    }

    private final class Keeper {
        private final Site site;
        private Secret token = Secret.NONE;
        private Instant expiresAt = Instant.EPOCH;
        private Instant renewAt = Instant.EPOCH;
        private Instant notBefore = Instant.EPOCH;
        private Instant forcedAt = Instant.EPOCH;
        private boolean isAsked;
        private int refusals;
        private int outages;
        private String trouble = "";
        private CompletableFuture<Secret> underWay;

        Keeper(Site site) {
            this.site = site;
        }

        synchronized Optional<Instant> expiresAt() {
            return token.isEmpty() ? Optional.empty() : Optional.of(expiresAt);
        }

        synchronized CompletableFuture<Secret> token() {
            isAsked = true;
            Instant now = clock.instant();
            if (!token.isEmpty() && now.isBefore(expiresAt)) {
                return CompletableFuture.completedFuture(token);
            }
            if (underWay == null && now.isBefore(notBefore)) {
                return CompletableFuture.failedFuture(new Later(trouble));
            }
            return renew();
        }

        synchronized void renewIfDue() {
            Instant now = clock.instant();
            if (isAsked && !now.isBefore(renewAt) && !now.isBefore(notBefore)) {
                renew();
            }
        }

        private synchronized CompletableFuture<Secret> renew() {
            if (underWay != null) {
                return underWay;
            }
            var login = new CompletableFuture<Secret>();
            underWay = login;
            logIn.apply(site.name()).whenComplete((answer, failure) -> ended(login, answer, failure));
            return login;
        }

        private void ended(CompletableFuture<Secret> login, Exchange answer, Throwable failure) {
            Throwable reason = failure == null ? answer.getException() : failure;
            Secret fetched;
            synchronized (this) {
                underWay = null;
                if (reason != null) {
                    String said = String.valueOf(reason.getMessage());
                    notBefore = clock.instant().plus(waitAfter(reason));
                    if (!said.equals(trouble)) {
                        LOG.warn(said);
                    }
                    trouble = said;
                }
                fetched = token;
            }
            if (reason == null) {
                login.complete(fetched);
            } else {
                login.completeExceptionally(new Later(String.valueOf(reason.getMessage())));
            }
        }

        /** A refused login says itself how long to wait; one that was not answered is tried again soon. */
        private Duration waitAfter(Throwable reason) {
            if (reason instanceof Later later && later.after().isPresent()) {
                return later.after().get();
            }
            return Waits.doubling(FIRST_QUICK_WAIT, LAST_QUICK_WAIT, outages++);
        }

        synchronized void refused(String header) {
            Instant now = clock.instant();
            if (header.equals("Bearer " + token.reveal())
                    && forcedAt.plus(FRESH).isBefore(now)) {
                LOG.info("XProtect of {} refused the token: logging in again", site.name());
                forcedAt = now;
                token = Secret.NONE;
                renewAt = Instant.EPOCH;
            }
        }

        synchronized void accept(int status, Map<String, Object> body) {
            Instant now = clock.instant();
            String fetched = Json.text(body, "access_token");
            if (status == 200 && !fetched.isEmpty()) {
                Duration life = life(Json.text(body, "expires_in"));
                Duration lead = life.dividedBy(2).compareTo(LEAD) < 0 ? life.dividedBy(2) : LEAD;
                token = new Secret(fetched);
                expiresAt = now.plus(life);
                renewAt = expiresAt.minus(lead);
                notBefore = Instant.EPOCH;
                refusals = 0;
                outages = 0;
                if (!trouble.isEmpty()) {
                    LOG.info("Logged in to XProtect of {} again", site.name());
                }
                trouble = "";
                return;
            }
            String who = "XProtect of " + site.name() + " refused the login of " + site.username() + ": ";
            String code = Json.text(body, "error_code");
            Duration wait = Waits.doubling(FIRST_WAIT, LOCKED, refusals);
            if (code.equals("LockedOut")) {
                throw refusal(who + "the user is locked out. Wait, or unlock the user in XProtect.", LOCKED);
            } else if (code.equals("ChangePassword")) {
                throw refusal(
                        who + "the password must be changed. Set a new one in XProtect and in site." + site.name()
                                + ".password.",
                        wait);
            } else if (code.equals("InvalidCredentials") || status == 401) {
                throw refusal(
                        who + "wrong user name or password. Check site." + site.name() + ".username and site."
                                + site.name() + ".password; the user must be a basic user.",
                        wait);
            } else if (status == 404) {
                throw new Later("XProtect of " + site.name() + " has no login service at " + site.url()
                        + " (404). Check site." + site.name() + ".url.");
            } else if (status >= 400 && status < 500 && status != 408 && status != 429) {
                throw refusal(
                        who + "it answered " + status + ". Check that site." + site.name()
                                + ".url is XProtect's address.",
                        wait);
            }
            throw new Later("XProtect of " + site.name() + " cannot log anybody in now (it answered " + status + ").");
        }

        private Later refusal(String reason, Duration wait) {
            refusals++;
            return new Later(reason, Optional.of(wait));
        }

        /** The server's default is an hour (milestone-api.md 2.1); it also serves when it says nothing sensible. */
        private static Duration life(String expiresIn) {
            return expiresIn.matches("[1-9]\\d{0,8}")
                    ? Duration.ofSeconds(Long.parseLong(expiresIn))
                    : Duration.ofHours(1);
        }
    }
}
