package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.TestClock;
import ualarm.alarm.Undelivered;
import ualarm.alarm.Undelivered.Kind;
import ualarm.site.Secret;
import ualarm.site.Settings;

/** The token keeper with a clock of our own; the real login is tested from outside. */
class TokensTest {

    private final TestClock clock = new TestClock();
    private int logins;
    private boolean cannotBegin;
    private CompletableFuture<Token> login = new CompletableFuture<>();
    private Instant wake = Instant.MAX;
    private final Tokens tokens = new Tokens(
            new Settings(
                            "site.main.url=https://vms\nsite.main.username=ü&#%+{{x}}${y} z\nsite.main.password=p",
                            Path.of(""), Map.of(), Map.of())
                    .sites(),
            clock,
            site -> {
                logins++;
                if (cannotBegin) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                login = new CompletableFuture<>();
                return login;
            },
            time -> wake = time);

    /** What the route log-in makes of an answer. */
    private Throwable answer(int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try {
            if (status != 200) {
                tokens.refusal("main", status, bytes);
            }
            login.complete(tokens.granted("main", Answers.mapper().readValue(bytes, Token.class)));
            return null;
        } catch (Undelivered.Later refused) {
            login.completeExceptionally(refused);
            return refused;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void grant(String token, int seconds) {
        answer(200, "{\"access_token\":\"" + token + "\",\"expires_in\":" + seconds + ",\"token_type\":\"Bearer\"}");
    }

    private CompletableFuture<Secret> ask() {
        return tokens.keeper("main").token();
    }

    private int loginsWithin(Duration time) {
        int before = logins;
        for (long second = 0; second < time.toSeconds(); second++) {
            clock.pass(Duration.ofSeconds(1));
            if (!clock.instant().isBefore(wake)) {
                tokens.renewDue();
            }
            if (!login.isDone()) {
                return logins - before;
            }
        }
        return logins - before;
    }

    /** An edited route may end with another body. */
    @Test
    void aLoginThatBringsNoTokenHasFailed() {
        CompletableFuture<Secret> waits = ask();
        login.complete(null);
        assertThat(waits)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("ends without a token");
    }

    @Test
    void aLoginThatCannotBeBegunIsTriedAgain() {
        cannotBegin = true;
        assertThat(ask()).isCompletedExceptionally();
        cannotBegin = false;
        clock.pass(Duration.ofMinutes(1));
        var token = ask();
        grant("t", 3600);
        assertThat(token).isCompleted();
    }

    @Test
    void renewsAMinuteBeforeTheTokenExpires() {
        ask();
        grant("one", 3600);
        assertThat(loginsWithin(Duration.ofSeconds(3539))).isZero();
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
    }

    /** All sites share one appointment, the earliest: whoever is not due when it comes has to make the next. */
    @Test
    void whoIsNotDueYetIsAskedAgainInTime() {
        ask();
        grant("first", 3600);
        wake = Instant.MAX;
        clock.pass(Duration.ofMinutes(30));
        tokens.renewDue();
        assertThat(logins).isEqualTo(1);
        assertThat(wake).isEqualTo(clock.instant().plusSeconds(3600 - 1800 - 60));
    }

    @Test
    void renewsAShortTokenAtHalfItsLife() {
        ask();
        grant("one", 20);
        assertThat(loginsWithin(Duration.ofSeconds(9))).isZero();
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
    }

    @Test
    void logsInOnceHoweverManyWait() {
        var first = ask();
        var others = Stream.generate(this::ask).limit(500).toList();
        tokens.renewDue();
        assertThat(first).isNotDone();
        grant("one", 3600);
        assertThat(first).isCompleted();
        assertThat(others)
                .allSatisfy(other -> assertThat(other).isCompletedWithValueMatching(token -> token.matches("one")));
        assertThat(tokens.bearer("main").reveal()).isEqualTo("Bearer one");
        assertThat(tokens.bearer("main")).hasToString("***");
        assertThat(logins).isEqualTo(1);
    }

    @Test
    void logsInOnceMoreForARefusedToken() {
        ask();
        grant("one", 3600);
        for (int i = 0; i < 10; i++) {
            tokens.refused("main", new Secret("Bearer one"));
            ask();
        }
        assertThat(logins).isEqualTo(2);
    }

    @Test
    void logsInLessAndLessOftenWhileNewTokensAreRefusedToo() {
        ask();
        grant("token 0", 3600);
        isRefused("token 0");
        assertThat(logins).isEqualTo(2);
        int last = 1;
        grant("token 1", 3600);
        for (int wait : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            clock.pass(Duration.ofSeconds(wait).minusMillis(1));
            isRefused("token " + last);
            assertThat(logins).as("before " + wait + " s").isEqualTo(last + 1);
            clock.pass(Duration.ofMillis(1));
            isRefused("token " + last);
            assertThat(logins).as("after " + wait + " s").isEqualTo(last + 2);
            grant("token " + ++last, 3600);
        }
        clock.pass(Duration.ofSeconds(61));
        isRefused("token " + last);
        assertThat(logins).as("a token that was good for a minute").isEqualTo(last + 2);
        grant("token " + ++last, 3600);
        clock.pass(Duration.ofSeconds(1));
        isRefused("token " + last);
        assertThat(logins).as("and the next after a second").isEqualTo(last + 2);
    }

    private void isRefused(String token) {
        tokens.refused("main", new Secret("Bearer " + token));
        ask();
    }

    @Test
    void triesAWrongPasswordLessAndLessOften() {
        ask();
        for (int minutes : new int[] {1, 2, 4, 8, 15, 15}) {
            answer(400, "{\"error\":\"invalid_grant\",\"error_code\":\"InvalidCredentials\"}");
            assertThat(loginsWithin(Duration.ofMinutes(minutes).minusSeconds(1)))
                    .isZero();
            assertThat(ask()).isCompletedExceptionally();
            assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
        }
    }

    @Test
    void leavesALockedOutUserAloneForAQuarterOfAnHour() {
        ask();
        answer(400, "{\"error\":\"invalid_grant\",\"error_code\":\"LockedOut\"}");
        assertThat(loginsWithin(Duration.ofMinutes(15).minusSeconds(1))).isZero();
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
    }

    /** Whoever unlocks the user with the same wrong password would have it locked again. */
    @Test
    void aLockCountsAsAWrongPassword() {
        ask();
        answer(400, "{\"error\":\"invalid_grant\",\"error_code\":\"LockedOut\"}");
        assertThat(loginsWithin(Duration.ofMinutes(15))).isEqualTo(1);
        answer(400, "{\"error\":\"invalid_grant\",\"error_code\":\"InvalidCredentials\"}");
        assertThat(loginsWithin(Duration.ofMinutes(2).minusSeconds(1))).isZero();
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
    }

    /** What the console shows of a login. */
    @Test
    void saysWhetherAndForHowLongItIsLoggedIn() {
        TokenKeeper keeper = tokens.keeper("main");
        ask();
        assertThat(keeper.expiresAt()).isEmpty();
        answer(503, "");
        assertThat(keeper.trouble()).contains("cannot log anybody in now");
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
        grant("one", 100);
        assertThat(keeper.trouble()).isEmpty();
        assertThat(keeper.expiresAt()).contains(clock.instant().plusSeconds(100));
        assertThat(keeper.logins()).isEqualTo(1);
    }

    @Test
    void triesAServerThatIsDownEveryFifteenSeconds() {
        ask();
        for (int seconds : new int[] {1, 2, 4, 8, 15, 15}) {
            answer(503, "The service is unavailable.");
            assertThat(loginsWithin(Duration.ofSeconds(seconds - 1L))).isZero();
            assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
        }
    }

    /** The form is milestone-api.md 2.3's; who has only a status to go by is told what that means. */
    @ParameterizedTest
    @CsvSource({
        "400, InvalidCredentials, wrong user name or password (InvalidCredentials), AUTH",
        "400, LockedOut, the user is locked out, AUTH",
        "400, ChangePassword, the password must be changed, AUTH",
        "401, '', wrong user name or password (401), AUTH",
        "401, x, wrong user name or password (x), AUTH",
        "404, x, has no login service at https://vms (404), AUTH",
        "400, invalid_client, it answered 400. Check, AUTH",
        "499, x, it answered 499. Check, AUTH",
        "399, x, cannot log anybody in now (it answered 399)., CLIENT",
        "408, x, cannot log anybody in now (it answered 408)., TIMEOUT",
        "429, x, cannot log anybody in now (it answered 429)., SERVER",
        "500, x, (it answered 500). Its identity provider or API Gateway is down, SERVER",
        "503, x, (it answered 503). Its identity provider or API Gateway is down, SERVER",
        "200, x, answered the login without a token. Check, OTHER",
    })
    void saysWhatToDo(int status, String code, String text, Kind kind) {
        ask();
        assertThat(answer(status, "{\"error_code\":\"" + code + "\"}"))
                .isInstanceOfSatisfying(Undelivered.Later.class, later -> {
                    assertThat(later).hasMessageContaining(text);
                    assertThat(later.getMessage().endsWith("look at its services."))
                            .isEqualTo(kind == Kind.SERVER && status >= 500);
                    assertThat(later.kind()).isEqualTo(kind);
                });
    }

    @Test
    void anEmptyTokenIsNone() {
        ask();
        assertThat(answer(200, "{\"access_token\":\"\"}")).hasMessageContaining("without a token");
        assertThat(answer(200, "null")).hasMessageContaining("without a token");
    }

    @Test
    void whoWaitsForATokenIsToldWhyThereIsNone() {
        ask();
        answer(503, "");
        assertThatThrownBy(() -> tokens.bearer("main"))
                .isInstanceOfSatisfying(
                        Undelivered.Later.class,
                        later -> assertThat(later.kind()).isEqualTo(Kind.SERVER))
                .hasMessageContaining("cannot log anybody in now");
    }

    @Test
    void encodesUserAndPassword() {
        assertThat(new String(tokens.form("main"), StandardCharsets.UTF_8))
                .isEqualTo("grant_type=password&client_id=GrantValidatorClient"
                        + "&username=%C3%BC%26%23%25%2B%7B%7Bx%7D%7D%24%7By%7D+z&password=p");
    }
}
