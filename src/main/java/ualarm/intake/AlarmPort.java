package ualarm.intake;

import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
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
 * A connector at the alarm port: Camel's HTTP server, but for the moment when it opens. Camel opens its own before there are routes, and
 * answers 404 until there are, so that a sender takes its address for wrong. This one opens when the first alarm can be stored.
 */
public final class AlarmPort extends VertxPlatformHttpServer {

    /**
     * One for each processor: they read and store alarms and wait for nothing, neither for the disk nor for one another. More would take
     * the processors from the deliveries, so that alarms come in faster than they go out, and pile up.
     */
    private static final int WORKERS = Runtime.getRuntime().availableProcessors();

    private static final String ALARMS = "/";

    private final Settings.Intake intake;
    private final Door door;
    private final OpenPort port;
    private final WorkerExecutor workers;

    /**
     * @param intake where it listens, and with which certificate
     * @param door lets in what may be an alarm
     * @param port is where it listens
     */
    public AlarmPort(Settings.Intake intake, Door door, OpenPort port) {
        super(configuration(intake));
        this.port = port;
        this.workers = port.vertx().createSharedWorkerExecutor("intake", WORKERS);
        setVertx(port.vertx());
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
                if (endpoint.isHttpProxy()) {
                    // Camel would ask whatever address a sender names (CVE-2026-85316).
                    throw new IllegalArgumentException(
                            endpoint.getEndpointUri()
                                    + " would make the alarm port a proxy for everybody. Give the route a path that does not begin with proxy.");
                }
                // Adapters and webhooks come in by Camel's own, on threads of their own: they may wait for somebody.
                return endpoint.getPath().equals(ALARMS)
                        ? new AlarmConsumer(endpoint, route, getHandlers(), routerName(), workers, door, port.gate())
                        : new GatedConsumer(endpoint, route, getHandlers(), routerName(), workers, door, port.gate());
            }
        });
        camel.addService(this);
    }

    private void checkCertificate() {
        OpenPort.pem(intake).ifPresent(pem -> {
            try {
                pem.getKeyManagerFactory(port.vertx());
            } catch (Exception e) {
                throw new SettingsException(List.of("alarm.tls.certificate and alarm.tls.key cannot be used ("
                        + e.getMessage() + "). Write two PEM files, the key without a password."));
            }
        });
    }

    @Override
    protected void initializeServer() {
        super.initializeServer();
        door.guard(router(), port.vertx());
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
     * Takes in alarms from now on.
     *
     * @throws SettingsException when the port or the certificate cannot be used
     */
    public void open() {
        VertxPlatformHttpRouter router = router();
        port.open(intake, new OpenPort.Host() {
            @Override
            public void connected(HttpConnection connection) {
                door.connected(connection);
            }

            @Override
            public void take(HttpServerRequest request) {
                if (request.path() != null && request.path().startsWith("/")) {
                    router.handle(request);
                } else {
                    door.refusePathless(request);
                }
            }

            @Override
            public void refuseDamaged(HttpServerRequest request) {
                door.refuseDamaged(request);
            }

            @Override
            public void refuseForNow(HttpServerRequest request) {
                door.refuseForNow(request);
            }
        });
    }

    /** The port itself is closed by whoever has opened it: another connector may come. */
    @Override
    protected void stopServer() {
        door.leave(port.vertx());
        workers.close();
    }

    @Override
    public HttpServer getServer() {
        return port.server().orElse(null);
    }

    @Override
    public int getPort() {
        return port.server().map(HttpServer::actualPort).orElse(intake.port());
    }
}
