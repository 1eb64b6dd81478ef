package ualarm;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.AlarmReader;
import ualarm.command.Commands;
import ualarm.command.Program;
import ualarm.command.RouteLinks;
import ualarm.console.Console;
import ualarm.console.Health;
import ualarm.console.Status;
import ualarm.intake.AlarmIntake;
import ualarm.intake.AlarmPort;
import ualarm.intake.Door;
import ualarm.intake.IntakeCounts;
import ualarm.intake.Supervision;
import ualarm.journal.History;
import ualarm.journal.Journal;
import ualarm.journal.JournalComponent;
import ualarm.journal.Ladder;
import ualarm.journal.Meters;
import ualarm.journal.Watcher;
import ualarm.mail.AlarmMail;
import ualarm.mail.MailRelay;
import ualarm.mail.MailToken;
import ualarm.mail.Templates;
import ualarm.milestone.Answers;
import ualarm.milestone.Cameras;
import ualarm.milestone.Gateways;
import ualarm.milestone.Pictures;
import ualarm.milestone.RestAlarm;
import ualarm.milestone.RestEvent;
import ualarm.milestone.SiteReader;
import ualarm.milestone.Tokens;
import ualarm.milestone.Webhooks;
import ualarm.milestone.XmlEvent;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.Site;
import ualarm.token.TokenKeeper;

