package ualarm;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.awaitility.Awaitility;
import ualarm.alarm.CameraAlarm;
import ualarm.site.Settings;

/**
 * The connector as it is shipped, its routes and settings included, on free ports beside a simulated XProtect and a mail server.
 * A test changes settings with {@link #set}, starts it, posts alarms, and looks at what arrived.
 */
public final class Rig implements AutoCloseable {

    public static final String CAMERA_A = "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab";
    public static final String CAMERA_B = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";

    static {
        // On a machine that has much else to do, ten seconds are not enough for what takes a moment.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
    }

    private static final int PORTS = 3_000;

    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Simulator xprotect;
    private final GreenMail mail;
    private final Path folder;
    private final TraceLog log = new TraceLog(Level.INFO);
    private Connector connector;

    /** @param edition the edition of the simulated XProtect 2025 R1 */
    public Rig(String edition) {
        this(Simulator.Version.V2025_R1, edition);
    }

    /**
     * @param version the simulated XProtect's version
     * @param edition its edition
     */
    public Rig(Simulator.Version version, String edition) {
        xprotect = new Simulator(version, edition, 0);
        var smtp = new ServerSetup(freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        smtp.setServerStartupTimeout(20_000);
        mail = new GreenMail(smtp);
        mail.start();
        try {
            folder = Files.createTempDirectory("rig");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        set("alarm.host", "127.0.0.1");
        set("alarm.port", "0");
        set("console.port", String.valueOf(freePort()));
        set("site.main.url", xprotect.url());
        set("site.main.username", "ualarm");
        set("site.main.password", "secret");
        set("site.main.event-server", "127.0.0.1:" + xprotect.port());
        set("site.main.mail.to", "guard@example.com; chief@example.com");
        set("site.main.time-zone", "Europe/Budapest");
        set("mail.host", "127.0.0.1");
        set("mail.port", String.valueOf(mail.getSmtp().getPort()));
        set("mail.security", "none");
        set("mail.from", "ualarm@example.com");
        set("mail.digest-seconds", "0");
    }

    /** @return a running connector beside a Corporate XProtect whose cameras it has read */
    public static Rig corporate() {
        Rig rig = new Rig(Simulator.CORPORATE).start();
        Awaitility.await().until(() -> rig.log().contains("5 cameras, analytics event U-Alarm found"));
        return rig;
    }

    /**
     * A port for a server that goes and comes back: below those that the system gives to connections, and none of those that tests in another process
     * are given, either of which could take it meanwhile. One after the other: at random, two servers that are yet to listen got the same at times.
     */
    public static int freePort() {
        int first = 20_000 + Integer.getInteger("fork", 0) % 4 * PORTS;
        while (true) {
            int port = first + NEXT_PORT.getAndIncrement() % PORTS;
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // somebody else's: the next one
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Changes a setting; takes effect at the next start. */
    public Rig set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Starts the connector on the data that the last one left. */
    public Rig start() {
        return start(camel -> {});
    }

    /** Starts the connector, and has something done with its Camel before that starts. */
    public Rig start(Consumer<CamelContext> before) {
        connector = new Connector(settings(), camel -> {
            RouteCoverage.record(camel);
            before.accept(camel);
        });
        connector.start();
        return this;
    }

    private Settings settings() {
        return new Settings(properties(), folder, Map.of(), Map.of());
    }

    /** @return the settings as the text of an {@code application.properties} */
    public String properties() {
        return settings.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** Stops the connector; its data stays. */
    public void stop() {
        if (connector != null) {
            connector.close();
            connector = null;
        }
    }

    /** @return the folder with the connector's data */
    public Path folder() {
        return folder;
    }

    public Connector connector() {
        return connector;
    }

    public Simulator xprotect() {
        return xprotect;
    }

    public GreenMail mail() {
        return mail;
    }

    /** @return what the connector has logged since the rig was made */
    public String log() {
        return log.text();
    }

    /** @return id and reason of each dead letter */
    public List<String> deadLetters() {
        return connector.journal().deadLetters().list(Integer.MAX_VALUE).stream()
                .map(letter -> letter.alarm().map(CameraAlarm::id).orElse("") + ": " + letter.reason())
                .toList();
    }

    /** Posts a message to the connector. */
    public HttpResponse<String> post(String message) {
        return send(request("/").POST(HttpRequest.BodyPublishers.ofString(message)));
    }

    /** Posts the short form for a camera. */
    public HttpResponse<String> alarm(String id, String camera) {
        return post("{\"id\":\"" + id + "\",\"alarm\":\"Gate\",\"camera\":\"" + camera
                + "\",\"timestamp\":\"2026-11-20T10:00:00Z\"}");
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    /** A request to the console. */
    public HttpRequest.Builder console(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.get("console.port") + path))
                .timeout(Duration.ofSeconds(20));
    }

    /** @return what the console answers */
    public JsonNode get(String path) {
        try {
            return new ObjectMapper().readTree(send(console(path).GET()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Posts to the console as its page does. */
    public HttpResponse<String> change(String method, String path, String body) {
        return send(console(path)
                .header("X-Requested-With", "console")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
        xprotect.close();
        mail.stop();
        log.close();
        delete(folder);
    }

    /** Deletes a folder of a test with all that is in it. */
    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
