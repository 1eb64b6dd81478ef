package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.RouteTest;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.milestone.Token;

class RefreshTokenTest extends RouteTest {

    RefreshTokenTest() {
        super("refresh-token", "call-xprotect");
        set("site.main.username", "ü&ser");
        set("site.main.password", "p%+ß");
    }

    private Exchange logIn() {
        return run("log-in", null, Map.of("site", "main"));
    }

    @Test
    void logsInByThePasswordGrantAndBringsTheToken() {
        answers("main", 200, "{\"access_token\":\"t\",\"expires_in\":3600}");
        Token token = logIn().getMessage().getBody(Token.class);
        assertThat(requests("main"))
                .containsExactly(
                        new Request(
                                "POST /api/idp/connect/token",
                                "",
                                "application/x-www-form-urlencoded",
                                "grant_type=password&client_id=GrantValidatorClient&username=%C3%BC%26ser&password=p%25%2B%C3%9F"));
        assertThat(token.secret().orElseThrow().reveal()).isEqualTo("t");
        assertThat(token.expiresIn()).contains("3600");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|{\"error_code\":\"InvalidCredentials\"}|AUTH|wrong user name or password",
                "400|{\"error_code\":\"LockedOut\"}|AUTH|the user is locked out",
                "400|{\"error_code\":\"ChangePassword\"}|AUTH|the password must be changed",
                "404|<html>|AUTH|has no login service",
                "503|<html>|SERVER|cannot log anybody in now",
                "200|<html>|OTHER|answered with something that is not XProtect's",
                "200|{}|OTHER|answered the login without a token"
            })
    void aLoginThatBringsNoTokenIsTriedLaterAndSaysWhy(int status, String answer, Kind kind, String told) {
        answers("main", status, answer);
        assertThat(logIn().getException())
                .isInstanceOfSatisfying(
                        Later.class, later -> assertThat(later.kind()).isEqualTo(kind))
                .hasMessageContaining(told);
    }

    @Test
    void aLoginServiceThatGivesNoAnswerIsSaidInWords() {
        answers("main", exchange -> exchange.setException(new IOException("reset")));
        assertThat(logIn().getException())
                .isInstanceOf(Later.class)
                .hasMessage("XProtect of main at http://main broke the connection (IOException).");
    }

    @Test
    void logsInOnlyWhereSomebodyHasAskedForAToken() {
        run("refresh-token", null, Map.of());
        assertThat(milestone().tokens().keeper("main").logins()).isZero();
    }
}
