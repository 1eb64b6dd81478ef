package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.hc.core5.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ualarm.RouteTest;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.milestone.RefreshPlan;

/** What an integrator's own route gets that names one of the configurations for faults. */
class FaultsTest extends RouteTest {

    FaultsTest() {
        super("call-xprotect");
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                for (String configuration : new String[] {"delivery", "event-server", "reading"}) {
                    from("direct:" + configuration)
                            .routeConfigurationId(configuration)
                            .process(exchange -> {
                                throw exchange.getVariable("failure", Exception.class);
                            })
                            .to("mock:after");
                }
                from("direct:caller").routeConfigurationId("delivery").to("direct:called");
                from("direct:called").process(exchange -> {
                    throw exchange.getVariable("failure", Exception.class);
                });
            }
        };
    }

    private Exception failure(String configuration, Exception failure) {
        Exchange end = run(configuration, null, Map.of("site", "main", "failure", failure));
        assertThat(received("mock:after", Object.class)).isEmpty();
        return end.getException();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(
                        "delivery",
                        new ConnectException("refused"),
                        "XProtect of main at http://main cannot be connected to"),
                Arguments.of("delivery", new SocketTimeoutException("slow"), "did not answer in time"),
                Arguments.of("delivery", new ProtocolException("odd"), "ProtocolException"),
                Arguments.of(
                        "delivery",
                        new JsonParseException(null, "odd"),
                        "answered with something that is not XProtect's"),
                Arguments.of(
                        "event-server",
                        new ConnectException("refused"),
                        "The event server of main at main:9090 cannot be connected to"),
                Arguments.of("event-server", new ProtocolException("odd"), "broke the connection"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatGaveNoAnswerIsTriedLaterAndSaidInWords(String configuration, Exception fault, String told) {
        assertThat(failure(configuration, fault)).isInstanceOf(Later.class).hasMessageContaining(told);
    }

    @Test
    void whatAStepHasDecidedStands() {
        var never = new Never("no");
        assertThat(failure("delivery", never)).isSameAs(never);
        assertThat(failure("event-server", never)).isSameAs(never);
    }

    @Test
    void aReadingThatFailsIsTakenNoteOf() {
        bean("refreshPlan", RefreshPlan.class).due();
        assertThat(failure("reading", new IOException("reset"))).isNull();
        assertThat(state("main").trouble()).contains("broke the connection");
        assertThat(woken()).last().isEqualTo("refresh-site");
    }

    @Test
    void aRouteThatNamesNoConfigurationLeavesItsFaultToItsCaller() {
        assertThat(failure("called", new ConnectException("refused"))).isInstanceOf(ConnectException.class);
        assertThat(failure("caller", new ConnectException("refused"))).isInstanceOf(Later.class);
    }
}
