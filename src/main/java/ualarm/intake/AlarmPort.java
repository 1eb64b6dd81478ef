package ualarm.intake;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import ualarm.site.Settings;
import ualarm.site.SettingsException;

/**
 * The alarm port: Camel's HTTP server, but for the moment when it opens. Camel opens its own before there are routes, and answers 404
 * until there are, so that a sender takes its address for wrong. This one opens when the first alarm can be stored.
 */
public final class AlarmPort extends VertxPlatformHttpServer {

    /** A connection on which nothing goes either way for so many seconds is closed. */
    private static final int IDLE = 60;

    /**
     * One for each processor: they read and store alarms and wait for nothing, neither for the disk nor for one another. More would take
     * the processors from the deliveries, so that alarms come in faster than they go out, and pile up.
     */
    private static final int WORKERS = Runtime.getRuntime().availableProcessors();

    private static final String ALARMS = "/";

    private final Settings.Intake intake;
    private final Door door;
    private final Vertx vertx;
    private final WorkerExecutor workers;
    private final Gate gate;
    private HttpServer server;

    /**
     * @param intake where it listens, and with which certificate
     * @param door lets in what may be an alarm
     * @param vertx serves it
     */
    public AlarmPort(Settings.Intake intake, Door door, Vertx vertx) {
        super(configuration(intake));
        this.vertx = vertx;
        this.workers = vertx.createSharedWorkerExecutor("intake", WORKERS);
        this.gate = new Gate(vertx);
        setVertx(vertx);
        this.intake = intake;
        this.door = door;
    }

    private static VertxPlatformHttpServerConfiguration configuration(Settings.Intake intake) {
        var configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setHost(intake.host());
        configuration.setPort(intake.port());
        configuration.setMaxBodySize(intake.maxBody());
        configuration.setServerType(VertxPlatformHttpRouter.SERVER_TYPE_SERVER);
        return configuration;
    }

    /**
     * Makes the routes' {@code platform-http:} come in here.
     *
     * @param camel a Camel that is not started yet
     * @throws Exception when it cannot be prepared
     */
    public void serve(CamelContext camel) throws Exception {
        checkCertificate();
        camel.getRegistry().bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, new VertxPlatformHttpEngine() {
            @Override
            public int getServerPort() {
                return intake.port();
            }

            @Override
            public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor route) {
                // Adapters and webhooks come in by Camel's own, on threads of their own: they may wait for somebody.
                return endpoint.getPath().equals(ALARMS)
                        ? new AlarmConsumer(endpoint, route, getHandlers(), routerName(), workers, gate)
                        : new GatedConsumer(endpoint, route, getHandlers(), routerName(), gate);
            }
        });
        camel.addService(this);
    }

    private void checkCertificate() {
        pem(intake).ifPresent(pem -> {
            try {
                pem.getKeyManagerFactory(vertx);
            } catch (Exception e) {
                throw new SettingsException(List.of("alarm.tls.certificate and alarm.tls.key cannot be used ("
                        + e.getMessage() + "). Write two PEM files, the key without a password."));
            }
        });
    }

    /** @return the port's certificate and key; nothing where it speaks HTTP */
    static Optional<PemKeyCertOptions> pem(Settings.Intake intake) {
        return intake.certificate()
                .flatMap(certificate -> intake.key()
                        .map(key -> new PemKeyCertOptions()
                                .setCertPath(certificate.toString())
                                .setKeyPath(key.toString())));
    }

    @Override
    protected void initializeServer() {
        super.initializeServer();
        door.guard(router(), vertx);
    }

    private VertxPlatformHttpRouter router() {
        return VertxPlatformHttpRouter.lookup(getCamelContext(), routerName());
    }

    private String routerName() {
        return VertxPlatformHttpRouter.getRouterNameFromPort(intake.port());
    }

    /** The routes are started after this: the port waits for them until {@link #open}. */
    @Override
    protected void startServer() {}

    /**
     * Begins to listen.
     *
     * @throws SettingsException when the port or the certificate cannot be used
     */
    public void open() {
        VertxPlatformHttpRouter router = router();
        HttpServer opening = vertx.createHttpServer(options())
                .connectionHandler(door::connected)
                .requestHandler(request -> {
                    if (request.method().equals(HttpMethod.CONNECT)) {
                        door.refuseTunnel(request);
                    } else {
                        enter(request, router);
                    }
                });
        server = Listening.begin(opening, "alarm.port", intake.host(), intake.port());
    }

    /** Nobody looks for a route while it is being exchanged: none would be found. */
    private void enter(HttpServerRequest request, VertxPlatformHttpRouter router) {
        if (gate.waits(
                () -> {
                    enter(request, router);
                    request.resume();
                },
                () -> door.refuseForNow(request))) {
            request.pause();
        } else {
            router.handle(request);
        }
    }

    /** @return the way from here to the routes */
    public Gate gate() {
        return gate;
    }

    /** HTTP/2 and WebSockets' ways are off: no sender needs them, and each way in has to be guarded. */
    private HttpServerOptions options() {
        var options = new HttpServerOptions()
                .setIdleTimeout(IDLE)
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        pem(intake).ifPresent(pem -> options.setSsl(true).setKeyCertOptions(pem));
        return options;
    }

    @Override
    protected void stopServer() {
        if (server != null) {
            server.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Override
    public HttpServer getServer() {
        return server;
    }

    @Override
    public int getPort() {
        return server == null ? intake.port() : server.actualPort();
    }
}
