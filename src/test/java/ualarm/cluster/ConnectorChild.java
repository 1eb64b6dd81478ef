package ualarm.cluster;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import ualarm.ConnectorJvm;
import ualarm.Rig;

/**
 * A connector as a process of its own, in a folder of its own. {@code -Dconnector.jvm} are more options of its JVM.
 */
public final class ConnectorChild {

    private final HttpClient http;
    private final Path folder;
    private final int port = Rig.freePort();
    private final int console = Rig.freePort();
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Process process;

    /** @param settings all but the ports */
    public ConnectorChild(HttpClient http, Path folder, String settings) {
        this.http = http;
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve("application.properties"),
                    "alarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + console + "\n" + settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command() {
        List<String> more = Stream.concat(
                        Stream.of(System.getProperty("connector.jvm", "").split(" +"))
                                .filter(option -> !option.isEmpty()),
                        options.stream())
                .toList();
        return ConnectorJvm.command(folder, more);
    }

    /** Has its JVM started with an option more from the next start on. */
    public void option(String option) {
        options.add(option);
    }

    /** Changes its environment from the next start on. */
    public void environment(Map<String, String> more) {
        environment.putAll(more);
    }

    /** Starts it, and does not wait. */
    public void start() {
        try {
            var builder = new ProcessBuilder(command())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("connector.log").toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the process' number */
    public long pid() {
        return process.pid();
    }

    /** @return whether the process is there */
    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** @return its answer's status; 0 when there was none */
    public int post(String alarm) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .POST(HttpRequest.BodyPublishers.ofString(alarm)));
    }

    /** @return the answer's text; empty when there was none */
    public String answer(String alarm) {
        return text(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .POST(HttpRequest.BodyPublishers.ofString(alarm)));
    }

    /** @return what the console answers; empty when it does not, or has no such page yet: its port is open a moment before */
    public String console(String path) {
        return answer(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console + path)))
                .filter(answer -> answer.statusCode() != 404)
                .map(HttpResponse::body)
                .orElse("");
    }

    /** @return the status of the console's answer to a change, posted as its page does; 0 when there was none */
    public int change(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console + path))
                .header("X-Requested-With", "console")
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private String text(HttpRequest.Builder request) {
        return answer(request).map(HttpResponse::body).orElse("");
    }

    private int send(HttpRequest.Builder request) {
        return answer(request).map(HttpResponse::statusCode).orElse(0);
    }

    private Optional<HttpResponse<String>> answer(HttpRequest.Builder request) {
        try {
            return Optional.of(
                    http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it takes alarms; a {@code GET /} tells. */
    public void awaitReady() {
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            if (!isRunning()) {
                // As its service would, when it found no broker for too long.
                start();
            }
            return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))) == 200;
        });
    }

    /** @return whether it takes alarms, before it ends or a time is over */
    public boolean isReady(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (isRunning() && System.nanoTime() < end) {
            if (send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))) == 200) {
                return true;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
        return false;
    }

    /** @return what it has logged in all its lives */
    public String log() {
        try {
            return Files.readString(folder.resolve("connector.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it, when it takes alarms, and starts it again at once. */
    void killAndStart() {
        awaitReady();
        kill();
        start();
    }

    /** Ends it with SIGKILL. */
    public void kill() {
        Ending.kill(process);
    }

    /** Tells it to stop, and waits until it has. */
    public void stop() {
        if (isRunning()) {
            Ending.stop(process, 40);
        }
    }
}
