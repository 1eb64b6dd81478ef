package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/** A route runs when something is due for it: not before, and never not at all. */
class AppointmentsTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Appointments appointments = new Appointments(camel);
    private final List<Instant> runs = new CopyOnWriteArrayList<>();
    private final AtomicReference<Runnable> whenRun = new AtomicReference<>(() -> {});

    @BeforeEach
    void start() throws Exception {
        addRoute(0);
        camel.start();
        appointments.begin();
        await().until(() -> runs.size() == 1);
    }

    private void addRoute(long ownDelay) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("quartz:due?trigger.repeatCount=0&triggerStartDelay=" + ownDelay + "&durableJob=true")
                        .routeId("due")
                        .process(exchange -> {
                            runs.add(Instant.now());
                            whenRun.get().run();
                        });
            }
        });
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void theEarliestCounts() {
        Instant soon = Instant.now().plusMillis(300);
        appointments.at("due", soon.plusSeconds(600));
        appointments.at("due", soon);
        appointments.at("due", soon.plusSeconds(300));
        await().until(() -> runs.size() == 2);
        assertThat(runs.get(1)).isAfterOrEqualTo(soon);
    }

    @Test
    void whatIsOverRunsAtOnce() {
        appointments.at("due", Instant.EPOCH);
        await().until(() -> runs.size() == 2);
    }

    /** The route finds that nothing is due yet, or that something is due at this very moment: it comes again. */
    @Test
    void aRunMayMakeTheNextAppointmentForAnyTime() {
        whenRun.set(() -> {
            if (runs.size() < 8) {
                appointments.at(
                        "due",
                        runs.size() % 2 == 0 ? Instant.now() : Instant.now().plusNanos(100_000));
            }
        });
        appointments.at("due", Instant.now());
        await().until(() -> runs.size() >= 8);
    }

    /** Quartz keeps an appointment up to two milliseconds early. */
    @Test
    void anAppointmentThatIsKeptBeforeItsTimeIsOver() throws Exception {
        Instant made = Instant.now().plusSeconds(600);
        appointments.at("due", made);
        Scheduler scheduler =
                camel.getComponent("quartz", QuartzComponent.class).getScheduler();
        whenRun.set(() -> appointments.at("due", made.plusSeconds(600)));
        TriggerKey key = own(scheduler).iterator().next();
        scheduler.rescheduleJob(
                key,
                TriggerBuilder.newTrigger()
                        .withIdentity(key)
                        .forJob(scheduler.getTrigger(key).getJobKey())
                        .withSchedule(SimpleScheduleBuilder.repeatSecondlyForTotalCount(1))
                        .build());
        await().until(() -> runs.size() == 2);
        await().untilAsserted(() -> assertThat(own(scheduler)).hasSize(1).doesNotContain(key));
    }

    private static Set<TriggerKey> own(Scheduler scheduler) throws SchedulerException {
        return scheduler.getTriggerKeys(GroupMatcher.groupEquals("appointments"));
    }

    /** What was due for it in between is due for the one that comes. */
    @Test
    void aRouteThatIsExchangedIsRunAgain() throws Exception {
        appointments.at("due", Instant.now().plusSeconds(600));
        appointments.leaves(camel.getRoute("due"));
        appointments.at("due", Instant.now());
        camel.getRouteController().stopRoute("due");
        camel.removeRoute("due");
        assertThat(runs).hasSize(1);
        addRoute(600_000);
        appointments.renew();
        await().until(() -> runs.size() == 2);
    }

    /** Whoever made a route that runs once does not make it again. */
    @Test
    void aRouteThatHasComeRunsAlsoWhileOthersAreStillExchanged() throws Exception {
        appointments.leaves(camel.getRoute("due"));
        camel.getRouteController().stopRoute("due");
        camel.removeRoute("due");
        addRoute(500);
        await().until(() -> runs.size() == 2);
        appointments.renew();
    }

    private void exchange() throws Exception {
        appointments.leaves(camel.getRoute("due"));
        camel.getRouteController().stopRoute("due");
        camel.removeRoute("due");
        addRoute(0);
        int before = runs.size();
        appointments.renew();
        await().until(() -> runs.size() > before);
    }

    /** Camel makes an endpoint of its own for a run whose route has gone. */
    @Test
    void aRouteIsRunHoweverOftenItIsExchangedWhileItRuns() throws Exception {
        var others = Executors.newScheduledThreadPool(2);
        try {
            for (int i = 0; i < 2; i++) {
                others.scheduleAtFixedRate(() -> appointments.at("due", Instant.EPOCH), 0, 3, TimeUnit.MILLISECONDS);
            }
            for (int i = 0; i < 50; i++) {
                int before = runs.size();
                await().until(() -> runs.size() > before + 1);
                exchange();
            }
        } finally {
            others.shutdownNow();
        }
    }
}
