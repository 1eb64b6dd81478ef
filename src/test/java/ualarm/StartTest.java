package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.RouteStartedEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.journal.Journal;

/** What the connector does while it starts, and with what it finds then. */
class StartTest {

    @Test
    void alarmsOfTheJournalArriveAlsoWhenARouteIsSlowToStart() {
        try (var rig = Rig.corporate()) {
            rig.alarm("before", Rig.CAMERA_A);
            await().until(() -> rig.xprotect().events().size() == 1);
            rig.xprotect().breakDown(503);
            rig.alarm("waiting", Rig.CAMERA_A);
            rig.stop();
            rig.xprotect().repair();
            rig.start(StartTest::startSlowly);
            await().until(() -> rig.xprotect().events().size() == 2);
        }
    }

    @Test
    void thePortIsClosedUntilAnAlarmCanBeStored() {
        int port = Rig.freePort();
        var answers = new ArrayList<String>();
        try (var rig = new Rig(Simulator.CORPORATE).set("alarm.port", String.valueOf(port))) {
            rig.start(camel -> camel.getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof RouteStartedEvent) {
                        answers.add(post(port));
                    }
                }
            }));
            assertThat(answers).hasSizeGreaterThan(20).containsOnly("closed");
            assertThat(post(port)).isEqualTo("200");
        }
    }

    private static String post(int port) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"camera\":\"" + Rig.CAMERA_A + "\"}"));
        try {
            return String.valueOf(HttpClient.newHttpClient()
                    .send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode());
        } catch (ConnectException e) {
            return "closed";
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "match-camera|receive-alarm.camel.yaml:73: it puts alarms into journal:unmatched, which no route works off.",
                "trigger-event|store-alarm.camel.yaml:31: it puts alarms into journal:event.*, which no route works off.",
                "store-alarm|it calls direct:store-alarm, and no route is from there.",
                "refresh-token|refresh-token.camel.yaml: the connector itself calls direct:log-in, and no route is from there.",
                "receive-alarm|receive-alarm.camel.yaml: no route receives alarms",
            })
    void aRouteFileThatIsMissingIsNamed(String missing, String told, @TempDir Path routes) throws IOException {
        for (Path file : RoutesTest.routes()) {
            String name = file.getFileName().toString().replace(".camel.yaml", "");
            Files.copy(file, routes.resolve(name + (name.equals(missing) ? ".yaml" : ".camel.yaml")));
        }
        try (var rig = new Rig(Simulator.CORPORATE).set("routes.directory", routes.toString())) {
            assertThatThrownBy(rig::start)
                    .hasMessageContaining(told)
                    .hasMessageContaining("Bring back routes/" + missing + ".camel.yaml")
                    .hasMessageContaining(
                            "Not read, because the name does not end in .camel.yaml: " + missing + ".yaml.")
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void aConnectorThatCouldNotStartLeavesItsJournalClosed(@TempDir Path noRoutes) {
        try (var rig = new Rig(Simulator.CORPORATE).set("routes.directory", noRoutes.toString())) {
            assertThatThrownBy(rig::start).hasMessageContaining("no route receives alarms");
            Journal journal = rig.connector().journal();
            rig.connector().close();
            assertThat(journal.isWritable()).isFalse();
        }
    }

    /** After the first route of the journal comes a pause of a second, or until somebody asks XProtect something. */
    private static void startSlowly(CamelContext camel) {
        var asked = new CountDownLatch(1);
        camel.getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) throws Exception {
                if (event instanceof ExchangeSendingEvent sending
                        && sending.getEndpoint().getEndpointUri().startsWith("vertx-http:")) {
                    asked.countDown();
                } else if (event instanceof RouteStartedEvent started
                        && started.getRoute().getId().equals("trigger-event")) {
                    asked.await(1, TimeUnit.SECONDS);
                }
            }
        });
    }
}
