package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.slf4j.LoggerFactory;

/** Routes are edited while alarms run: what is right takes effect, what is not changes nothing, and no alarm notices. */
class EditTest {

    /** Five seconds (design.md 2.7) where the machine has room; here other tests run as well. */
    private static final Duration TAKES_EFFECT = Duration.ofSeconds(20);

    private static final int AT_ONCE = 5;

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

        Path away = rig.folder().resolve("routes.away");
        Files.move(routes, away);
        await().atMost(TAKES_EFFECT).until(() -> rig.log().contains("They go on as they are."));
        rig.alarm("2", Rig.CAMERA_A);
        await().until(() -> rig.xprotect().events().size() == 2);
        assertThat(rig.xprotect().events().get(1).getHeader("X-Edited"))
                .as("the folder is away, on a share for example")
                .isEqualTo("yes");
        Files.move(away, routes);
        edit("trigger-event.camel.yaml", text -> text.replace("constant: \"yes\"", "constant: \"again\""));
        await().atMost(TAKES_EFFECT).untilAsserted(() -> {
            var events = rig.xprotect().events();
            rig.alarm("x" + events.size(), Rig.CAMERA_A);
            assertThat(events.get(events.size() - 1).getHeader("X-Edited")).isEqualTo("again");
        });
    }

    @Test
    void anEditOfWhatRoutesAreMadeOfTakesEffectInThem() throws IOException {
        write("made.camel.yaml", """
                - routeTemplate:
                    id: greeting
                    parameters:
                      - name: word
                    from:
                      uri: timer:greeting-{{word}}
                      parameters:
                        repeatCount: 1
                      steps:
                        - log: { logName: ualarm.mine, message: "template one {{word}}" }
                - templatedRoute:
                    routeId: greeting-hello
                    routeTemplateRef: greeting
                    parameters:
                      - name: word
                        value: hello
                """);
        Files.createDirectories(routes.resolve("kamelets"));
        write("kamelets/shout-action.kamelet.yaml", kamelet("kamelet one"));
        write("calls.camel.yaml", """
                - route:
                    id: calls
                    description: Calls a building block.
                    from:
                      uri: timer:calls
                      parameters:
                        period: 200
                      steps:
                        - to: kamelet:shout-action
                """);
        start();
        await().until(() ->
                rig.log().contains("template one hello") && rig.log().contains("kamelet one"));

        edit("made.camel.yaml", text -> text.replace("template one", "template two"));
        await().atMost(TAKES_EFFECT).until(() -> rig.log().contains("template two hello"));
        edit("kamelets/shout-action.kamelet.yaml", text -> text.replace("kamelet one", "kamelet two"));
        await().atMost(TAKES_EFFECT).until(() -> rig.log().contains("kamelet two"));
        edit("faults.camel.yaml", text -> text.replace("constant: \"503\"", "constant: \"500\""));
        awaitRunning("faults.camel.yaml");
        rig.stop();
    }

    private static String kamelet(String text) {
        return """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: shout-action
                  labels:
                    camel.apache.org/kamelet.type: action
                spec:
                  definition:
                    title: Shout
                    description: Logs a line.
                    type: object
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                        - log: { logName: ualarm.mine, message: "%s" }
                """.formatted(text);
    }

    private void awaitRunning(String file) {
        await().atMost(TAKES_EFFECT).untilAsserted(() -> {
            assertThat(state(file).path("state").asText()).isEqualTo("running");
            assertThat(Instant.parse(state(file).path("since").asText()))
                    // A file's time may lag behind by a tick of the kernel's clock, and then lie before what ran until
                    // now.
                    .isAfter(Files.getLastModifiedTime(routes.resolve(file))
                            .toInstant()
                            .plusMillis(100));
        });
    }

    /** Every file right and wrong, and each case of camel.md 2.3. */
    @Test
    void noAlarmNoticesAnEdit() throws Exception {
        start();
        try (var load = new Load(rig)) {
            List<String> files;
            try (Stream<Path> list = Files.list(routes)) {
                files = list.map(file -> file.getFileName().toString()).sorted().toList();
            }
            // Some files wrong and those before them right, at once.
            List<String> before = List.of();
            for (int first = 0; first < files.size(); first += AT_ONCE) {
                List<String> wrong = files.subList(first, Math.min(first + AT_ONCE, files.size()));
                for (String file : wrong) {
                    write(file, Files.readString(routes.resolve(file)) + "- rout:\n    id: broken\n");
                }
                correct(before);
                for (String file : wrong) {
                    awaitRejected(file, "rout");
                }
                before = wrong;
            }
            correct(before);
            refused(
                    new Mistake("call-xprotect.camel.yaml", "        - to: direct:ask", "\t- to: direct:ask", ""),
                    new Mistake("trigger-event.camel.yaml", "whenLate:", "whenlate:", "whenLate"),
                    new Mistake("store-alarm.camel.yaml", "bean:alarmMail", "bean:alarmMial", "alarmMail"));
            refused(
                    new Mistake("send-mail.camel.yaml", "id: send-mail", "id: store-alarm", "store-alarm"),
                    new Mistake("refresh-token.camel.yaml", "id: refresh-token", "id: renew-token", "refresh-token"));
            refused(new Mistake("receive-alarm.camel.yaml", "direct:alarm", "direct:alarms", "direct:alarm"));

            Files.delete(routes.resolve("match-camera.camel.yaml"));
            awaitRejected("match-camera.camel.yaml", "journal:unmatched");
            write("match-camera.camel.yaml", Files.readString(Path.of("routes/match-camera.camel.yaml")));
            awaitRunning("match-camera.camel.yaml");
            Files.delete(routes.resolve("receive-webhook.camel.yaml"));
            await().atMost(TAKES_EFFECT).until(() -> rig.log().contains("routes/receive-webhook.camel.yaml is gone"));

            write("added.camel.yaml", timer("added", "quartz:added?cron=no+cron"));
            awaitRejected("added.camel.yaml", "start");
            write("added.camel.yaml", timer("added", "timer:added"));
            awaitRunning("added.camel.yaml");
            write("added.camel.yaml", timer("renamed", "timer:added"));
            await().atMost(TAKES_EFFECT)
                    .until(() -> state("added.camel.yaml")
                            .path("routes")
                            .path(0)
                            .asText()
                            .equals("renamed"));
            write(
                    "store-alarm.camel.yaml",
                    Files.readString(routes.resolve("store-alarm.camel.yaml"))
                            .replace("id: store-alarm", "id: keep-it"));
            await().atMost(TAKES_EFFECT)
                    .until(() -> state("store-alarm.camel.yaml")
                            .path("routes")
                            .path(0)
                            .asText()
                            .equals("keep-it"));

            load.end();
            await().atMost(Duration.ofSeconds(30)).until(() -> load.arrived().size() == load.sent());
            System.out.printf(
                    "%d alarms sent, answers %s, %d events, %d of them twice%n",
                    load.sent(), load.answers(), load.arrived().size(), load.doubled());
            assertThat(load.answers()).containsOnlyKeys(200);
            assertThat(load.doubled()).isZero();
            assertThat(rig.deadLetters()).isEmpty();
            assertThat(rig.log()).doesNotContain("cannot be run");
        }
    }

    /** What stands beside another queue gets each alarm also while its route, or a building block of it, is exchanged. */
    @Test
    void aQueueBesideAnotherLosesNoAlarm() throws Exception {
        Set<String> taken = ConcurrentHashMap.newKeySet();
        var server = rig.xprotect().server();
        server.stubFor(
                post(urlPathEqualTo("/api/rest/v1/mine")).willReturn(aResponse().withStatus(201)));
        server.addMockServiceRequestListener((request, answer) -> {
            if (request.getUrl().endsWith("/mine")) {
                taken.add(request.getBodyAsString());
            }
        });
        write("mine.camel.yaml", """
                - route:
                    id: mine
                    description: An integrator's own.
                    routeConfigurationId: delivery
                    from:
                      uri: journal:mine.*
                      parameters:
                        beside: event.*
                      steps:
                        - setBody:
                            language:
                              language: json
                              expression: '{"id":"${body.id()}"}'
                        - to: kamelet:xprotect-call-action?path=/api/rest/v1/mine
                """);
        write("made.camel.yaml", """
                - routeTemplate:
                    id: siren
                    parameters:
                      - name: queue
                    from:
                      uri: "journal:{{queue}}.*"
                      parameters:
                        beside: event.*
                      steps:
                        - setBody:
                            language:
                              language: json
                              expression: '{"made":"${body.id()}"}'
                        - to: kamelet:xprotect-call-action?path=/api/rest/v1/mine
                - templatedRoute:
                    routeTemplateRef: siren
                    routeId: gate-siren
                    parameters:
                      - name: queue
                        value: siren
                """);
        start();
        try (var load = new Load(rig)) {
            edit("mine.camel.yaml", text -> text.replace("integrator's own", "integrator's"));
            awaitRunning("mine.camel.yaml");
            Files.createDirectories(routes.resolve("kamelets"));
            String block = "kamelets/xprotect-call-action.kamelet.yaml";
            write(block, Files.readString(Path.of("routes", block)) + "# mine\n");
            awaitRunning(block);
            Files.delete(routes.resolve(block));
            await().atMost(TAKES_EFFECT).until(() -> rig.log().split(block + " runs as").length == 3);
            edit("mine.camel.yaml", text -> text.replace("integrator's", "integrator's own"));
            awaitRunning("mine.camel.yaml");
            for (int i = 0; i < 3; i++) {
                edit("made.camel.yaml", text -> text + "# again\n");
                awaitRunning("made.camel.yaml");
            }
            load.end();
            await().atMost(Duration.ofSeconds(30)).until(() -> load.arrived().size() == load.sent());
            await().atMost(Duration.ofSeconds(30)).until(() -> taken.size() == 2 * load.sent());
            assertThat(load.answers()).containsOnlyKeys(200);
        }
        Files.delete(routes.resolve("made.camel.yaml"));
        Files.delete(routes.resolve("mine.camel.yaml"));
        await().atMost(TAKES_EFFECT).until(() -> rig.log().contains("routes/mine.camel.yaml is gone"));
        int before = taken.size();
        rig.alarm("after", Rig.CAMERA_A);
        await().until(() -> rig.log().contains("after \"Gate\" at " + Rig.CAMERA_A + " triggered"));
        assertThat(taken).hasSize(before);
    }

    private void correct(List<String> files) throws IOException {
        for (String file : files) {
            write(file, Files.readString(Path.of("routes", file)) + "# edited\n");
        }
        for (String file : files) {
            awaitRunning(file);
        }
    }

    /** @param why a part of what it is refused with */
    private record Mistake(String file, String right, String wrong, String why) {}

    /** Makes them at once, and undoes them at once. */
    private void refused(Mistake... mistakes) throws IOException {
        Map<String, String> good = new HashMap<>();
        for (Mistake mistake : mistakes) {
            good.put(mistake.file(), Files.readString(routes.resolve(mistake.file())));
            edit(mistake.file(), text -> text.replace(mistake.right(), mistake.wrong()));
        }
        for (Mistake mistake : mistakes) {
            awaitRejected(mistake.file(), mistake.why());
        }
        for (var each : good.entrySet()) {
            write(each.getKey(), each.getValue());
        }
        for (Mistake mistake : mistakes) {
            awaitRunning(mistake.file());
        }
    }

    private static String timer(String id, String from) {
        return """
                - route:
                    id: %s
                    description: An integrator's own.
                    from:
                      uri: %s
                      steps:
                        - log: tick
                """.formatted(id, from);
    }

    @Test
    void aStartNeverFailsForARouteFile() throws IOException {
        edit("trigger-event.camel.yaml", text -> text.replace("triggered event", "has triggered event"));
        start();
        rig.stop();
        edit("trigger-event.camel.yaml", text -> text.replace("steps:", "stepz:"));
        rig.start();
        assertThat(state("trigger-event.camel.yaml").path("state").asText()).isEqualTo("rejected");
        rig.alarm("1", Rig.CAMERA_A);
        await().until(() -> rig.log().contains("has triggered event"));
        assertThat(rig.log()).contains("Those that ran last serve in their place");
    }

    @Test
    void whereNoneEverRanThoseInTheJarServe() throws IOException {
        edit("store-alarm.camel.yaml", text -> text.replace("steps:", "stepz:"));
        write("mine.camel.yaml", timer("mine", "timer:mine?repeatCount=1"));
        start();
        assertThat(rig.log()).contains("Those in the jar serve in their place");
        assertThat(state("store-alarm.camel.yaml").path("state").asText()).isEqualTo("rejected");
        assertThat(state("mine.camel.yaml").path("state").asText()).isEqualTo("running");
        rig.alarm("1", Rig.CAMERA_A);
        await().until(() -> rig.xprotect().events().size() == 1);
        JsonNode health = rig.get("/observe/health");
        assertThat(health.toString()).contains("store-alarm.camel.yaml:6:");
        assertThat(rig.send(rig.console("/observe/health/ready").GET()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void anOlderVersionComesBack() throws IOException {
        start();
        String before = Files.readString(routes.resolve("trigger-event.camel.yaml"));
        for (int i = 0; i < 12; i++) {
            int n = i;
            edit("trigger-event.camel.yaml", text -> text + "# edit " + n + "\n");
            awaitRunning("trigger-event.camel.yaml");
        }
        JsonNode versions = rig.get("/api/routes/trigger-event.camel.yaml").path("versions");
        assertThat(versions).hasSize(10);
        assertThat(versions.path(0).path("version").asInt()).isEqualTo(13);
        assertThat(rollback("trigger-event.camel.yaml", 5).statusCode()).isEqualTo(200);
        assertThat(Files.readString(routes.resolve("trigger-event.camel.yaml")))
                .endsWith("# edit 3\n")
                .startsWith(before);
        assertThat(state("trigger-event.camel.yaml").path("state").asText()).isEqualTo("running");

        assertThat(rollback("trigger-event.camel.yaml", 2).statusCode()).isEqualTo(404);
        assertThat(rollback("../application.properties", 1).statusCode()).isEqualTo(404);
        assertThat(rig.change("POST", "/api/routes/rollback", "{}").statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<String> rollback(String file, int version) {
        return rig.change("POST", "/api/routes/rollback", "{\"file\":\"" + file + "\",\"version\":" + version + "}");
    }

    @Test
    void aRouteSaysHowManyAlarmsItHandledAndFailed() {
        start();
        rig.alarm("1", Rig.CAMERA_A);
        rig.alarm("2", Rig.CAMERA_B);
        rig.post("no alarm");
        await().untilAsserted(() -> {
            assertThat(state("trigger-event.camel.yaml").path("handled").asInt())
                    .isEqualTo(2);
            assertThat(state("trigger-event.camel.yaml").path("failed").asInt()).isZero();
            assertThat(state("store-alarm.camel.yaml").path("handled").asInt()).isEqualTo(2);
        });
        rig.xprotect().breakDown(aResponse().withStatus(400));
        rig.alarm("3", Rig.CAMERA_A);
        await().until(() -> state("trigger-event.camel.yaml").path("failed").asInt() >= 1);
    }

    /** 200 alarms a second, of which each is to be answered with 200 and to arrive once. */
    private static final class Load implements AutoCloseable {

        private static final Instant BEGIN = Instant.parse("2026-11-20T10:00:00Z");

        /** On a machine that does not deliver 200 alarms a second, fewer are sent: how long the rest would take says nothing. */
        private static final int MOST_BEHIND = 500;

        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(4);
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final Map<Integer, AtomicInteger> answers = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> arrived = new ConcurrentHashMap<>();
        private final URI port;

        /** A line for each alarm and step would be most of the work. */
        private final List<Logger> quiet = List.of(logger("ualarm.intake"), logger("ualarm.delivery"));

        private static Logger logger(String name) {
            return (Logger) LoggerFactory.getLogger(name);
        }

        Load(Rig rig) {
            quiet.forEach(logger -> logger.setLevel(Level.WARN));
            rig.xprotect().server().addMockServiceRequestListener((request, answer) -> {
                if (request.getUrl().endsWith("/events")) {
                    arrived.computeIfAbsent(request.getBodyAsString(), key -> new AtomicInteger())
                            .incrementAndGet();
                }
            });
            port = URI.create("http://127.0.0.1:" + rig.connector().port() + "/");
            clock.scheduleAtFixedRate(this::post, 0, 5, TimeUnit.MILLISECONDS);
        }

        private void post() {
            if (sent.get() - arrived.size() > MOST_BEHIND) {
                return;
            }
            int n = sent.incrementAndGet();
            String camera = n % 2 == 0 ? Rig.CAMERA_A : Rig.CAMERA_B;
            http.sendAsync(
                            HttpRequest.newBuilder(port)
                                    .timeout(Duration.ofSeconds(20))
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"id\":\"load-" + n
                                            + "\",\"alarm\":\"Gate\",\"camera\":\"" + camera + "\",\"timestamp\":\""
                                            + BEGIN.plusMillis(n) + "\"}"))
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

        /** @return the events that came, each alarm's with its own time */
        Set<String> arrived() {
            return arrived.keySet();
        }

        long doubled() {
            return arrived.values().stream().filter(times -> times.get() > 1).count();
        }

        Map<Integer, Integer> answers() {
            return answers.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().get()));
        }

        @Override
        public void close() {
            quiet.forEach(logger -> logger.setLevel(null));
            clock.shutdownNow();
        }
    }
}
