package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.milestone.RefreshPlan;
import ualarm.site.Settings;

class RefreshSiteTest extends RouteTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();

    RefreshSiteTest() {
        super("refresh-site", "call-xprotect");
        neighbour("direct:read-site");
        set("site.other.url", "http://other");
        set("site.other.username", "ualarm");
        set("site.other.password", "secret");
    }

    @Override
    protected List<CamelConfiguration> rooms(Settings checked) {
        return List.of(new CamelConfiguration() {
            @Override
            public void configure(CamelContext camel) {
                camel.getRegistry().bind("siteThreads", threads);
            }
        });
    }

    @AfterAll
    void close() {
        threads.shutdownNow();
    }

    @Test
    void hasEachSiteReadThatIsDueButNoneTwice() throws Exception {
        var read = getMockEndpoint("mock:direct:read-site");
        read.expectedMessageCount(2);
        run("refresh-site", null, Map.of());
        run("refresh-site", null, Map.of());
        read.assertIsSatisfied();
        assertThat(read.getReceivedExchanges())
                .extracting(exchange -> exchange.getVariable("site"))
                .containsExactlyInAnyOrder("main", "other");
    }

    @Test
    void asksASiteForItsAddressToSeeWhetherItLives() {
        answers("xprotect", 404, "");
        assertThat(run("probe-site", null, Map.of("site", "main")).getException())
                .isNull();
        assertThat(requests("xprotect"))
                .extracting(Request::line, Request::authorization)
                .containsExactly(tuple("GET /api/.well-known/uris", ""));
        assertThat(woken()).as("404 is an answer").isEmpty();
    }

    @Test
    void aSiteThatDoesNotLiveIsReadAgainAtOnce() {
        var plan = bean("refreshPlan", RefreshPlan.class);
        plan.due();
        plan.wasRead("other");
        woken().clear();
        answers("other", 503, "");
        Exchange end = run("probe-site", null, Map.of("site", "other"));
        assertThat(end.getException()).isNull();
        assertThat(woken()).containsExactly("refresh-site");
        woken().clear();
        answers("other", exchange -> exchange.setException(new IOException("reset")));
        assertThat(run("probe-site", null, Map.of("site", "other")).getException())
                .isNull();
    }
}
