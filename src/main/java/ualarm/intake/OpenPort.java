package ualarm.intake;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import ualarm.site.Settings;
import ualarm.site.SettingsException;

/**
 * The alarm port as senders see it: it stays open while one connector follows another, and what comes meanwhile waits at its gate. It has
 * the process' Vert.x. The lock on this guards where it listens.
 */
public final class OpenPort implements AutoCloseable {

    /** A connection on which nothing goes either way for so many seconds is closed. */
    private static final int IDLE = 60;

    /** Older ones are broken (RFC 8996). Java's own settings say so as well, but an administrator may have changed those. */
    static final Set<String> TLS_VERSIONS = Set.of("TLSv1.2", "TLSv1.3");

    /** Those with forward secrecy and authenticated encryption (RFC 9325, 4.2); all that U-Alarm and others bring since 2014. */
    static final List<String> CIPHERS = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final int HTTP_WORKERS = 64;
    private static final String RETRY_AFTER = "5";
    private static final int TRIES = 20;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private final Vertx vertx;
    private final Gate gate;
    private volatile Host host;
    private HttpServer server;
    private Place at;

    /** Takes in who comes. */
    interface Host {

        /** @param connection which has sent nothing yet */
        default void connected(HttpConnection connection) {}

        /** @param request whose body has not been read yet */
        void take(HttpServerRequest request);

        /** @param request cannot be read as one */
        void refuseDamaged(HttpServerRequest request);

        /** @param request has waited too long at the gate */
        void refuseForNow(HttpServerRequest request);
    }

    /** A port that does not listen yet. */
    public OpenPort() {
        vertx = Vertx.vertx(new VertxOptions()
                .setWorkerPoolSize(HTTP_WORKERS)
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                // Nothing is served from files; a cache of them would stay behind when the connector is killed.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        gate = new Gate(vertx);
    }

    /** @return serves this port, and whatever else the connector serves */
    public Vertx vertx() {
        return vertx;
    }

    /** @return the way from here to the routes */
    public Gate gate() {
        return gate;
    }

    /**
     * Answers whatever comes with 503, so that its sender sends it again.
     *
     * @param intake where alarms come in
     * @param why what senders are told
     * @throws SettingsException when the port cannot be opened
     */
    public void refuse(Settings.Intake intake, String why) {
        byte[] answer = Answer.rejected("not-ready", why).toJson();
        open(intake, new Host() {
            @Override
            public void take(HttpServerRequest request) {
                refuseForNow(request);
            }

            @Override
            public void refuseDamaged(HttpServerRequest request) {
                HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
            }

            @Override
            public void refuseForNow(HttpServerRequest request) {
                // What is not read of the request would be taken for the next one, so the connection ends with it.
                request.response()
                        .setStatusCode(503)
                        .putHeader("Retry-After", RETRY_AFTER)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Connection", "close")
                        .end(Buffer.buffer(answer));
            }
        });
    }

    /**
     * Has somebody take in who comes from now on, and begins to listen, unless it does so there already.
     *
     * @param intake where alarms come in
     * @param next takes in who comes
     * @throws SettingsException when the port or the certificate cannot be used
     */
    synchronized void open(Settings.Intake intake, Host next) {
        host = next;
        Place wanted = Place.of(intake);
        // There is none when the one before could not be opened.
        if (server == null || !wanted.equals(at)) {
            letOut();
            closeServer();
            server = listen(intake);
            at = wanted;
        }
        gate.open();
    }

    /** Those that wait have come by a port that is about to close: they are taken in first. */
    private void letOut() {
        if (server != null) {
            gate.open();
            try {
                gate.shut();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Where it was closed a moment ago, the system may still need another moment. */
    private HttpServer listen(Settings.Intake intake) {
        for (int left = TRIES; ; left--) {
            try {
                return Listening.begin(
                        vertx.createHttpServer(options(intake))
                                .connectionHandler(connection -> host.connected(connection))
                                .invalidRequestHandler(request -> host.refuseDamaged(request))
                                .requestHandler(this::enter),
                        "alarm.port",
                        intake.host(),
                        intake.port());
            } catch (SettingsException e) {
                if (at == null || left == 0) {
                    throw e;
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    /** Where it listens, and with what: a certificate may have been renewed in its file. */
    private record Place(String host, int port, List<String> files) {

        static Place of(Settings.Intake intake) {
            return new Place(
                    intake.host(),
                    intake.port(),
                    Stream.of(intake.certificate(), intake.key())
                            .flatMap(Optional::stream)
                            .map(Place::print)
                            .toList());
        }

        private static String print(Path file) {
            try {
                return file + " " + Files.getLastModifiedTime(file);
            } catch (IOException e) {
                return file.toString();
            }
        }
    }

    /** Nobody looks for a route while it is being exchanged: none would be found. */
    private void enter(HttpServerRequest request) {
        if (request.response().writeQueueFull()) {
            // It asks and asks and reads no answer: these would pile up until the memory is full.
            request.connection().close();
            return;
        }
        if (gate.waits(
                () -> {
                    enter(request);
                    request.resume();
                },
                () -> host.refuseForNow(request))) {
            request.pause();
        } else {
            host.take(request);
        }
    }

    /** HTTP/2 and WebSockets' ways are off: no sender needs them, and each way in has to be guarded. */
    static HttpServerOptions options(Settings.Intake intake) {
        var options = new HttpServerOptions()
                .setIdleTimeout(IDLE)
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        pem(intake).ifPresent(pem -> {
            options.setSsl(true).setKeyCertOptions(pem).setEnabledSecureTransportProtocols(TLS_VERSIONS);
            CIPHERS.forEach(options::addEnabledCipherSuite);
        });
        return options;
    }

    /** @return the port's certificate and key; nothing where it speaks HTTP */
    static Optional<PemKeyCertOptions> pem(Settings.Intake intake) {
        return intake.certificate()
                .flatMap(certificate -> intake.key()
                        .map(key -> new PemKeyCertOptions()
                                .setCertPath(certificate.toString())
                                .setKeyPath(key.toString())));
    }

    /** @return where it listens, if it does */
    synchronized Optional<HttpServer> server() {
        return Optional.ofNullable(server);
    }

    private void closeServer() {
        if (server != null) {
            server.close().toCompletionStage().toCompletableFuture().join();
            server = null;
        }
    }

    /** Closes the port, and all else that its Vert.x serves. */
    @Override
    public synchronized void close() {
        closeServer();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
