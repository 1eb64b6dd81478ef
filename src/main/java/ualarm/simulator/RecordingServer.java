package ualarm.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An HTTP server on loopback that remembers each request, and fails as it is told to. Its own lock guards what it remembers and its
 * faults.
 */
public final class RecordingServer implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    /** A fault and how often it still happens. */
    private static final class Pending {
        private final Fault fault;
        private int left;

        Pending(Fault fault) {
            this.fault = fault;
            this.left = fault.times();
        }
    }

    private final String scheme;
    private final Vertx vertx;
    private final HttpServer server;
    private final Function<Request, Answer> answers;
    private final List<RecordedRequest> requests = new ArrayList<>();
    private final List<Pending> faults = new ArrayList<>();
    private boolean down;

    /**
     * Begins to listen.
     *
     * @param port the port on loopback; 0 = any free one
     * @param answers what each request is answered; called by one thread at a time
     */
    public RecordingServer(int port, Function<Request, Answer> answers) {
        this(port, Optional.empty(), answers, socket -> socket.reject(404));
    }

    /** Begins to listen; by HTTPS when there is a certificate. WebSockets are taken by the same thread. The other parameters are those above. */
    RecordingServer(
            int port,
            Optional<PemKeyCertOptions> tls,
            Function<Request, Answer> answers,
            Consumer<ServerWebSocket> sockets) {
        this.answers = answers;
        this.scheme = tls.isPresent() ? "https" : "http";
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        var options = new HttpServerOptions();
        tls.ifPresent(pem -> options.setSsl(true).setKeyCertOptions(pem));
        server = vertx.createHttpServer(options)
                .webSocketHandler(socket -> {
                    if (isDown()) {
                        socket.reject(503);
                    } else {
                        sockets.accept(socket);
                    }
                })
                .requestHandler(request -> request.bodyHandler(body -> take(request, body.getBytes())))
                .listen(port, HOST)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** A server that answers everything with 200 and nothing. */
    public static RecordingServer obliging() {
        return new RecordingServer(0, request -> Answer.text(200, ""));
    }

    /** @return its port */
    public int port() {
        return server.actualPort();
    }

    /** @return its address, without a slash at the end */
    public String url() {
        return scheme + "://" + HOST + ":" + port();
    }

    private void take(HttpServerRequest from, byte[] body) {
        Request request = request(from, body);
        Optional<Fault> fault = fault(request);
        Fault.Kind kind = fault.map(Fault::kind).orElse(Fault.Kind.ANSWER);
        if (isDown() || kind == Fault.Kind.RESET) {
            record(request, RecordedRequest.NONE);
            from.connection().close();
        } else if (kind == Fault.Kind.HANG) {
            record(request, RecordedRequest.NONE);
        } else {
            Answer answer = fault.map(Fault::answer).orElseGet(() -> answers.apply(request));
            // Before it is answered: who waits for the answer finds it remembered.
            record(request, answer.status());
            from.response().setStatusCode(answer.status());
            answer.headers().forEach(from.response()::putHeader);
            from.response().end(Buffer.buffer(answer.body()));
        }
    }

    private static Request request(HttpServerRequest from, byte[] body) {
        var headers = new LinkedHashMap<String, String>();
        from.headers().forEach(each -> headers.put(each.getKey().toLowerCase(Locale.ROOT), each.getValue()));
        var query = new LinkedHashMap<String, String>();
        if (from.query() != null && !from.query().isEmpty()) {
            for (String each : from.query().split("&")) {
                String[] pair = each.split("=", 2);
                query.putIfAbsent(Bodies.decoded(pair[0]), pair.length > 1 ? Bodies.decoded(pair[1]) : "");
            }
        }
        String type = headers.getOrDefault("content-type", "");
        return new Request(from.method().name(), from.path(), query, headers, Bodies.tree(type, body), body);
    }

    private synchronized Optional<Fault> fault(Request request) {
        for (Pending each : faults) {
            if (each.left > 0 && each.fault.requests().matches(request)) {
                each.left--;
                return Optional.of(each.fault);
            }
        }
        return Optional.empty();
    }

    private synchronized void record(Request request, int status) {
        requests.add(new RecordedRequest(request, status));
    }

    private synchronized boolean isDown() {
        return down;
    }

    /** @return the requests that came since it was told to forget, in their order */
    public synchronized List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Forgets requests and faults, and is up. */
    public synchronized void forget() {
        requests.clear();
        faults.clear();
        down = false;
    }

    /**
     * Fails from now on; of several faults for one request the first counts.
     *
     * @param fault how
     */
    public synchronized void fail(Fault fault) {
        faults.add(new Pending(fault));
    }

    /** Breaks every connection from now on. */
    public synchronized void goDown() {
        down = true;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
