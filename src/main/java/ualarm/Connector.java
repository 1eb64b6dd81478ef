package ualarm;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.command.Commands;
import ualarm.command.OfflineRooms;
import ualarm.console.ConsoleRoom;
import ualarm.console.Meters;
import ualarm.console.StateLog;
import ualarm.console.Web;
import ualarm.history.History;
import ualarm.intake.Companions;
import ualarm.intake.IntakeCounts;
import ualarm.intake.IntakeRoom;
import ualarm.intake.OpenPort;
import ualarm.journal.Journal;
import ualarm.journal.JournalRoom;
import ualarm.journal.Leadership;
import ualarm.journal.Watcher;
import ualarm.mail.MailRoom;
import ualarm.milestone.Arrivals;
import ualarm.milestone.MilestoneRoom;
import ualarm.milestone.Token;
import ualarm.routes.Libraries;
import ualarm.routes.RouteCheck;
import ualarm.routes.RouteFolder;
import ualarm.routes.RouteKeeper;
import ualarm.routes.RouteVersions;
import ualarm.routes.Surroundings;
import ualarm.site.Settings;
import ualarm.site.Site;
import ualarm.trial.Running;

/** The connector: its rooms, each wired by itself, and the routes between them (docs/architecture.md). */
public final class Connector implements Running {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.connector");

    /** What one of several connectors on the same journal does. */
    private static final String SUPERVISION = "supervision";

    private final Settings settings;
    private final Main main = new Main();
    private final CompletableFuture<Journal> journal;
    private final CompletableFuture<OpenPort> port;
    private final boolean isPortMine;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final History history;
    private final Leadership leadership;
    private final IntakeRoom intake;
    private final ConsoleRoom console;
    private final JournalRoom journalRoom;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile Appointments appointments;
    private volatile RouteRunner runner;
    private volatile ExecutorService siteThreads;
    private volatile RouteKeeper routes;
    private volatile boolean isRunning;

    /**
     * Prepares a connector that none follows; the journal is opened meanwhile.
     *
     * @param settings the checked settings
     * @param watcher sees the Camel context before the routes are made
     */
    public Connector(Settings settings, Consumer<CamelContext> watcher) {
        this(settings, watcher, CompletableFuture.supplyAsync(OpenPort::new), true, web -> {});
    }

    /**
     * Prepares one connector among several that follow one another at a port; the journal is opened meanwhile.
     *
     * @param settings the checked settings
     * @param port where alarms come in; it stays open when this connector is gone
     * @param pages adds pages to the console's
     */
    Connector(Settings settings, CompletableFuture<OpenPort> port, Consumer<Web> pages) {
        this(settings, camel -> {}, port, false, pages);
    }

    private Connector(
            Settings settings,
            Consumer<CamelContext> watcher,
            CompletableFuture<OpenPort> port,
            boolean isPortMine,
            Consumer<Web> pages) {
        this.settings = settings;
        this.port = port;
        this.isPortMine = isPortMine;
        List<String> sites = settings.sites().all().stream().map(Site::name).toList();
        var isPrepared = new CompletableFuture<Void>();
        this.journal = isPrepared.thenApplyAsync(prepared -> JournalRoom.open(settings.journal()));
        this.history = new History(settings.journal().directory());
        var meters = new Meters(registry, journal, sites);
        var counts = new IntakeCounts(registry);
        this.leadership = new Leadership(journal);
        var milestone = new MilestoneRoom(
                settings,
                (route, time) -> appointments.at(route, time),
                site -> runner.run("log-in", Map.of("site", site), Token.class),
                alarm -> runner.run("fetch-picture", Map.of("site", alarm.site(), "alarm", alarm), byte[].class),
                (site, event) -> runner.run("look-for-event", Map.of("site", site, "eventId", event), Integer.class),
                arrivals(meters));
        this.intake = new IntakeRoom(
                settings,
                counts,
                port,
                time -> appointments.at("supervise", time),
                companions(),
                alarm -> milestone.finder().sites(alarm));
        journal.thenAccept(open ->
                open.whenClockWasSet(() -> Optional.ofNullable(appointments).ifPresent(Appointments::clockWasSet)));
        milestone.plan().whenMended(site -> journal().hurry(List.of("event." + site, "alarm." + site, "unmatched")));
        var mail = new MailRoom(
                settings,
                milestone.finder(),
                milestone.inventories(),
                () -> runner.run("log-in-to-relay", Map.of(), Token.class),
                time -> appointments.at("refresh-mail-token", time));
        this.console = new ConsoleRoom(
                settings,
                milestone,
                journal,
                history,
                meters,
                counts,
                registry,
                Commands.version(),
                this::accept,
                pages);
        this.journalRoom = new JournalRoom(journal, sites, mail::patience, (queue, alarm, step) -> {
            history.saw(queue, alarm, step);
            meters.saw(queue, alarm, step);
        });
        // Its own hook expects a run loop, and waits for it in vain.
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        // Only what begins with camel. comes from our settings, so that no secret of ours is ever among the properties
        // that Camel resolves and logs.
        main.setDefaultPropertyPlaceholderLocation("false");
        CamelSettings.of(settings).forEach(main::addOverrideProperty);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport support) {
                begin(support.getCamelContext());
                watcher.accept(support.getCamelContext());
            }

