package ualarm;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.spi.CamelEvent.RouteStartedEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.junit.jupiter.api.Test;

/** What the connector does with alarms that it finds when it starts. */
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
