package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.alarm.Undelivered.Later;
import ualarm.milestone.Token;

class RefreshMailTokenTest extends RouteTest {

    private static final String SERVICE = "127.0.0.1:1/token";

    RefreshMailTokenTest() {
        super("refresh-mail-token");
        set("mail.username", "alarms@example.com");
        set("mail.oauth.token-url", "http://" + SERVICE);
        set("mail.oauth.client-id", "app");
        set("mail.oauth.client-secret", "s&cret");
    }

    private Exchange logIn() {
        return run("log-in-to-relay", null, Map.of());
    }

    @Test
    void logsInByClientCredentialsAndBringsTheToken() {
        answers(SERVICE, 200, "{\"access_token\":\"t\",\"expires_in\":3600}");
        assertThat(logIn().getMessage()
                        .getBody(Token.class)
                        .secret()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("t");
        assertThat(requests(SERVICE)).singleElement().satisfies(request -> {
            assertThat(request.line()).isEqualTo("POST ");
            assertThat(request.type()).isEqualTo("application/x-www-form-urlencoded");
            assertThat(request.body())
                    .contains("client_id=app", "client_secret=s%26cret", "grant_type=client_credentials");
        });
    }

    @Test
    void aRefusedLoginSaysInTheServicesWordsWhy() {
        answers(SERVICE, 401, "{\"error\":\"invalid_client\",\"error_description\":\"expired\"}");
        assertThat(logIn().getException())
                .isInstanceOf(Later.class)
                .hasMessageContaining("answered 401: invalid_client expired");
    }

    @Test
    void logsInOnlyWhereAMailHasAskedForAToken() {
        // The room's login fails, and would say so.
        assertThat(run("refresh-mail-token", null, Map.of()).getException()).isNull();
        assertThat(woken()).isEmpty();
    }
}
