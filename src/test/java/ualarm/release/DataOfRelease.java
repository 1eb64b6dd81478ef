package ualarm.release;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import ualarm.Rig;
import ualarm.simulator.Permission;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

/**
 * Has a connector of an earlier release leave its data: one alarm delivered, one given up, three that wait; then it is killed. What it leaves
 * becomes a resource of {@link UpdateTest} (CONTRIBUTING.md).
 */
public final class DataOfRelease {

    static final String DELIVERED = "delivered";
    static final String DEAD = "dead";
    static final List<String> WAITING = List.of("waiting-1", "waiting-2", "waiting-3");

    private static final Duration SOON = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = Rig.freePort();
    private final int console = Rig.freePort();

    private DataOfRelease() {}

    /** @param arguments the release's jar, and the zip that is to be made */
    public static void main(String[] arguments) throws Exception {
        new DataOfRelease().run(Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]));
    }

    private void run(Path jar, Path zip) throws Exception {
        Path folder = Files.createTempDirectory("release");
        try (var xprotect = new XProtect(new Release(2025, 1), Edition.CORPORATE, 0)) {
            Files.writeString(
                    folder.resolve("application.properties"),
                    "alarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + console + "\nsite.main.url="
                            + xprotect.server().url()
                            + "\nsite.main.username=ualarm\nsite.main.password=secret\nsite.main.raise-alarm=off\n");
            Process connector = new ProcessBuilder("java", "-jar", jar.toString())
                    .directory(folder.toFile())
                    .inheritIO()
                    .start();
            try {
                Awaitility.await().atMost(SOON).ignoreExceptions().until(() -> post(DELIVERED) == 200);
                awaitState(DELIVERED, "delivered");
                xprotect.setPermission(Permission.TRIGGER_EVENTS, false);
                post(DEAD);
                awaitState(DEAD, "dead");
                xprotect.server().goDown();
                for (String id : WAITING) {
                    post(id);
                    awaitState(id, "waiting");
                }
            } finally {
                connector.destroyForcibly().waitFor();
            }
        }
        pack(folder.resolve("data"), zip);
    }

    private void awaitState(String id, String state) {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> send(console, HttpRequest.newBuilder(), "/api/alarms/" + id)
                        .body()
                        .contains("\"state\":\"" + state + "\""));
    }

    private int post(String id) throws Exception {
        return send(
                        port,
                        HttpRequest.newBuilder()
                                .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"" + id + "\",\"alarm\":\"" + id
                                        + "\",\"camera\":\"" + Rig.CAMERA_A + "\"}")),
                        "/")
                .statusCode();
    }

    private HttpResponse<String> send(int at, HttpRequest.Builder request, String path)
            throws IOException, InterruptedException {
        return http.send(
                request.uri(URI.create("http://127.0.0.1:" + at + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void pack(Path data, Path zip) throws IOException {
        try (var out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> !each.startsWith(data.resolve("tmp")))
                    .sorted()
                    .toList()) {
                out.putNextEntry(new ZipEntry(data.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }
}
