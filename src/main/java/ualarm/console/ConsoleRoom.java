package ualarm.console;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.SteadyClock;
import ualarm.history.History;
import ualarm.intake.IntakeCounts;
import ualarm.journal.Journal;
import ualarm.journal.JournalComponent;
import ualarm.milestone.MilestoneRoom;
import ualarm.milestone.TokenKeeper;
import ualarm.routes.RouteFault;
import ualarm.routes.RouteKeeper;
import ualarm.routes.RouteState;
import ualarm.site.Settings;
import ualarm.site.Site;

/** What people and monitoring see of the connector: the console's page and API, health, metrics. */
public final class ConsoleRoom implements CamelConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleRoom.class);
    private static final int STATES_EVERY_SECONDS = 1;

    private final Settings settings;
    private final MilestoneRoom milestone;
    private final CompletableFuture<Journal> journal;
    private final History history;
    private final Meters meters;
    private final IntakeCounts counts;
    private final MeterRegistry registry;
    private final String version;
    private final Function<byte[], Optional<Throwable>> alarms;
    private final Consumer<Web> pages;
    private volatile CompletableFuture<Void> opened = new CompletableFuture<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "states");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param settings the settings
     * @param milestone knows the sites
     * @param journal knows what waits
     * @param history knows what became of alarms
     * @param meters know what was delivered
     * @param counts know what came in
     * @param registry has the metrics
     * @param version the connector's own
     * @param alarms takes an alarm as if it had been posted, and tells what was wrong with it
     * @param pages adds pages to the console's
     */
    public ConsoleRoom(
            Settings settings,
            MilestoneRoom milestone,
            CompletableFuture<Journal> journal,
            History history,
            Meters meters,
            IntakeCounts counts,
            MeterRegistry registry,
            String version,
            Function<byte[], Optional<Throwable>> alarms,
            Consumer<Web> pages) {
        this.settings = settings;
        this.milestone = milestone;
        this.journal = journal;
        this.history = history;
        this.meters = meters;
        this.counts = counts;
        this.registry = registry;
        this.version = version;
        this.alarms = alarms;
        this.pages = pages;
    }

    @Override
    public void configure(CamelContext camel) {
        var checks = HealthCheckHelper.getHealthCheckRegistry(camel);
        checks.register(Health.journal(journal::join));
        checks.register(Health.sites(settings.sites(), milestone.states()));
        settings.sites().all().forEach(this::count);
        Gauge.builder("ualarm.info", () -> 1)
                .description("The connector's version")
                .tag("version", version)
                .register(registry);
    }

    private void count(Site site) {
        TokenKeeper keeper = milestone.tokens().keeper(site.name());
        FunctionCounter.builder("ualarm.logins", keeper, TokenKeeper::logins)
                .description("Logins that succeeded")
                .tag("site", site.name())
                .register(registry);
        Gauge.builder("ualarm.token", keeper, ConsoleRoom::secondsLeft)
                .description("Until the token expires")
                .baseUnit("seconds")
                .tag("site", site.name())
                .register(registry);
    }

    private static double secondsLeft(TokenKeeper keeper) {
        return keeper.expiresAt()
                .map(end -> Duration.between(SteadyClock.PROCESS.instant(), end).toMillis() / 1000.0)
                .orElse(0.0);
    }

    /**
     * Has the page and the API served; the router comes with Camel's management server, whose turn to start is just before this
     * service's.
     *
     * @param camel a Camel that is configured and not started yet
     * @param routes knows how the routes stand
     * @param delivery is stopped and started, site by site
     * @throws Exception when it cannot be prepared
     */
    public void serve(CamelContext camel, RouteKeeper routes, JournalComponent delivery) throws Exception {
        var checks = HealthCheckHelper.getHealthCheckRegistry(camel);
        checks.register(Health.stoppedRoutes(routes::states));
        checks.register(Health.routes(routes::states));
        camel.addService(new ServiceSupport() {
            @Override
            protected void doStart() {
                opened = journal.thenAcceptAsync(this::open);
            }

            private void open(Journal open) {
                var status = new Status(
                        settings,
                        milestone.states(),
                        milestone.inventories(),
                        milestone.tokens(),
                        milestone.arrivals(),
                        open,
                        delivery,
                        meters,
                        counts,
                        version);
                new Console(
                                settings.console(),
                                status,
                                milestone.inventories(),
                                milestone.finder(),
                                history,
                                open,
                                routes,
                                milestone.plan(),
                                milestone.cameraStates(),
                                delivery,
                                alarms)
                        .open(router(camel), pages);
                settings.sites()
                        .all()
                        .forEach(
                                site -> Gauge.builder("ualarm.site.running", status, all -> all.isRunning(site) ? 1 : 0)
                                        .description("Whether the site's alarms go through")
                                        .tag("site", site.name())
                                        .register(registry));
                var log = new StateLog();
                clock.scheduleWithFixedDelay(
                        () -> look(log, status, routes), 0, STATES_EVERY_SECONDS, TimeUnit.SECONDS);
            }
        });
    }

    /** @return done when the page and the API are served; they are made ready while the routes are loaded */
    public CompletableFuture<Void> opened() {
        return opened;
    }

    /** Tells of no more changes: while it stops, everything stops, and nobody need look. */
    public void stopTelling() {
        clock.shutdownNow();
    }

    private static void look(StateLog log, Status status, RouteKeeper routes) {
        try {
            log.take(status.standings());
            log.take(routes.states().stream().map(ConsoleRoom::standing).toList());
        } catch (RuntimeException e) {
            // What throws is not run again.
            LOG.warn("How the sites stand could not be found out: {}", e.toString());
        }
    }

    private static StateLog.Standing standing(RouteState file) {
        return new StateLog.Standing(
                "routes",
                file.file(),
                file.state().name().toLowerCase(Locale.ROOT),
                file.state() == RouteState.State.RUNNING
                        ? ""
                        : file.error().map(RouteFault::toString).orElse("A route of it does not run."));
    }

    private static VertxPlatformHttpRouter router(CamelContext camel) {
        return camel.getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                .filter(VertxPlatformHttpRouter::isManagementServer)
                .findFirst()
                .orElseThrow();
    }
}
