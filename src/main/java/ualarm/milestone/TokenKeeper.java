package ualarm.milestone;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Waits;
import ualarm.site.Secret;

/**
 * Keeps one bearer token: fetched when it is first asked for, renewed before it expires, one login at a time however many wait for it.
 * A wrong password is tried less and less often, so that the account is not locked.
 */
public final class TokenKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(TokenKeeper.class);

    /** How long before it expires a token is renewed; half its life when that is shorter. */
    private static final Duration LEAD = Duration.ofSeconds(60);

    private static final Duration LOCKED = Duration.ofMinutes(15);
    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final Duration FIRST_QUICK_WAIT = Duration.ofSeconds(1);
    private static final Duration LAST_QUICK_WAIT = Duration.ofSeconds(15);

    /** While new tokens are refused, too, logins for them come less and less often. */
    private static final Duration FIRST_WAIT_AFTER_REFUSED_TOKEN = Duration.ofSeconds(1);

    private static final Duration LAST_WAIT_AFTER_REFUSED_TOKEN = Duration.ofSeconds(30);

    private final Clock clock;
    private final String who;
    private final Supplier<CompletableFuture<Token>> logIn;
    private final Consumer<Instant> wake;
    private Secret token = Secret.NONE;
    private Instant expiresAt = Instant.EPOCH;
    private Instant renewAt = Instant.EPOCH;
    private Instant notBefore = Instant.EPOCH;
    private Instant forcedAt = Instant.EPOCH;
    private int forced;
    private boolean isAsked;
    private int refusals;
    private int outages;
    private long logins;
    private String trouble = "";
    private Kind kind = Kind.AUTH;
    private CompletableFuture<Secret> underWay;

    /**
     * @param clock tells when the token expires
     * @param who gives the token, in words for the log, for example {@code XProtect of main}
     * @param logIn logs in; fails with {@link #refusal} or another {@link Later}
     * @param wake has {@link #renewIfDue} asked at a time
     */
    public TokenKeeper(Clock clock, String who, Supplier<CompletableFuture<Token>> logIn, Consumer<Instant> wake) {
        this.clock = clock;
        this.who = who;
        this.logIn = logIn;
        this.wake = wake;
    }

    /** @return when the token expires (UTC); nothing while there is none */
    public synchronized Optional<Instant> expiresAt() {
        return token.isEmpty() ? Optional.empty() : Optional.of(expiresAt);
    }

    /** @return how many logins have succeeded */
    public synchronized long logins() {
        return logins;
    }

    /** @return what keeps it from logging in, in words for an installer; empty when nothing does */
    public synchronized String trouble() {
        return trouble;
    }

    /** @return the token, after a login where there is none; fails with {@link Later} when the login does */
    public synchronized CompletableFuture<Secret> token() {
        isAsked = true;
        Instant now = clock.instant();
        if (!token.isEmpty() && now.isBefore(expiresAt)) {
            return CompletableFuture.completedFuture(token);
        }
        if (underWay == null && now.isBefore(notBefore)) {
            return CompletableFuture.failedFuture(new Later(trouble, kind));
        }
        return renew();
    }

    /**
     * Starts a login when the token is missing or about to expire, unless nobody has asked for one yet; does not wait for it. Else has itself asked
     * again when it is: others' time may have come.
     */
    public synchronized void renewIfDue() {
        if (!isAsked || underWay != null) {
            return;
        }
        Instant due = renewAt.isAfter(notBefore) ? renewAt : notBefore;
        if (clock.instant().isBefore(due)) {
            wake.accept(due);
        } else {
            renew();
        }
    }

    private synchronized CompletableFuture<Secret> renew() {
        if (underWay != null) {
            return underWay;
        }
        var login = new CompletableFuture<Secret>();
        underWay = login;
        begun().whenComplete((granted, failure) -> ended(login, granted, failure));
        return login;
    }

    /** One that cannot even be begun, for example because the system has no thread for it, has ended. */
    private CompletableFuture<Token> begun() {
        try {
            return logIn.get();
        } catch (RuntimeException | OutOfMemoryError e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void ended(CompletableFuture<Secret> login, Token granted, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null && granted == null) {
            cause = new Later("The route that logs in to " + who
                    + " ends without a token. Its last step is to be the one that takes the answer, as shipped.");
        }
        Later why = null;
        synchronized (this) {
            underWay = null;
            if (cause == null) {
                accept(granted);
            } else {
                why = cause instanceof Later later ? later : new Later(String.valueOf(cause.getMessage()));
                notBefore = clock.instant().plus(waitAfter(why));
                wake.accept(notBefore);
                if (!why.getMessage().equals(trouble)) {
                    LOG.warn(why.getMessage());
                }
                trouble = why.getMessage();
                kind = why.kind();
            }
        }
        if (why == null) {
            login.complete(granted.secret().orElse(Secret.NONE));
        } else {
            login.completeExceptionally(new Later(why.getMessage(), why.kind()));
        }
    }

    /** A refused login says itself how long to wait; one that was not answered is tried again soon. */
    private Duration waitAfter(Later why) {
        return why.after().orElseGet(() -> Waits.doubling(FIRST_QUICK_WAIT, LAST_QUICK_WAIT, outages++));
    }

    /**
     * Takes it that the token was refused; then {@link #token} logs in once more.
     *
     * @param shown the token that was refused
     */
    public synchronized void refused(String shown) {
        Instant now = clock.instant();
        // A token that was good for a minute is refused for a new reason.
        boolean wasGood =
                forcedAt.plus(LAST_WAIT_AFTER_REFUSED_TOKEN.multipliedBy(2)).isBefore(now);
        forced = wasGood ? 0 : forced;
        Duration wait = forced == 0
                ? Duration.ZERO
                : Waits.doubling(FIRST_WAIT_AFTER_REFUSED_TOKEN, LAST_WAIT_AFTER_REFUSED_TOKEN, forced - 1);
        if (!token.isEmpty() && token.matches(shown) && !now.isBefore(forcedAt.plus(wait))) {
            LOG.info("{} refused the token: logging in again", who);
            forcedAt = now;
            forced++;
            token = Secret.NONE;
            renewAt = Instant.EPOCH;
        }
    }

    private void accept(Token granted) {
        Duration life = life(granted.expiresIn().orElse(""));
        Duration lead = life.dividedBy(2).compareTo(LEAD) < 0 ? life.dividedBy(2) : LEAD;
        token = granted.secret().orElse(Secret.NONE);
        expiresAt = clock.instant().plus(life);
        renewAt = expiresAt.minus(lead);
        wake.accept(renewAt);
        notBefore = Instant.EPOCH;
        refusals = 0;
        outages = 0;
        logins++;
        if (!trouble.isEmpty()) {
            LOG.info("{}: logged in again", who);
        }
        trouble = "";
    }

    /**
     * @param reason why the login was refused, and what to do
     * @return to be thrown: it is tried again after a minute, doubling to a quarter of an hour
     */
    public synchronized Later refusal(String reason) {
        return new Later(reason, Optional.of(Waits.doubling(FIRST_WAIT, LOCKED, refusals++)), Kind.AUTH);
    }

    /**
     * @param reason why nobody may log in for a while, and what to do
     * @return to be thrown: it is tried again after a quarter of an hour
     */
    public synchronized Later locked(String reason) {
        refusals++;
        return new Later(reason, Optional.of(LOCKED), Kind.AUTH);
    }

    /** The server's default is an hour (milestone-api.md 2.1); it also serves when it says nothing sensible. */
    private static Duration life(String expiresIn) {
        return expiresIn.matches("[1-9]\\d{0,8}") ? Duration.ofSeconds(Long.parseLong(expiresIn)) : Duration.ofHours(1);
    }
}
