package ualarm.attack;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import ualarm.ConnectorJvm;
import ualarm.Rig;

/**
 * A connector as a process of its own with the memory that the shipped options give it; it ends at once when that does not suffice. Its
 * XProtect is out of reach, so that alarms stay in its journal.
 */
final class Victim implements AutoCloseable {

    private final int port = Rig.freePort();
    private final Path log;
    private final Process process;
    private final AtomicInteger number = new AtomicInteger();

    /**
     * @param folder an empty one
     * @param settings beside ports and site
     * @param options further ones for Java
     */
    Victim(Path folder, String settings, String... options) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("application.properties"),
                "alarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + Rig.freePort()
                        + "\nsite.main.url=http://127.0.0.1:9\nsite.main.username=u\nsite.main.password=p\n"
                        + settings);
        log = folder.resolve("connector.log");
        var all = new ArrayList<>(List.of("-XX:+ExitOnOutOfMemoryError"));
        all.addAll(List.of(options));
        process = new ProcessBuilder(ConnectorJvm.command(folder, all))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofMinutes(1)).until(() -> !process.isAlive() || log().contains("Accepting alarms at"));
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient connect() throws IOException {
        return new RawClient(port);
    }

    /** @return the status that an alarm as any other is answered with, from a connection of its own; 0 when there is no answer */
    int alarm(String from) throws IOException {
        String alarm = "{\"id\":\"good" + number.incrementAndGet() + "\",\"camera\":\"gate\"}";
        try (var client = new RawClient(port, from)) {
            return client.send(post(alarm))
                    .answer()
                    .map(RawClient.Answer::status)
                    .orElse(0);
        }
    }

    /** @return a post as any sender makes it */
    static String post(String body) {
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static List<String> addresses() {
        return List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