            @Override
            public void afterConfigure(BaseMainSupport support) {
                prepare(support.getCamelContext(), sites);
            }
        });
        List.of(journalRoom, intake, milestone, mail, console).forEach(main.configure()::addConfiguration);
        // Settings that cannot be used have ended it before: else nobody would close the journal.
        isPrepared.complete(null);
    }

    private Companions companions() {
        return new Companions() {
            @Override
            public boolean areLed() {
                return leadership.isLeader(SUPERVISION);
            }

            @Override
            public void heard(String site) {
                journal().tell(site);
            }
        };
    }

    private Arrivals.Listener arrivals(Meters meters) {
        return new Arrivals.Listener() {
            @Override
            public void seen(CameraAlarm alarm, Duration after) {
                tell(alarm, Watcher.Step.of(Watcher.Result.SEEN, after));
            }

            @Override
            public void unseen(CameraAlarm alarm) {
                tell(alarm, Watcher.Step.of(Watcher.Result.UNSEEN, Duration.ZERO));
            }

            private void tell(CameraAlarm alarm, Watcher.Step step) {
                history.saw("event." + alarm.site(), alarm, step);
                meters.saw("event." + alarm.site(), alarm, step);
            }

            @Override
            public void changed(String site, String what) {
                intake.supervision().report(site, what);
            }
        };
    }

    private void begin(CamelContext camel) {
        // That of lib/, when there is one.
        camel.setApplicationContextClassLoader(Thread.currentThread().getContextClassLoader());
        Libraries.besideTheJar().faults(camel.getVersion()).forEach(LOG::warn);
        try {
            camel.addService(leadership);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        siteThreads = camel.getExecutorServiceManager().newCachedThreadPool(this, "site");
        appointments = new Appointments(camel);
        runner = new RouteRunner(camel, siteThreads);
        // Camel looks for these two before the rooms are wired.
        camel.getRegistry().bind(MicrometerConstants.METRICS_REGISTRY_NAME, registry);
        camel.getRegistry().bind("vertx", port.join().vertx());
        camel.getRegistry().bind("siteThreads", siteThreads);
    }

    private void prepare(CamelContext camel, List<String> sites) {
        var folder = new RouteFolder(settings.routes());
        var check = new RouteCheck(new OfflineRooms(Optional.of(CamelSettings.of(settings)), sites), sites, folder);
        routes = new RouteKeeper(
                camel, folder, new RouteVersions(settings.journal().directory()), check::faults, new Surroundings() {
                    @Override
                    public void awaitReady() {
                        journal.join();
                    }

                    @Override
                    public void shut(Set<String> paths) {
                        try {
                            port.join().gate().shut(paths);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }

                    @Override
                    public void open() {
                        appointments.renew();
                        port.join().gate().open();
                    }

                    @Override
                    public void leaves(Route route) {
                        appointments.leaves(route);
                    }
                });
        try {
            console.serve(camel, routes, journalRoom.component());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<Throwable> accept(byte[] alarm) {
        return runner.failure("alarm", alarm);
    }

    /**
     * Does what the command line says; without a command it runs the connector.
     *
     * @param args a command and its options
     */
    public static void main(String[] args) {
        Program.main(args);
    }

    /**
     * Starts a connector, or leaves nothing of it behind.
     *
     * @param settings the checked settings
     * @return a connector that accepts alarms, with the routes as they are written and none in their place
     * @throws IllegalStateException when the routes are not right
     */
    static Connector started(Settings settings) {
        var connector = new Connector(settings, camel -> {});
        try {
            connector.start();
            connector.routes.states().stream()
                    .flatMap(state -> state.error().stream())
                    .findFirst()
                    .ifPresent(fault -> {
                        throw new IllegalStateException(fault.toString());
                    });
            return connector;
        } catch (RuntimeException e) {
            connector.close();
            throw e;
        }
    }

    /** Starts the connector and returns when it accepts alarms. */
    public void start() {
        start(Set.of());
    }

    /**
     * @param of settings with sites
     * @return those of the sites whose delivery somebody has stopped by hand
     */
    Set<String> stoppedByHand(Settings of) {
        return of.sites().all().stream()
                .map(Site::name)
                .filter(journalRoom.component()::isStopped)
                .collect(Collectors.toSet());
    }

    /**
     * Starts the connector and returns when it accepts alarms.
     *
     * @param stoppedByHand sites whose delivery somebody has stopped, and which stay so
     */
    void start(Set<String> stoppedByHand) {
        // Before its console answers, where somebody may start them again.
        stoppedByHand.forEach(journalRoom.component()::stopSite);
        main.start();
        routes.start();
        console.opened().join();
        history.open();
        join();
        journalRoom.handOut();
        intake.port().open();
        intake.supervision().begin();
        appointments.begin();
        if (settings.reloadsRoutes()) {
            routes.watch();
        }
        LOG.info(
                "U-Alarm - Milestone connector {}, console at http://{}:{}/, routes from {}, journal in {}",
                Commands.version(),
                settings.console().host(),
                settings.console().port(),
                Files.isDirectory(settings.routes()) ? settings.routes() : "the jar",
                settings.journal().shown());
        LOG.info(
                "Accepting alarms at {}://{}:{}/ for {}",
                settings.intake().certificate().isPresent() ? "https" : "http",
                settings.intake().host(),
                port(),
                settings.sites().all().stream()
                        .map(site -> site.name() + " (" + site.url() + ")")
                        .collect(Collectors.joining(", ")));
        isRunning = true;
        StateLog.changed("stopped", standing("running"));
        journal()
                .orphans()
                .forEach((queue, count) -> LOG.warn(
                        "{} alarms wait in {}, which no route works off. Was its site renamed? Give it its old name until they are gone.",
                        count,
                        queue));
        settings.sites().all().stream()
                .filter(site -> site.trust().equals("insecure"))
                .forEach(site -> LOG.warn(
                        "The certificate of {} is not checked (site.{}.trust=insecure)", site.url(), site.name()));
    }

    /** Takes its place among the connectors on the same journal. */
    private void join() {
        try {
            leadership.getView(SUPERVISION);
            journal().whenTold(intake.supervision()::heardElsewhere);
        } catch (Exception e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** @return the port where alarms come in, also when the setting is 0 for any free one */
    @Override
    public int port() {
        return intake.port().getPort();
    }

    /** @return the Camel context with the routes */
    public CamelContext camel() {
        return main.getCamelContext();
    }

    /** @return the journal */
    @Override
    public Journal journal() {
        return journal.join();
    }

    /** @return done when the connector has stopped */
    CompletableFuture<Void> stopped() {
        return stopped;
    }

    /**
     * Makes way for another connector: senders wait at the gate of the alarm port until that has {@link #start started}. Alarms under way are
     * finished, those that wait stay in the journal.
     *
     * @throws InterruptedException when the process ends
     */
    void makeWay() throws InterruptedException {
        routes.close();
        port.join().gate().shut();
        end();
    }

    /** Stops: alarms under way are finished, those that wait stay in the journal. */
    @Override
    public void close() {
        if (!stopped.isDone()) {
            intake.shut();
            end();
        }
        if (isPortMine) {
            port.join().close();
        }
    }

    private static StateLog.Standing standing(String state) {
        return new StateLog.Standing("connector", "connector", state, "");
    }

    private void end() {
        console.stopTelling();
        Optional.ofNullable(routes).ifPresent(RouteKeeper::close);
        main.stop();
        closeJournal();
        history.close();
        registry.close();
        if (isRunning) {
            StateLog.changed("running", standing("stopped"));
        }
        stopped.complete(null);
    }

    /** After a start that failed, the journal may still be opening, unknown to Camel. */
    private void closeJournal() {
        try {
            journal().close();
        } catch (Exception e) {
            LOG.debug("The journal was not open: {}", e.getMessage());
        }
    }
}