/** The connector: reads the settings, opens the journal, and runs the routes. */
public final class Connector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.connector");

    /** The routes packed in the jar; a folder {@code routes/} takes the place of all of them. */
    static final List<String> ROUTES = List.of(
            "receive-alarm",
            "match-camera",
            "store-alarm",
            "trigger-event",
            "raise-alarm",
            "send-mail",
            "fetch-picture",
            "call-xprotect",
            "refresh-token",
            "refresh-mail-token",
            "refresh-site",
            "receive-webhook",
            "supervise");

    private static final int WORKERS = 64;

    /** Ids of events that XProtect sent by webhook; it sends one again within a minute or so. */
    private static final int WEBHOOKS_REMEMBERED = 10_000;

    /** An endpoint for each gateway and event server of each site; above Camel's own limit they would be made anew each time. */
    private static final int MOST_ENDPOINTS = 10_000;

    /** A login or a reading of a site that takes longer has gone astray; the next one must not wait for it. */
    private static final Duration LONGEST_ROUTE = Duration.ofMinutes(2);

    private final Settings settings;
    private final CompletableFuture<Journal> journal;
    private final CompletableFuture<Vertx> vertx;
    private final CompletableFuture<AlarmPort> port;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final History history;
    private final Meters meters;
    private final IntakeCounts counts;
    private volatile List<String> routes = List.of();
    private final Main main;
    private final Consumer<CamelContext> watcher;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "mail");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Door door;

    /**
     * Prepares the connector; the journal is opened meanwhile.
     *
     * @param settings the checked settings
     * @param watcher sees the Camel context before the routes are made
     */
    public Connector(Settings settings, Consumer<CamelContext> watcher) {
        this.settings = settings;
        this.watcher = watcher;
        this.journal = CompletableFuture.supplyAsync(() -> open(settings.journal()));
        this.history = new History(settings.journal().directory());
        this.meters = new Meters(
                registry,
                journal,
                settings.sites().all().stream().map(Site::name).toList());
        this.counts = new IntakeCounts(registry);
        this.door = new Door(settings.intake(), settings.sites(), counts);
        this.vertx = CompletableFuture.supplyAsync(() -> Vertx.vertx(new VertxOptions()
                .setWorkerPoolSize(WORKERS)
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                // Nothing is served from files; a cache of them would stay behind when the connector is killed.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))));
        this.port = vertx.thenApply(running -> new AlarmPort(settings.intake(), door, running));
        this.main = new Main();
        // Its own hook expects a run loop, and waits for it in vain.
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        configure();
    }

    /**
     * Does what the command line says; without a command it runs the connector.
     *
     * @param args a command and its options
     */
    public static void main(String[] args) {
        // Threads of a half-started broker would keep the process alive, deaf.
        System.exit(
                Commands.isPlainRun(args)
                        ? serve()
                        : Commands.execute(args, new Program(Connector::serve, Connector::load, ROUTES)));
    }

    /**
     * Runs the connector until it is told to stop.
     *
     * @return the exit code
     */
    private static int serve() {
        int code = 1;
        sizeBuffers();
        // Pictures are drawn, but never shown.
        System.setProperty("java.awt.headless", "true");
        try {
            Settings settings = load(Path.of(""));
            if (settings.logsJson()) {
                logJson();
            }
            checkPort("alarm.port", settings.intake().host(), settings.intake().port());
            checkPort(
                    "console.port",
                    settings.console().host(),
                    settings.console().port());
            var connector = new Connector(settings, camel -> {});
            Runtime.getRuntime().addShutdownHook(new Thread(connector::close, "stop"));
            connector.start();
            CompletableFuture.anyOf(connector.stopped, connector.journal().broken())
                    .join();
            if (connector.journal().broken().isDone()) {
                LOG.error(
                        "The journal can no longer write to its disk. The connector ends; its service starts it again.");
                Runtime.getRuntime().halt(3);
            }
            code = 0;
        } catch (SettingsException e) {
            System.err.println("The settings are not right, so the connector does not start:");
            e.faults().forEach(fault -> System.err.println("  " + fault));
            code = 2;
        } catch (Exception e) {
            LOG.error("The connector cannot start: {}", rootMessage(e));
            LOG.debug("The connector cannot start", e);
        }
        return code;
    }

    /**
     * Reads the settings of a folder.
     *
     * @param folder where {@code application.properties} may lie; where it does not, the one in the jar serves
     * @return the checked settings
     * @throws IOException when the file cannot be read
     */
    public static Settings load(Path folder) throws IOException {
        Path file = folder.resolve("application.properties");
        String text;
        if (Files.exists(file)) {
            text = read(file);
        } else {
            try (InputStream packed = Connector.class.getResourceAsStream("/application.properties")) {
                text = new String(packed.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        Map<String, String> options = System.getProperties().stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, System::getProperty));
        try {
            return new Settings(text, folder, System.getenv(), options);
        } catch (SettingsException e) {
            if (Files.exists(file)) {
                throw e;
            }
            var faults = new ArrayList<String>();
            faults.add("There is no application.properties in " + folder.toAbsolutePath()
                    + ". Run the connector where it lies, or write one.");
            faults.addAll(e.faults());
            throw new SettingsException(faults);
        }
    }

    private static String read(Path file) throws IOException {
        String[] lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].indexOf('\uFFFD') >= 0) {
                throw new SettingsException(List.of("Line " + (i + 1) + " of " + file
                        + " is not in UTF-8. Save the file as UTF-8 and write the letters of that line anew."));
            }
        }
        return String.join("\n", lines);
    }

    /** Starts the connector and returns when it accepts alarms. */
    public void start() {
        main.start();
        history.open();
        port.join().open();
        routes = main.getCamelContext().getRoutes().stream().map(Route::getId).toList();
        LOG.info(
                "U-Alarm - Milestone connector {}, console at http://{}:{}/, routes from {}, journal in {}",
                Commands.version(),
                settings.console().host(),
                settings.console().port(),
                Files.isDirectory(settings.routes()) ? settings.routes() : "the jar",
                settings.journal().url().isEmpty()
                        ? settings.journal().directory()
                        : settings.journal().url());
        LOG.info(
                "Accepting alarms at {}://{}:{}/ for {}",
                settings.intake().certificate().isPresent() ? "https" : "http",
                settings.intake().host(),
                port(),
                settings.sites().all().stream()
                        .map(site -> site.name() + " (" + site.url() + ")")
                        .collect(Collectors.joining(", ")));
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

    /** @return the port where alarms come in, also when the setting is 0 for any free one */
    public int port() {
        return port.join().getPort();
    }

    /** @return the Camel context with the routes */
    public CamelContext camel() {
        return main.getCamelContext();
    }

    /** @return the journal */
    public Journal journal() {
        return journal.join();
    }

    /** Stops: alarms under way are finished, those that wait stay in the journal. */
    @Override
    public void close() {
        if (!stopped.isDone()) {
            door.shut();
            main.stop();
            vertx.join().close().toCompletionStage().toCompletableFuture().join();
            threads.shutdown();
            history.close();
            registry.close();
            stopped.complete(null);
        }
    }

    private void configure() {
        // Camel's own settings: nothing of them may come from the file but what begins with camel., so that no secret
        // of ours is
        // ever among the properties that Camel resolves and logs.
        main.setDefaultPropertyPlaceholderLocation("false");
        property("camel.main.name", "ualarm-milestone-connector");
        property("camel.main.shutdown-timeout", "20");
        property("camel.main.jmx-enabled", "false");
        property("camel.main.stream-caching-enabled", "false");
        property("camel.main.routes-include-pattern", routes());
        property("mail.relay", MailRelay.endpoint(settings.relay()));
        property("mail.every", String.valueOf(settings.mailStyle().every()));
        property("mail.login", loginService(settings.relay().oauth()));
        Settings.Console console = settings.console();
        property("camel.management.enabled", "true");
        property("camel.management.host", console.host());
        property("camel.management.port", String.valueOf(console.port()));
        property("camel.management.health-check-enabled", "true");
        property("camel.management.metrics-enabled", "true");
        property("camel.health.exposure-level", "full");
        // Camel's own counts of each exchange would cost more than the deliveries; ours say what matters.
        property("camel.metrics.enabled", "true");
        property("camel.metrics.enable-route-policy", "false");
        property("camel.metrics.enable-message-history", "false");
        property("camel.metrics.enable-exchange-event-notifier", "false");
        property("camel.metrics.enable-route-event-notifier", "false");
        settings.others().forEach(this::property);
        main.addMainListener(new Wiring());
    }

    private void property(String key, String value) {
        if (!value.isEmpty()) {
            main.addOverrideProperty(key, value);
        }
    }

    private String routes() {
        Path own = settings.routes();
        if (Files.isDirectory(own)) {
            return "file:" + own.toAbsolutePath() + "/*.camel.yaml";
        }
        return ROUTES.stream()
                .map(name -> "classpath:routes/" + name + ".camel.yaml")
                .collect(Collectors.joining(","));
    }

    private static Journal open(Settings.JournalPlace place) {
        try {
            return place.url().isEmpty()
                    ? Journal.embedded(place.directory())
                    : Journal.external(
                            place.url(), place.username(), place.password().reveal());
        } catch (Exception e) {
            LOG.debug("The journal cannot be opened", e);
            throw new IllegalStateException("The journal cannot be opened: " + rootMessage(e));
        }
    }

    /** Netty keeps 4 MB for each thread that ever needs a buffer; alarms need a few kB, and G1 handles such large blocks badly. */
    private static void sizeBuffers() {
        System.setProperty("io.netty.allocator.maxOrder", "5");
    }

    /** Camel only logs that a port is taken and runs on, deaf (camel.md 0, 6). */
    private static void checkPort(String key, String host, int port) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new SettingsException(List.of(key + ": " + host + ":" + port + " cannot be opened (" + e.getMessage()
                    + "). Stop the program that uses it, or set another port here"
                    + (key.startsWith("alarm") ? " and in U-Alarm." : ".")));
        }
    }

    /** Logback's own JSON lines instead of text. */
    private static void logJson() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(console);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private VertxPlatformHttpRouter consoleRouter() {
        return main.getCamelContext().getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                .filter(VertxPlatformHttpRouter::isManagementServer)
                .findFirst()
                .orElseThrow();
    }

    /** Puts the parts together. */
    private final class Wiring extends MainListenerSupport {

        private Tokens tokens;
        private Cameras cameras;

        @Override
        public void beforeInitialize(BaseMainSupport support) {
            CamelContext camel = support.getCamelContext();
            watcher.accept(camel);
            camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
            var bind = new HashMap<String, Object>();
            Clock clock = Clock.systemUTC();
            var supervision = new Supervision(settings.sites(), clock);
            var sites = settings.sites();
            cameras = new Cameras(
                    sites,
                    settings.journal().directory().resolve("sites"),
                    clock,
                    route(camel, "read-site"),
                    route(camel, "probe-site"));
            var answers = new Answers(sites, cameras, clock);
            var gateways = new Gateways(sites);
            cameras.gateways().forEach((site, named) -> gateways.learn(site, named, true));
            var mailToken =
                    new MailToken(settings.relay(), clock, () -> run(camel, "log-in-to-relay", Map.of()), threads);
            var relay = new MailRelay(settings.relay(), mailToken);
            var session = relay.session();
            var style = settings.mailStyle();
            var alarmMail = new AlarmMail(
                    sites,
                    cameras,
                    relay,
                    session,
                    new Templates(style.templates(), style.language()),
                    style.language(),
                    settings.relay().from());
            bind.put("vertx", vertx.join());
            bind.put("template", camel.createProducerTemplate());
            bind.put(
                    "alarmIntake",
                    new AlarmIntake(new AlarmReader(clock, settings.intake().maxBody()), counts, supervision));
            bind.put("cameras", cameras);
            tokens = new Tokens(sites, clock, route(camel, "log-in"));
            bind.put("tokens", tokens);
            bind.put("answers", answers);
            bind.put("supervision", supervision);
            bind.put("gateways", gateways);
            bind.put("siteReader", new SiteReader(sites, cameras, gateways, answers));
            bind.put("restEvent", new RestEvent(sites, cameras, settings.timeOffset()));
            bind.put("xmlEvent", new XmlEvent(sites, answers, settings.timeOffset()));
            bind.put("restAlarm", new RestAlarm(sites, cameras, answers, settings.timeOffset()));
            bind.put("webhooks", new Webhooks(sites));
            bind.put("webhooksTaken", MemoryIdempotentRepository.memoryIdempotentRepository(WEBHOOKS_REMEMBERED));
            bind.put("mailRelay", relay);
            bind.put("mailSession", session);
            bind.put("mailToken", mailToken);
            bind.put("alarmMail", alarmMail);
            bind.put(
                    "pictures",
                    new Pictures(
                            cameras,
                            alarm -> run(camel, "fetch-picture", Map.of("site", alarm.site(), "alarm", alarm)),
                            threads));
            sites.all()
                    .forEach(site -> List.of("http", "https")
                            .forEach(scheme -> bind.put("web-" + scheme + "-" + site.name(), webClient(site, scheme))));
            bind.put("web-events", eventClient());
            camel.addComponent(
                    "journal",
                    new JournalComponent(
                            journal,
                            new Ladder(ThreadLocalRandom.current()),
                            sites.all().stream().map(Site::name).collect(Collectors.toSet()),
                            (queue, alarm, step) -> {
                                if (step.result() == Watcher.Result.STORED && alarm.isSent()) {
                                    supervision.heard(alarm.site());
                                }
                                history.saw(queue, alarm, step);
                                meters.saw(queue, alarm, step);
                            },
                            alarmMail::patience));
            bind.forEach((name, bean) -> camel.getRegistry().bind(name, bean));
            serve(camel);
            camel.getRegistry().bind(MicrometerConstants.METRICS_REGISTRY_NAME, registry);
            health(camel);
            count();
            camel.getGlobalOptions().put(Exchange.MAXIMUM_ENDPOINT_CACHE_SIZE, String.valueOf(MOST_ENDPOINTS));
        }

        private void serve(CamelContext camel) {
            try {
                port.join().serve(camel);
            } catch (SettingsException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private void health(CamelContext camel) {
            var checks = HealthCheckHelper.getHealthCheckRegistry(camel);
            checks.register(Health.journal(() -> journal.join()));
            checks.register(Health.routes(camel, () -> routes));
            checks.register(Health.sites(settings.sites(), cameras));
        }

        private void count() {
            for (Site site : settings.sites().all()) {
                TokenKeeper keeper = tokens.keeper(site.name());
                FunctionCounter.builder("ualarm.logins", keeper, TokenKeeper::logins)
                        .description("Logins that succeeded")
                        .tag("site", site.name())
                        .register(registry);
                Gauge.builder(
                                "ualarm.token",
                                keeper,
                                known -> known.expiresAt()
                                        .map(end -> Duration.between(Instant.now(), end)
                                                        .toMillis()
                                                / 1000.0)
                                        .orElse(0.0))
                        .description("Until the token expires")
                        .baseUnit("seconds")
                        .tag("site", site.name())
                        .register(registry);
            }
        }

        private Console console(CamelContext camel) {
            var status = new Status(settings, cameras, tokens, journal(), meters, counts, Commands.version());
            return new Console(settings.console(), status, cameras, history, journal(), json -> {
                Exchange exchange =
                        ExchangeBuilder.anExchange(camel).withBody(json).build();
                return Optional.ofNullable(run(camel, "alarm", exchange).join().getException(Exception.class));
            });
        }

        @Override
        public void afterConfigure(BaseMainSupport support) {
            CamelContext camel = support.getCamelContext();
            List<String> faults = new RouteLinks(settings.routes(), ROUTES)
                    .faults(
                            camel,
                            settings.sites().all().stream().map(Site::name).toList());
            if (!faults.isEmpty()) {
                throw new IllegalStateException(String.join(" ", faults));
            }
            addConsole(camel);
        }

        /** The console's router comes with its HTTP server, whose turn to start is just before this service's. */
        private void addConsole(CamelContext camel) {
            try {
                camel.addService(new ServiceSupport() {
                    @Override
                    protected void doStart() {
                        console(camel).open(consoleRouter());
                    }
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Function<String, CompletableFuture<Exchange>> route(CamelContext camel, String route) {
        return site -> run(camel, route, Map.of("site", site));
    }

    /** Runs a route by itself; nobody waits on a thread. */
    private static CompletableFuture<Exchange> run(CamelContext camel, String route, Map<String, Object> properties) {
        Exchange exchange = ExchangeBuilder.anExchange(camel).build();
        properties.forEach(exchange::setProperty);
        return run(camel, route, exchange);
    }

    private static CompletableFuture<Exchange> run(CamelContext camel, String route, Exchange exchange) {
        var template = camel.getRegistry().lookupByNameAndType("template", ProducerTemplate.class);
        return template.asyncSend("direct:" + route, exchange).orTimeout(LONGEST_ROUTE.toSeconds(), TimeUnit.SECONDS);
    }

    private static String loginService(Settings.OAuth oauth) {
        return "vertx-http:" + (oauth.tokenUrl().isEmpty() ? "http://localhost" : oauth.tokenUrl())
                + "?timeout=10000&throwExceptionOnFailure=false";
    }

    /** Own timeouts, one pool a site, no redirects: a token must not follow one. */
    private static WebClientOptions webClient(Site site, String scheme) {
        var options = options()
                .setKeepAlive(true)
                .setKeepAliveTimeout(30)
                .setMaxPoolSize(64)
                .setSsl(scheme.equals("https"))
                .setVerifyHost(true);
        switch (site.trust()) {
            case "system" -> {}
            case "insecure" -> options.setTrustAll(true).setVerifyHost(false);
            default -> options.setPemTrustOptions(new PemTrustOptions().addCertPath(site.trust()));
        }
        return options;
    }

    /** One connection an event, as the official sample does (milestone-api.md 6.1). */
    private static WebClientOptions eventClient() {
        return options().setKeepAlive(false).setMaxPoolSize(16);
    }

    private static WebClientOptions options() {
        return new WebClientOptions()
                .setConnectTimeout(3_000)
                .setFollowRedirects(false)
                .setUserAgent("ualarm-milestone-connector");
    }
}
