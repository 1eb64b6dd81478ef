package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import ualarm.routes.RouteFolder;

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
                "refresh-token|the connector itself runs the route refresh-token, and none has this id.",
                "receive-alarm|receive-alarm.camel.yaml: no route receives alarms",
            })
    void aRouteFileThatIsMissingIsNamedAndTheOneInTheJarServes(String missing, String told, @TempDir Path routes)
            throws IOException {
        new RouteFolder(routes).unpack();
        Files.move(routes.resolve(missing + ".camel.yaml"), routes.resolve(missing + ".yaml"));
        try (var rig = new Rig(Simulator.CORPORATE).set("routes.directory", routes.toString())) {
            rig.start();
            assertThat(rig.log())
                    .contains(told)
                    .contains("routes/" + missing + ".yaml:1: it is not read")
                    .contains("Those in the jar serve in their place.");
            rig.alarm("1", Rig.CAMERA_A);
            await().until(() -> rig.xprotect().events().size() == 1);
        }
    }

    @Test
    void aConnectorThatCouldNotStartLeavesItsJournalClosed() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var rig = new Rig(Simulator.CORPORATE).set("alarm.port", String.valueOf(other.getLocalPort()))) {
            assertThatThrownBy(rig::start).hasMessageContaining("cannot be opened");
            Journal journal = rig.connector().journal();
            rig.connector().close();
            assertThat(journal.isWritable()).isFalse();
        }
    }

    @Test
    void aJournalThatCannotBeOpenedIsNotTakenForAFaultOfTheRoutes() throws IOException {
        try (var rig = new Rig(Simulator.CORPORATE)) {
            rig.start().stop();
            Path journal = rig.folder().resolve("data/journal");
            Rig.delete(journal);
            Files.createFile(journal);
            assertThatThrownBy(rig::start).hasStackTraceContaining("The journal cannot be opened");
            assertThat(rig.log()).doesNotContain("does not start");
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
