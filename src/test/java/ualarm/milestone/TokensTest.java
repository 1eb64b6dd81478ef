package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.alarm.Undelivered;
import ualarm.site.Settings;

/** The token keeper with a clock of our own; the real login is tested from outside. */
class TokensTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final TestClock clock = new TestClock();
    private int logins;
    private CompletableFuture<Exchange> login = new CompletableFuture<>();
    private final Tokens tokens = new Tokens(
            new Settings(
                            "site.main.url=https://vms\nsite.main.username=ü&#%+{{x}}${y} z\nsite.main.password=p",
                            Path.of(""), Map.of(), Map.of())
                    .sites(),
            clock,
            site -> {
                logins++;
                login = new CompletableFuture<>();
                return login;
            });

    private static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-11-21T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Exchange answer(int status, String body) {
        Exchange exchange = request();
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
        try {
            tokens.accept(exchange);
        } catch (Undelivered.Later refused) {
            exchange.setException(refused);
        }
        login.complete(exchange);
        return exchange;
    }

    private void grant(String token, int seconds) {
        answer(200, "{\"access_token\":\"" + token + "\",\"expires_in\":" + seconds + ",\"token_type\":\"Bearer\"}");
    }

    private int loginsWithin(Duration time) {
        int before = logins;
        for (long second = 0; second < time.toSeconds(); second++) {
            clock.now = clock.now.plusSeconds(1);
            tokens.renewDue();
            if (!login.isDone()) {
                return logins - before;
            }
        }
        return logins - before;
    }

    private Exchange request() {
        var exchange = new DefaultExchange(camel);
        exchange.setProperty("site", "main");
        return exchange;
    }

    @Test
    void renewsAMinuteBeforeTheTokenExpires() {
        tokens.authorize(request());
        grant("one", 3600);
        assertThat(loginsWithin(Duration.ofSeconds(3539))).isZero();
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
    }

    @Test
    void renewsAShortTokenAtHalfItsLife() {
        tokens.authorize(request());
        grant("one", 20);
        assertThat(loginsWithin(Duration.ofSeconds(9))).isZero();
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
    }

    @Test
    void logsInOnceHoweverManyWait() {
        var first = request();
        var waiting = tokens.authorize(first).toCompletableFuture();
        for (int i = 0; i < 500; i++) {
            tokens.authorize(request());
        }
        tokens.renewDue();
        assertThat(waiting).isNotDone();
        grant("one", 3600);
        assertThat(waiting).isCompleted();
        assertThat(first.getMessage().getHeader("Authorization")).isEqualTo("Bearer one");
        assertThat(logins).isEqualTo(1);
    }

    @Test
    void logsInOnceMoreForARefusedToken() {
        tokens.authorize(request());
        grant("one", 3600);
        for (int i = 0; i < 10; i++) {
            var refused = request();
            refused.getMessage().setHeader("Authorization", "Bearer one");
            refused.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 401);
            assertThat(tokens.refused(refused)).isTrue();
            tokens.authorize(refused);
        }
        assertThat(logins).isEqualTo(2);
    }

    @Test
    void logsInLessAndLessOftenWhileNewTokensAreRefusedToo() {
        tokens.authorize(request());
        grant("token 0", 3600);
        isRefused("token 0");
        assertThat(logins).isEqualTo(2);
        int last = 1;
        grant("token 1", 3600);
        for (int wait : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            clock.now = clock.now.plusSeconds(wait).minusMillis(1);
            isRefused("token " + last);
            assertThat(logins).as("before " + wait + " s").isEqualTo(last + 1);
            clock.now = clock.now.plusMillis(1);
            isRefused("token " + last);
            assertThat(logins).as("after " + wait + " s").isEqualTo(last + 2);
            grant("token " + ++last, 3600);
        }
        clock.now = clock.now.plusSeconds(61);
        isRefused("token " + last);
        assertThat(logins).as("a token that was good for a minute").isEqualTo(last + 2);
        grant("token " + ++last, 3600);
        clock.now = clock.now.plusSeconds(1);
        isRefused("token " + last);
        assertThat(logins).as("and the next after a second").isEqualTo(last + 2);
    }

    private void isRefused(String token) {
        var answer = request();
        answer.getMessage().setHeader("Authorization", "Bearer " + token);
        answer.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 401);
        tokens.refused(answer);
        tokens.authorize(answer);
    }

    @Test
    void triesAWrongPasswordLessAndLessOften() {
        tokens.authorize(request());
        for (int minutes : new int[] {1, 2, 4, 8, 15, 15}) {
            answer(400, "{\"error\":\"invalid_grant\",\"error_code\":\"InvalidCredentials\"}");
            assertThat(loginsWithin(Duration.ofMinutes(minutes).minusSeconds(1)))
                    .isZero();
            assertThat(tokens.authorize(request()).toCompletableFuture()).isCompletedExceptionally();
            assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
        }
    }

    @Test
    void leavesALockedOutUserAloneForAQuarterOfAnHour() {
        tokens.authorize(request());
        answer(400, "{\"error\":\"invalid_grant\",\"error_code\":\"LockedOut\"}");
        assertThat(loginsWithin(Duration.ofMinutes(15).minusSeconds(1))).isZero();
        assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
    }

    @Test
    void triesAServerThatIsDownEveryFifteenSeconds() {
        tokens.authorize(request());
        for (int seconds : new int[] {1, 2, 4, 8, 15, 15}) {
            answer(503, "The service is unavailable.");
            assertThat(loginsWithin(Duration.ofSeconds(seconds - 1L))).isZero();
            assertThat(loginsWithin(Duration.ofSeconds(1))).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, InvalidCredentials, wrong user name or password",
        "400, LockedOut, locked out",
        "400, ChangePassword, must be changed",
        "401, x, wrong user name or password",
        "404, x, no login service",
        "400, invalid_client, answered 400",
        "503, x, answered 503",
        "200, x, answered 200",
    })
    void saysWhatToDo(int status, String code, String text) {
        tokens.authorize(request());
        assertThat(answer(status, "{\"error_code\":\"" + code + "\"}").getException())
                .hasMessageContaining(text);
    }

    @Test
    void encodesUserAndPassword() {
        assertThat(new String(tokens.form(request()), StandardCharsets.UTF_8))
                .isEqualTo("grant_type=password&client_id=GrantValidatorClient"
                        + "&username=%C3%BC%26%23%25%2B%7B%7Bx%7D%7D%24%7By%7D+z&password=p");
    }
}
