package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes are edited while alarms run: what is right takes effect, what is not changes nothing, and no alarm notices. */
class EditTest {

    /** A look at the folder, and one more to see that nobody writes any more (design.md 2.7). */
    private static final Duration TAKES_EFFECT = Duration.ofSeconds(5);

    private Rig rig;
    private Path routes;

    @BeforeEach
    void writeOwnRoutes() throws IOException {
        rig = new Rig(Simulator.CORPORATE);
        routes = rig.folder().resolve("routes");
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.createDirectories(routes);
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void start() {
        rig.start();
        await().until(() -> rig.log().contains("5 cameras, analytics event U-Alarm found"));
    }

    /** As an editor does that saves into a file of another name. */
    private void write(String file, String text) throws IOException {
        Path next = routes.resolve(file + ".swp");
        Files.writeString(next, text);
        Files.move(next, routes.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private void edit(String file, UnaryOperator<String> change) throws IOException {
        String before = Files.readString(routes.resolve(file));
        String after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        write(file, after);
    }

    private JsonNode state(String file) {
        for (JsonNode each : rig.get("/api/routes")) {
            if (each.path("file").asText().equals(file)) {
                return each;
            }
        }
        return rig.get("/api/routes").path("none");
    }

    private void awaitRejected(String file, String why) {
        await().atMost(TAKES_EFFECT).untilAsserted(() -> {
            assertThat(state(file).path("state").asText()).isEqualTo("rejected");
            assertThat(state(file).path("error").path("message").asText()).contains(why);
        });
    }

    private List<String> events() {
        return rig.xprotect().events().stream()
                .map(LoggedRequest::getBodyAsString)
                .toList();
    }

    @Test
    void anEditTakesEffectWithoutARestart() throws IOException {
        start();
        edit(
                "trigger-event.camel.yaml",
                text -> text.replaceFirst(
                        "        - choice:",
                        "        - setHeader: { name: X-Edited, constant: \"yes\" }\n        - choice:"));
        await().atMost(TAKES_EFFECT)
                .until(() -> rig.log().contains("routes/trigger-event.camel.yaml runs as it is written now"));
        rig.alarm("1", Rig.CAMERA_A);
        await().until(() -> rig.xprotect().events().size() == 1);
        assertThat(rig.xprotect().events().get(0).getHeader("X-Edited")).isEqualTo("yes");
        assertThat(state("trigger-event.camel.yaml").path("state").asText()).isEqualTo("running");
    }

    @Test
    void allFilesAreEditedUnderLoad() throws Exception {
        start();
        try (var load = new Load(rig)) {
            List<Path> files;
            try (Stream<Path> list = Files.list(routes)) {
                files = list.sorted().toList();
            }
            for (Path file : files) {
                String name = file.getFileName().toString();
                String good = Files.readString(file);
                write(name, good + "\n# edited\n");
                await().atMost(TAKES_EFFECT)
                        .until(() -> rig.log().contains("routes/" + name + " runs as it is written now"));
            }
            load.end();
            assertThat(load.answers()).containsOnlyKeys(200);
            await().atMost(Duration.ofSeconds(20)).until(() -> events().size() >= load.sent());
            assertThat(events()).hasSize(load.sent());
        }
    }

    /** 200 alarms a second, of which each is to be answered with 200 and to arrive once. */
    private static final class Load implements AutoCloseable {

        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(4);
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final Map<Integer, AtomicInteger> answers = new ConcurrentHashMap<>();
        private final URI port;

        Load(Rig rig) {
            port = URI.create("http://127.0.0.1:" + rig.connector().port() + "/");
            clock.scheduleAtFixedRate(this::post, 0, 5, TimeUnit.MILLISECONDS);
        }

        private void post() {
            int n = sent.incrementAndGet();
            String camera = n % 2 == 0 ? Rig.CAMERA_A : Rig.CAMERA_B;
            http.sendAsync(
                            HttpRequest.newBuilder(port)
                                    .timeout(Duration.ofSeconds(20))
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"load-" + n
                                            + "\",\"alarm\":\"Gate\",\"camera\":\"" + camera + "\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .whenComplete((answer, failure) -> {
                        answers.computeIfAbsent(failure == null ? answer.statusCode() : -1, key -> new AtomicInteger())
                                .incrementAndGet();
                        answered.incrementAndGet();
                    });
        }

        void end() {
            clock.shutdown();
            await().until(() -> clock.isTerminated() && answered.get() == sent.get());
        }

        int sent() {
            return sent.get();
        }

        Map<Integer, Integer> answers() {
            return answers.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().get()));
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }
}
