package ualarm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ualarm.site.SettingsFolder;

/**
 * A run of the whole connector in a temporary folder, against an XProtect of its own on loopback, for the start script: Java notes which
 * classes it loads and keeps them in an archive, from which every further start has them at once.
 */
final class Training {

    private static final String CAMERA = "00c0ffee-0000-4000-8000-000000000000";
    private static final int ALARMS = 20;
    private static final int SECONDS = 20;

    /** Path to answer; the shortest that the connector takes for XProtect's (milestone-api.md 1 to 4). */
    private static final Map<String, String> ANSWERS = Map.of(
            "/api/.well-known/uris",
            "{\"ProductVersion\":\"25.1.1804.0\"}",
            "/api/idp/connect/token",
            "{\"access_token\":\"training\",\"expires_in\":3600,\"token_type\":\"Bearer\"}",
            "/api/rest/v1/licenseInformations",
            "{\"array\":[{\"displayName\":\"XProtect Corporate\"}]}",
            "/api/rest/v1/analyticsEvents",
            "{\"array\":[{\"id\":\"0fcb1955-0e80-4fd4-a78a-db47ee89700c\",\"name\":\"U-Alarm\"}]}",
            "/api/rest/v1/alarmDefinitions",
            "{\"array\":[]}",
            "/api/rest/v1/cameras",
            "{\"array\":[{\"id\":\"" + CAMERA + "\",\"displayName\":\"Training\"}]}",
            "/api/rest/v1/events",
            "{\"data\":{\"id\":\"1\"}}",
            "/api/rest/v1/alarms",
            "{\"data\":{\"id\":\"1\"}}");

    private final CountDownLatch arrived = new CountDownLatch(ALARMS);

    private Training() {}

    /** Runs it. Whatever goes wrong costs a slower start only. */
    static void run() throws Exception {
        new Training().train();
    }

    private void train() throws Exception {
        HttpServer xprotect = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        xprotect.createContext("/", this::answer);
        xprotect.start();
        Path folder = Files.createTempDirectory("ualarm-training");
        try {
            Files.write(
                    folder.resolve("application.properties"),
                    List.of(
                            "alarm.host=127.0.0.1",
                            "alarm.port=0",
                            "console.port=" + freePort(),
                            "journal.directory=" + slashes(folder.resolve("data")),
                            "routes.directory=" + slashes(folder.resolve("routes")),
                            "site.main.url=http://127.0.0.1:"
                                    + xprotect.getAddress().getPort(),
                            "site.main.username=training",
                            "site.main.password=training"));
            try (var connector = new Connector(SettingsFolder.load(folder), camel -> {})) {
                connector.start();
                post(URI.create("http://127.0.0.1:" + connector.port() + "/"));
            }
        } finally {
            xprotect.stop(0);
            delete(folder);
        }
    }

    private void post(URI port) throws Exception {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < ALARMS; i++) {
            String alarm = "{\"id\":\"" + i + "\",\"alarm\":\"Training\",\"camera\":\"" + CAMERA
                    + "\",\"timestamp\":\"2026-01-01T00:00:00Z\"}";
            http.send(
                    HttpRequest.newBuilder(port)
                            .POST(HttpRequest.BodyPublishers.ofString(alarm))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
        arrived.await(SECONDS, TimeUnit.SECONDS);
    }

    private void answer(HttpExchange request) throws IOException {
        String path = request.getRequestURI().getPath();
        boolean isEvent = path.endsWith("/events");
        request.getRequestBody().readAllBytes();
        byte[] body = ANSWERS.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
        request.getResponseHeaders().set("Content-Type", "application/json");
        request.sendResponseHeaders(
                body.length == 0 ? 404 : isEvent || path.endsWith("/alarms") ? 202 : 200,
                body.length == 0 ? -1 : body.length);
        request.getResponseBody().write(body);
        request.close();
        if (isEvent) {
            arrived.countDown();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
