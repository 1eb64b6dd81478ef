package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The connector as a process of its own, killed with SIGKILL during a stream of alarms: every alarm that was answered with 200 has
 * its event in the end. {@code -Dkills=10} kills more often.
 */
class KillTest {

    private static final int KILLS = Integer.getInteger("kills", 2);
    private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private int port;

    private Process connector() throws IOException {
        return new ProcessBuilder(ConnectorJvm.command(folder, List.of()))
                .directory(folder.toFile())
                // Newer Java warns there of what libraries do; the log is on standard output.
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("connector.err").toFile()))
                .redirectOutput(folder.resolve("connector.log").toFile())
                .start();
    }

    /** Posts one alarm; each has a time of its own, by which its event is known again. */
    private boolean post() {
        int i = number.incrementAndGet();
        String time = Instant.ofEpochMilli(1_763_632_800_000L + i).toString();
        String body = "{\"id\":\"k" + i + "\",\"camera\":\"" + Rig.CAMERA_A + "\",\"timestamp\":\"" + time + "\"}";
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                            .timeout(Duration.ofSeconds(5))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                answered.add(time);
                return true;
            }
        } catch (IOException | InterruptedException e) {
            // not answered: the sender would send it again, so it need not arrive
        }
        return false;
    }

    @Test
    void noAnsweredAlarmIsMissingAfterKills() throws Exception {
        port = Rig.freePort();
        try (var xprotect = new Simulator(Simulator.CORPORATE, 0)) {
            Files.writeString(
                    folder.resolve("application.properties"),
                    "alarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + Rig.freePort()
                            + "\nlog.format=json\nalarm.time-offset=0\nsite.main.url="
                            + xprotect.url() + "\nsite.main.username=u\nsite.main.password=p\n");
            for (int kill = 0; kill < KILLS; kill++) {
                Process process = connector();
                var go = new AtomicBoolean(true);
                ExecutorService senders = Executors.newFixedThreadPool(8);
                try {
                    await().atMost(Duration.ofSeconds(60)).until(this::post);
                    for (int sender = 0; sender < 8; sender++) {
                        senders.submit(() -> {
                            while (go.get()) {
                                post();
                            }
                        });
                    }
                    int least =
                            answered.size() + 50 + ThreadLocalRandom.current().nextInt(300);
                    await().atMost(Duration.ofSeconds(60))
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> answered.size() > least);
                } finally {
                    process.destroyForcibly().waitFor();
                    go.set(false);
                    senders.shutdown();
                }
                assertThat(senders.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            }
            Process last = connector();
            try {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> missing(xprotect).isEmpty());
                System.out.printf(
                        "Killed %d times: %d alarms answered with 200, none missing, %d events in all%n",
                        KILLS, answered.size(), xprotect.events().size());
            } finally {
                last.destroy();
                assertThat(last.waitFor(30, TimeUnit.SECONDS))
                        .as("stops when it is told to")
                        .isTrue();
            }
            checkLog();
            checkTemporaryFiles();
        }
    }

    /** What killed processes leave behind does not pile up. */
    private void checkTemporaryFiles() throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.filter(file -> !file.getFileName().toString().startsWith("hsperfdata")))
                    .isEmpty();
        }
        try (Stream<Path> left = Files.list(folder.resolve("data/tmp"))) {
            assertThat(left).as("the library of one run and its lock").hasSizeLessThanOrEqualTo(2);
        }
    }

    /** Every line is JSON, and what was done with an alarm is found by its id. */
    private void checkLog() throws IOException {
        var messages = new ArrayList<String>();
        for (String line : Files.readAllLines(folder.resolve("connector.log"))) {
            var entry = new ObjectMapper().readTree(line);
            assertThat(entry.path("level").asText()).as(line).isNotEmpty();
            assertThat(entry.path("timestamp").asLong()).as(line).isPositive();
            messages.add(entry.path("formattedMessage").asText());
        }
        assertThat(messages).anyMatch(message -> message.matches("k\\d+ .* triggered event .*"));
        assertThat(messages).anyMatch(message -> message.startsWith("Accepting alarms at "));
    }

    private List<String> missing(Simulator xprotect) {
        Set<String> arrived = new HashSet<>();
        for (LoggedRequest event : xprotect.events()) {
            var time = TIME.matcher(event.getBodyAsString());
            if (time.find()) {
                arrived.add(Instant.parse(time.group(1)).toString());
            }
        }
        var missing = new ArrayList<>(answered);
        missing.removeAll(arrived);
        return missing;
    }
}
