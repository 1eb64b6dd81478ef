package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.Messages;
import ualarm.Rig;
import ualarm.Simulator;
import ualarm.TestCertificate;

/** The answers of the alarm port (design.md 2.3). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntakeTest {

    private final Rig rig = Rig.corporate();

    @AfterAll
    void stop() {
        rig.close();
    }

    private static void assertAnswer(HttpResponse<String> answer, int status, String said) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body()).contains("\"status\":\"" + said + "\"");
    }

    @Test
    void saysThatItRuns() {
        HttpResponse<String> answer = rig.send(rig.request("/").GET());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"running\"}");
    }

    @Test
    void acceptsAnAlarmOnceAndAnswersWithItsId() {
        HttpResponse<String> first = rig.post(Messages.P1);
        assertAnswer(first, 200, "accepted");
        assertThat(first.body()).contains("\"id\":\"0b6f6a0e-5c0e-4a39-9f0b-6a3f7f9f1c11\"");
        assertAnswer(rig.post(Messages.P1), 200, "duplicate");
    }

    @Test
    void answersHeartbeatsAndEnds() {
        assertAnswer(rig.post(Messages.P5), 200, "heartbeat");
        assertAnswer(rig.post(Messages.P2), 200, "ignored");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|400|empty",
                "hello|400|not-json",
                "{\"camera\":|400|cut",
                "{\"camera\":\"a\"}{}|400|two-values",
                "[1]|400|not-an-object",
                "<xml/>|415|unreadable-type",
                "{\"alarm\":\"x\"}|422|no-camera",
            })
    void refusesWhatIsNoAlarm(String message, int status, String code) {
        HttpResponse<String> answer = rig.post(message);
        assertAnswer(answer, status, "rejected");
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "text/plain",
                "application/xml",
                "multipart/form-data; boundary=x",
                "nonsense"
            })
    void looksAtTheBodyNotAtTheContentType(String type) {
        String body = "{\"camera\":\"" + Rig.CAMERA_A + "\",\"alarm\":\"100 % & more = yes\"}";
        assertAnswer(
                rig.send(rig.request("/").header("Content-Type", type).POST(BodyPublishers.ofString(body))),
                200,
                "accepted");
    }

    @Test
    void readsGzipAndChunks() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(Messages.P3.getBytes(StandardCharsets.UTF_8));
        }
        var body = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(packed.toByteArray()));
        assertAnswer(
                rig.send(rig.request("/").header("Content-Encoding", "gzip").POST(body)), 200, "accepted");
    }

    @Test
    void knowsNoOtherPathAndNoOtherMethod() {
        assertAnswer(rig.send(rig.request("/alarms").POST(BodyPublishers.ofString(Messages.P1))), 404, "rejected");
        assertAnswer(rig.send(rig.request("/proxy").GET()), 404, "rejected");
        for (String disguised : List.of("//", "/./", "/x/..", "/%2e")) {
            assertAnswer(rig.send(rig.request(disguised).POST(BodyPublishers.ofString(Messages.P1))), 404, "rejected");
        }
        HttpResponse<String> put = rig.send(rig.request("/").PUT(BodyPublishers.ofString(Messages.P1)));
        assertAnswer(put, 405, "rejected");
        assertThat(put.headers().firstValue("Allow")).hasValue("GET, HEAD, POST");
    }

    @Test
    void echoesNothingOfTheRequest() {
        HttpResponse<String> answer = rig.send(rig.request("/?subject=evil&cc=evil")
                .header("X-Evil", "evil")
                .header("Subject", "evil")
                .header("Cookie", "a=evil")
                .POST(BodyPublishers.ofString("{\"camera\":\"" + Rig.CAMERA_A + "\",\"evil\":\"evil\"}")));
        assertAnswer(answer, 200, "accepted");
        assertThat(answer.body()).doesNotContain("evil");
        assertThat(answer.headers().map().keySet()).containsExactlyInAnyOrder("content-length", "content-type");
    }

    @Test
    void answersAnUnknownCameraWith200() {
        assertAnswer(rig.alarm("unknown", "00000000-0000-4000-8000-00000000dead"), 200, "accepted");
    }

    @Test
    void refusesWhatIsTooLargeBeforeReadingIt() throws IOException {
        try (var limited =
                new Rig(Simulator.CORPORATE).set("alarm.max-body", "2K").start()) {
            byte[] large = new byte[100_000];
            Arrays.fill(large, (byte) ' ');
            assertAnswer(
                    limited.send(limited.request("/").POST(BodyPublishers.ofByteArray(Arrays.copyOf(large, 3000)))),
                    413,
                    "rejected");
            try (var socket = new Socket("127.0.0.1", limited.connector().port())) {
                socket.getOutputStream()
                        .write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(large, 0, 4096);
                socket.getOutputStream().flush();
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 413");
            }
            assertAnswer(limited.alarm("small", Rig.CAMERA_A), 200, "accepted");
        }
    }

    @Test
    void asksForTheTokenAndTheAddress() {
        try (var guarded =
                new Rig(Simulator.CORPORATE).set("alarm.token", "tök:en").start()) {
            HttpResponse<String> without = guarded.post(Messages.P1);
            assertAnswer(without, 401, "rejected");
            assertThat(without.headers().firstValue("WWW-Authenticate")).isPresent();
            String basic = Base64.getEncoder().encodeToString("user:tök:en".getBytes(StandardCharsets.UTF_8));
            String wrong = Base64.getEncoder().encodeToString("user:token".getBytes(StandardCharsets.UTF_8));
            var body = BodyPublishers.ofString(Messages.P1);
            assertAnswer(
                    guarded.send(guarded.request("/")
                            .header("Authorization", "Basic " + wrong)
                            .POST(body)),
                    401,
                    "rejected");
            assertAnswer(
                    guarded.send(guarded.request("/")
                            .header("Authorization", "Basic " + basic)
                            .POST(body)),
                    200,
                    "accepted");
        }
        try (var guarded = new Rig(Simulator.CORPORATE)
                .set("alarm.token", "key")
                .set("alarm.allow-from", "127.0.0.0/8")
                .start()) {
            // What comes before its camera is known is put into another queue.
            await().until(() -> guarded.log().contains("5 cameras"));
            assertAnswer(
                    guarded.send(
                            guarded.request("/").header("X-Api-Key", "key").POST(BodyPublishers.ofString(Messages.P1))),
                    200,
                    "accepted");
            assertAnswer(
                    guarded.send(guarded.request("/")
                            .header("Authorization", "Bearer key")
                            .POST(BodyPublishers.ofString(Messages.P1))),
                    200,
                    "duplicate");
        }
        try (var guarded = new Rig(Simulator.CORPORATE)
                .set("alarm.allow-from", "10.0.0.0/8, 192.168.1.7, ::1")
                .start()) {
            assertAnswer(guarded.post(Messages.P1), 403, "rejected");
        }
    }

    @Test
    void speaksHttpsWithACertificateOfTheInstaller(@TempDir Path folder) throws Exception {
        var certificate = TestCertificate.in(folder, 0);
        try (var secure = new Rig(Simulator.CORPORATE)
                .set("alarm.tls.certificate", certificate.certificate().toString())
                .set("alarm.tls.key", certificate.key().toString())
                .start()) {
            var answer = HttpClient.newBuilder()
                    .sslContext(certificate.trusting())
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("https://127.0.0.1:"
                                            + secure.connector().port() + "/"))
                                    .POST(BodyPublishers.ofString(Messages.P1))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertAnswer(answer, 200, "accepted");
        }
    }

    @Test
    void answers503WhenTheJournalCannotStore() throws Exception {
        try (var broken = Rig.corporate()) {
            broken.connector().journal().close();
            HttpResponse<String> answer = broken.alarm("lost", Rig.CAMERA_A);
            assertAnswer(answer, 503, "rejected");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", rig.connector().port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void isNoTunnel() throws IOException {
        assertThat(raw("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("Allow: GET, HEAD, POST");
    }

    @Test
    void takesAHundredCamerasAndNotOneMore() {
        var cameras = IntStream.rangeClosed(1, 101)
                .mapToObj(i -> "\"camera " + i + "\"")
                .toList();
        HttpResponse<String> refused = rig.post("{\"camera\":" + cameras + "}");
        assertAnswer(refused, 422, "rejected");
        assertThat(refused.body())
                .contains("\"code\":\"too-many-cameras\"")
                .contains("names 101 cameras; one may name 100");
        assertAnswer(rig.post("{\"camera\":" + cameras.subList(0, 100) + "}"), 200, "accepted");
    }

    @Test
    void halfSentPostsCostNobodysAlarm() throws IOException {
        var senders = new ArrayList<Socket>();
        try {
            var number = new AtomicInteger();
            // As soon as all places are taken, an alarm gets that of the post that has been there longest.
            await().untilAsserted(() -> {
                do {
                    senders.add(sender("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"));
                } while (senders.size() < 1_000);
                assertAnswer(rig.alarm("among-slow" + number.incrementAndGet(), Rig.CAMERA_A), 200, "accepted");
                assertThat(senders).anyMatch(IntakeTest::wasTooSlow);
            });
        } finally {
            for (Socket sender : senders) {
                sender.close();
            }
        }
    }

    @Test
    void aSenderThatHangsUpLeavesNothingBehind() throws IOException {
        for (int n = 0; n < 50; n++) {
            String message = "{\"id\":\"gone" + n + "\",\"alarm\":\"Gate\",\"camera\":\"" + Rig.CAMERA_A + "\"}";
            try (Socket sender = sender(
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + message.length() + "\r\n\r\n" + message)) {
                // With a reset and not with a farewell.
                sender.setSoLinger(true, 0);
            }
        }

        assertAnswer(rig.alarm("after-gone", Rig.CAMERA_A), 200, "accepted");
        await().until(() -> rig.connector().camel().getInflightRepository().size("receive-alarm") == 0);
    }

    @Test
    void anAdapterThatWaitsCostsNobodysAlarm() {
        var waiting = new AtomicInteger();
        var end = new CountDownLatch(1);
        int many = 4 * Runtime.getRuntime().availableProcessors();
        try (var own = new Rig(Simulator.CORPORATE)) {
            own.start(camel -> adapter(camel, exchange -> {
                waiting.incrementAndGet();
                end.await();
            }));
            var answers = IntStream.range(0, many)
                    .mapToObj(n -> CompletableFuture.runAsync(
                            () -> own.send(own.request("/adapter").POST(BodyPublishers.ofString("x"))),
                            command -> new Thread(command).start()))
                    .toList();
            await().until(() -> waiting.get() == many);

            assertAnswer(own.alarm("beside-adapters", Rig.CAMERA_A), 200, "accepted");

            end.countDown();
            answers.forEach(CompletableFuture::join);
        } finally {
            end.countDown();
        }
    }

    @Test
    void anAnswerThatHttpDoesNotAllowIsAFault(@TempDir Path routes) throws IOException {
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.filter(Files::isRegularFile).toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        Path receive = routes.resolve("receive-alarm.camel.yaml");
        Files.writeString(
                receive,
                Files.readString(receive)
                        .replaceFirst(
                                "        - marshal:",
                                "        - setHeader:\n            name: X-Said\n"
                                        + "            constant: \"one line\\\\nand another\"\n        - marshal:"));
        try (var own = new Rig(Simulator.CORPORATE).set("routes.directory", routes.toString())) {
            own.start();

            assertAnswer(own.alarm("two-lines", Rig.CAMERA_A), 503, "rejected");
        }
    }

    @Test
    void aSuspendedRouteHasTheAlarmSentAgain() throws Exception {
        try (var own = new Rig(Simulator.CORPORATE)) {
            own.start();
            own.connector().camel().getRouteController().suspendRoute("receive-alarm");

            HttpResponse<String> answer = own.alarm("while-suspended", Rig.CAMERA_A);
            assertAnswer(answer, 503, "rejected");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();

            own.connector().camel().getRouteController().resumeRoute("receive-alarm");
            assertAnswer(own.alarm("while-suspended", Rig.CAMERA_A), 200, "accepted");
        }
    }

    private static void adapter(CamelContext camel, Processor work) {
        try {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("platform-http:/adapter").process(work);
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void connectionsThatSendNothingAreClosedWhenThereAreTooMany() throws IOException {
        var senders = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 1_500; i++) {
                senders.add(sender(i % 2 == 0 ? "" : "POST / HTTP/1.1\r\nHost:"));
            }
            for (int i = 0; i < 300; i++) {
                assertThat(senders.get(i).getInputStream().read()).isEqualTo(-1);
            }
            assertAnswer(rig.alarm("among-silent", Rig.CAMERA_A), 200, "accepted");
        } finally {
            for (Socket sender : senders) {
                sender.close();
            }
        }
    }

    private static boolean wasTooSlow(Socket sender) {
        try {
            InputStream in = sender.getInputStream();
            return in.available() > 0 && new String(in.readNBytes(in.available())).startsWith("HTTP/1.1 408");
        } catch (IOException e) {
            return false;
        }
    }

    private Socket sender(String start) throws IOException {
        var socket = new Socket("127.0.0.1", rig.connector().port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void treatsTheSameAlarmAtTwoCamerasAsTwoEvents() {
        String two = Messages.P4.replace("crowd-881", "crowd-once");
        long before = rig.xprotect().events().size();
        assertAnswer(rig.post(two), 200, "accepted");
        await().until(() -> rig.xprotect().events().size() >= before + 2);
        assertAnswer(rig.post(two), 200, "duplicate");
    }
}
