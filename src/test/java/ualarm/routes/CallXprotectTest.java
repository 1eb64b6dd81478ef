package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.milestone.Gateways;
import ualarm.milestone.Uris;

class CallXprotectTest extends RouteTest {

    CallXprotectTest() {
        super("call-xprotect");
        site("renewed");
        site("hopeless");
        site("several");
    }

    private Exchange call(String route, String site, String path) {
        return template.send("direct:" + route, exchange -> {
            exchange.getMessage().setBody("question");
            exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "GET");
            exchange.getMessage().setHeader(Exchange.HTTP_PATH, path);
            exchange.setVariable("site", site);
        });
    }

    private Exchange call(String site) {
        return call("call-xprotect", site, "/api/rest/v1/cameras");
    }

    @Test
    void asksWithTheSitesTokenAndLeavesTheAnswerInVariables() {
        answers("main", 200, "answer");
        Exchange end = call("main");
        assertThat(requests("main"))
                .extracting(Request::line, Request::authorization)
                .containsExactly(tuple("GET /api/rest/v1/cameras", "Bearer main1"));
        assertThat(end.getVariable("status")).isEqualTo(200);
        assertThat(end.getVariable("answer")).isEqualTo("answer".getBytes());
        assertThat(end.getMessage().getBody()).as("the caller's own").isEqualTo("question");
    }

    @Test
    void aRefusedTokenIsRenewedAndTheRequestRepeated() {
        answers("renewed", 401, "");
        answers("renewed", 200, "answer");
        assertThat(call("renewed").getVariable("status")).isEqualTo(200);
        assertThat(requests("renewed")).hasSize(2);
        assertThat(requests("renewed"))
                .extracting(Request::authorization)
                .containsExactly("Bearer renewed1", "Bearer renewed2");
        assertThat(requests("renewed")).extracting(Request::line).containsOnly("GET /api/rest/v1/cameras");
    }

    @Test
    void aTokenThatIsRefusedThoughNewIsTheCallersTrouble() {
        answers("hopeless", 401, "");
        Exchange end = call("hopeless");
        assertThat(end.getException()).isNull();
        assertThat(end.getVariable("status")).isEqualTo(401);
        assertThat(requests("hopeless")).hasSize(2);
    }

    @Test
    void whatNeedsNoTokenShowsNone() {
        answers("main", 200, "");
        call("ask-xprotect", "main", "/api/.well-known/uris");
        assertThat(requests("main"))
                .singleElement()
                .extracting(Request::authorization)
                .isEqualTo("");
    }

    @Test
    void afterA503AnotherGatewayOfTheSiteIsAskedButForWhatTheManagementServerAnswers() {
        bean("gateways", Gateways.class)
                .learn("several", new Uris(Optional.empty(), Optional.of(List.of("http://second/API/"))), true);
        answers("several", 503, "");
        answers("second", 200, "");
        assertThat(call("several").getVariable("status")).isEqualTo(503);
        assertThat(call("several").getVariable("status")).isEqualTo(200);
        assertThat(requests("second")).extracting(Request::line).containsExactly("GET /api/rest/v1/cameras");
        call("ask-xprotect", "several", "/ManagementServer/.well-known/uris");
        assertThat(requests("several"))
                .extracting(Request::line)
                .containsExactly("GET /api/rest/v1/cameras", "GET /ManagementServer/.well-known/uris");
    }
}
