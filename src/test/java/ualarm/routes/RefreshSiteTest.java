package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
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
        site("other");
        site("down");
        site("silent");
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
    void hasEachSiteReadThatIsDueButNoneTwice() {
        run("refresh-site", null, Map.of());
        assertThat(bean("refreshPlan", RefreshPlan.class).due()).isEmpty();
        await().untilAsserted(() -> assertThat(
                        getMockEndpoint("mock:direct:read-site").getReceivedExchanges())
                .extracting(exchange -> exchange.getVariable("site"))
                .containsOnlyOnce("main", "other"));
    }

    @Test
    void asksASiteForItsAddressToSeeWhetherItLives() {
        answers("main", 404, "");
        assertThat(run("probe-site", null, Map.of("site", "main")).getException())
                .isNull();
        assertThat(requests("main"))
                .extracting(Request::line, Request::authorization)
                .containsExactly(tuple("GET /api/.well-known/uris", ""));
        assertThat(woken()).as("404 is an answer").isEmpty();
    }

    @Test
    void aSiteThatDoesNotLiveIsReadAgainSoon() {
        bean("refreshPlan", RefreshPlan.class).wasRead("down");
        woken().clear();
        answers("down", 503, "");
        assertThat(run("probe-site", null, Map.of("site", "down")).getException())
                .isNull();
        assertThat(woken()).containsExactly("refresh-site");
    }

    @Test
    void soIsOneThatGivesNoAnswer() {
        bean("refreshPlan", RefreshPlan.class).wasRead("silent");
        woken().clear();
        answers("silent", exchange -> exchange.setException(new IOException("reset")));
        assertThat(run("probe-site", null, Map.of("site", "silent")).getException())
                .isNull();
        assertThat(woken()).containsExactly("refresh-site");
    }
}
