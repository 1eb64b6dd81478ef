package ualarm.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Text;
import ualarm.journal.DeadLetters;
import ualarm.routes.RouteFile;
import ualarm.routes.RouteFolder;
import ualarm.simulator.Bodies;
import ualarm.simulator.RecordedRequest;
import ualarm.simulator.RecordingServer;
import ualarm.simulator.Request;
import ualarm.simulator.XProtect;
import ualarm.site.LocalSettings;
import ualarm.site.Settings;
import ualarm.trial.TestCase.Ground;
import ualarm.trial.TestCase.Post;

/** A connector in a temporary folder, beside a simulated XProtect, a mail relay and a server for whatever else routes send. */
final class Stand implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(30);

    /** So long after a reading the connector reads XProtect again at once when something is not known; before, it waits. */
    private static final Duration OLD = Duration.ofSeconds(5);

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http;
    private final Path folder;
    private final XProtect xprotect;
    private final RecordingServer server = RecordingServer.obliging();
    private final Mails mails = new Mails();
    private final Running connector;
    private final int console;
    private final long readAt;
    private final Set<String> posted = new HashSet<>();

    /**
     * Starts it, and waits until the connector has read the site.
     *
     * @param ground what the connector runs with
     * @param local the integrator's own
     * @param starter starts connectors
     * @param http posts messages
     * @throws IOException when files cannot be copied
     * @throws IllegalStateException when the connector does not start
     */
    Stand(Ground ground, LocalSettings local, Starter starter, HttpClient http) throws IOException {
        this.http = http;
        folder = Files.createTempDirectory("ualarm-test");
        xprotect = new XProtect(ground.release(), ground.edition(), 0);
        ground.events().forEach(xprotect::addAnalyticsEvent);
        if (ground.hasDefinition()) {
            xprotect.addAlarmDefinition("U-Alarm");
        }
        List<RouteFile> routes = new ArrayList<>(new RouteFolder(local.routes()).read());
        routes.addAll(ground.routes());
        for (TestCase.Edit edit : ground.edits()) {
            routes = edit.in(routes);
        }
        for (RouteFile each : routes) {
            Path file = folder.resolve("routes").resolve(each.name());
            Files.createDirectories(file.getParent());
            Files.writeString(file, each.text());
        }
        console = freePort();
        Settings settings = new GroundSettings(local)
                .of(
                        ground,
                        folder,
                        new GroundSettings.Ports(xprotect.server().port(), server.port(), mails.port(), console));
        try {
            connector = starter.start(settings);
        } catch (RuntimeException e) {
            closeFarEnds();
            throw new IllegalStateException("The connector does not start with these routes: " + Text.root(e), e);
        }
        awaitRead();
        readAt = System.nanoTime();
    }

    /** The console takes no port of its own. */
    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitRead() throws IOException {
        var status = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console + "/api/status"))
                .GET();
        long end = System.nanoTime() + SOON.toNanos();
        while (JSON.readTree(send(status).body()).at("/sites/0/state").asText().equals("pending")) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("The connector has not read the simulated XProtect.");
            }
            pause();
        }
    }

    /** Waits a moment for what others do. */
    static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.timeout(SOON).build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return whether none of a test's messages might be taken for one that was posted before */
    boolean isNewTo(TestCase test) {
        return test.keys().stream().noneMatch(posted::contains);
    }

    /**
     * Waits until the connector's reading is old. An alarm is given up after another one; while that is put off, its attempts become
     * rare, so that it takes longer than this wait.
     */
    void growOld() {
        while (System.nanoTime() - readAt < OLD.toNanos()) {
            pause();
        }
    }

    /** Forgets what has come, and has things go wrong as the test says. */
    void prepare(TestCase test) {
        posted.addAll(test.keys());
        mails.forget();
        server.forget();
        xprotect.server().forget();
        test.troubles().server().forEach(server::fail);
        test.troubles().xprotect().forEach(xprotect.server()::fail);
        if (test.troubles().isTokenExpired()) {
            xprotect.expireTokens();
        }
        if (test.troubles().isDown()) {
            xprotect.server().goDown();
        }
    }

    /** @return the answer, with status, headers and body */
    Fact post(Post post) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.port() + post.path()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(post.body()));
        post.headers().forEach(request::setHeader);
        HttpResponse<byte[]> answer = send(request);
        ObjectNode members = JsonNodeFactory.instance.objectNode().put("status", answer.statusCode());
        ObjectNode headers = members.putObject("headers");
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        set(members, Bodies.tree("", answer.body()));
        return new Fact("answer", Optional.empty(), members, false);
    }

    private static void set(ObjectNode members, JsonNode body) {
        if (!body.isMissingNode()) {
            members.set("body", body);
        }
    }

    /** @return the requests that XProtect got */
    List<Fact> xprotect() {
        return facts(xprotect.server());
    }

    /** @return the requests that the other server got */
    List<Fact> server() {
        return facts(server);
    }

    private static List<Fact> facts(RecordingServer from) {
        return from.requests().stream().map(Stand::fact).toList();
    }

    private static Fact fact(RecordedRequest recorded) {
        Request request = recorded.request();
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        set(members, request.body());
        members.put("status", recorded.status());
        ObjectNode headers = members.putObject("headers");
        request.headers().forEach(headers::put);
        return new Fact(request.toString(), Optional.of(request), members, isDeed(recorded));
    }

    /** Readings, logins and pictures do nothing; what got no answer is tried again until it gets one. */
    private static boolean isDeed(RecordedRequest recorded) {
        Request request = recorded.request();
        return recorded.status() != RecordedRequest.NONE
                && !request.method().equals("GET")
                && !request.path().toLowerCase(Locale.ROOT).endsWith("/connect/token")
                && !request.query().getOrDefault("task", "").equalsIgnoreCase("JpegGetLive");
    }

    /** @return the mails that were sent */
    List<Fact> mails() {
        return mails.facts();
    }

    /** @return the alarms that were given up */
    List<Fact> deadLetters() {
        return connector.journal().deadLetters().list(Integer.MAX_VALUE).stream()
                .map(Stand::fact)
                .toList();
    }

    private static Fact fact(DeadLetters.Letter letter) {
        ObjectNode members = JsonNodeFactory.instance
                .objectNode()
                .put("reason", letter.reason())
                .put("queue", letter.queue())
                .put("alarm", letter.alarm().map(CameraAlarm::name).orElse(""))
                .put(
                        "camera",
                        letter.alarm().map(alarm -> alarm.sighting().camera()).orElse(""));
        return new Fact("dead letter", Optional.empty(), members, true);
    }

    /** @return what still waits in the journal, with why, a line a queue */
    List<String> waiting() {
        return connector.journal().waiting().entrySet().stream()
                .map(each -> (each.getValue() + " in " + each.getKey() + ". "
                                + connector.journal().trouble(each.getKey()))
                        .strip())
                .toList();
    }

    @Override
    public void close() {
        connector.close();
        closeFarEnds();
    }

    private void closeFarEnds() {
        xprotect.close();
        server.close();
        mails.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
