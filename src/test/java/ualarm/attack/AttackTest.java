package ualarm.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The alarm port under attack: each is refused with 4xx or by closing the connection, the memory that the connector is shipped with
 * suffices, and a good alarm is accepted right after. {@code -Dattack.connections=10000} holds so many that are idle or slow.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackTest {

    private static final int CONNECTIONS = Integer.getInteger("attack.connections", 500);
    private static final String ALARM = "{\"camera\":\"a\"}";
    private static final String POST = "POST / HTTP/1.1\r\nHost: x\r\n";
    private static final String SIZED = "Content-Length: 14\r\n\r\n" + ALARM;
    private static final String CHUNKED = "\r\n\r\ne\r\n" + ALARM + "\r\n0\r\n\r\n";

    /** Would be answered with 404, were it taken for a request. */
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

    private static final int CLOSED = 0;

    private Victim victim;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.filter(Files::isRegularFile).toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        for (String adapter : List.of("frigate", "hikvision")) {
            Files.copy(Path.of("routes", "recipes", adapter + ".camel.yaml"), routes.resolve(adapter + ".camel.yaml"));
        }
        Path kamelets = Files.createDirectories(routes.resolve("kamelets"));
        try (Stream<Path> shipped = Files.list(Path.of("routes", "kamelets"))) {
            for (Path file : shipped.toList()) {
                Files.copy(file, kamelets.resolve(file.getFileName()));
            }
        }
        victim = new Victim(folder, "");
    }

    @AfterAll
    void stop() {
        victim.close();
    }

    private void assertUnharmed() throws IOException {
        assertThat(victim.isAlive()).as("it lives").isTrue();
        assertThat(victim.alarm("127.0.0.1")).as("a good alarm").isEqualTo(200);
    }

    private static Arguments shape(String name, String request, Integer... answers) {
        return Arguments.of(name, request, List.of(answers));
    }

    private static Stream<Arguments> shapes() {
        return Stream.of(
                shape(
                        "length and chunks",
                        POST + "Content-Length: 4\r\nTransfer-Encoding: chunked" + CHUNKED + SMUGGLED,
                        400,
                        CLOSED),
                shape(
                        "chunks and length",
                        POST + "Transfer-Encoding: chunked\r\nContent-Length: 4" + CHUNKED + SMUGGLED,
                        400,
                        CLOSED),
                shape("two lengths", POST + "Content-Length: 3\r\n" + SIZED + SMUGGLED, 400, CLOSED),
                shape("a list of lengths", POST + "Content-Length: 14, 14\r\n\r\n" + ALARM, 400, CLOSED),
                shape("a length with a sign", POST + "Content-Length: +14\r\n\r\n" + ALARM, 400, CLOSED),
                shape("a length below zero", POST + "Content-Length: -1\r\n\r\n" + ALARM, 400, CLOSED),
                shape(
                        "a length beyond all numbers",
                        POST + "Content-Length: 99999999999999999999\r\n\r\n",
                        400,
                        CLOSED),
                shape("a length of nothing", POST + "Content-Length: \r\n\r\n" + ALARM, 400, CLOSED),
                shape("a folded length", POST + "Content-Length:\r\n 14\r\n\r\n" + ALARM, 400, CLOSED),
                shape("a blank before the colon", POST + "Content-Length : 14\r\n\r\n" + ALARM, 400, CLOSED),
                shape("a folded header, which HTTP reads as one line", POST + "X: a\r\n b\r\n" + SIZED, 200),
                shape("lines that end in LF alone", (POST + SIZED).replace("\r\n", "\n"), 400, CLOSED),
                shape("a lone CR", POST + "X: a\rContent-Length: 3\r\n" + SIZED, 400, CLOSED),
                shape("a NUL", POST + "X: a\0b\r\n" + SIZED, 400, CLOSED),
                shape(
                        "chunked, but not alone",
                        POST + "Transfer-Encoding: chunked, x" + CHUNKED + SMUGGLED,
                        400,
                        CLOSED),
                shape("packed chunks", POST + "Transfer-Encoding: gzip, chunked" + CHUNKED, 400),
                shape(
                        "chunked twice",
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked" + CHUNKED,
                        400,
                        CLOSED),
                shape("nearly chunked", POST + "Transfer-Encoding: xchunked" + CHUNKED + SMUGGLED, 400, CLOSED),
                shape("a vertical tab", POST + "Transfer-Encoding: \013chunked" + CHUNKED, 400, CLOSED),
                shape("chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked" + CHUNKED, 400, CLOSED),
                shape("a chunk's size that is none", POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + ALARM, CLOSED),
                shape("a chunk's size below zero", POST + "Transfer-Encoding: chunked\r\n\r\n-e\r\n" + ALARM, CLOSED),
                shape(
                        "a chunk's size beyond all numbers",
                        POST + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                        CLOSED),
                shape(
                        "a chunk that is longer",
                        POST + "Transfer-Encoding: chunked\r\n\r\ne\r\n" + ALARM + "XX0\r\n\r\n",
                        CLOSED),
                shape(
                        "chunks that end in LF alone",
                        POST + "Transfer-Encoding: chunked\r\n\r\ne\n" + ALARM + "\n0\n\n",
                        CLOSED),
                shape(
                        "an endless chunk extension",
                        POST + "Transfer-Encoding: chunked\r\n\r\ne;" + "a".repeat(10_000),
                        CLOSED),
                shape(
                        "endless trailers",
                        POST + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + "X: y\r\n".repeat(10_000),
                        CLOSED),
                shape("10,000 headers", POST + "X: y\r\n".repeat(10_000) + "\r\n", 431, CLOSED),
                shape("an endless header", POST + "X: " + "y".repeat(40_000), 431, CLOSED),
                shape("an endless path", "POST /" + "a".repeat(40_000), 414, CLOSED),
                shape(
                        "h2c, which is passed over",
                        POST
                                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
                                + SIZED,
                        200),
                shape("HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501, CLOSED),
                shape(
                        "a WebSocket, which is passed over",
                        POST.replace("POST", "GET")
                                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        200),
                shape("TLS", "\026\003\001\0\310\001\0\0\304\003\003" + "\0".repeat(200), 400, CLOSED),
                shape(
                        "absolute form, as HTTP allows it",
                        "POST http://elsewhere/ HTTP/1.1\r\nHost: x\r\n" + SIZED,
                        200),
                shape("absolute form elsewhere", "POST http://elsewhere/x HTTP/1.1\r\nHost: x\r\n" + SIZED, 404),
                shape("a proxy's CONNECT", "CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405),
                shape("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405),
                shape("POST *", "POST * HTTP/1.1\r\nHost: x\r\n" + SIZED, 400),
                shape("TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
                shape("no method", "G@T / HTTP/1.1\r\nHost: x\r\n\r\n", 400, CLOSED),
                shape("HTTP/0.9", "GET /\r\n\r\n", 400, CLOSED),
                shape("HTTP/9.9", "POST / HTTP/9.9\r\nHost: x\r\n" + SIZED, 501, CLOSED),
                shape("no host", "POST / HTTP/1.1\r\n" + SIZED, 400),
                shape("two hosts", POST + "Host: y\r\n" + SIZED, 400),
                shape("a host that is none", "POST / HTTP/1.1\r\nHost: a@b/c\r\n" + SIZED, 400),
                shape("a path that is not encoded", "POST /%zz HTTP/1.1\r\nHost: x\r\n" + SIZED, 400),
                shape("a query that is not encoded", "POST /?a=%zz HTTP/1.1\r\nHost: x\r\n" + SIZED, 400),
                shape("a cookie that is none", POST + "Cookie: \001=;;,=\"\r\n" + SIZED, 400, CLOSED),
                shape("an expectation that nobody knows", POST + "Expect: 200-maybe\r\n" + SIZED, 417),
                shape("100-continue", POST + "Expect: 100-continue\r\n" + SIZED, 100, 200),
                shape(
                        "100-continue for too much",
                        POST + "Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n",
                        413),
                shape("three at once", (POST + SIZED).repeat(3), 200, 200, 200),
                shape(
                        "a body to GET",
                        POST.replace("POST", "GET") + "Content-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED
                                + POST + SIZED,
                        200,
                        200));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void aRequestThatCouldBeReadInTwoWaysOrInNoneIsRefused(String name, String request, List<Integer> answers)
            throws IOException {
        try (RawClient client = victim.connect()) {
            client.send(request);
            for (int expected : answers) {
                assertThat(client.answer().map(RawClient.Answer::status).orElse(CLOSED))
                        .isEqualTo(expected);
            }
        }
        assertUnharmed();
    }

    private static byte[] packed(String start, String repeated, int bytes, String end) throws IOException {
        var packed = new ByteArrayOutputStream();
        byte[] piece = repeated.repeat(4_000).getBytes(StandardCharsets.UTF_8);
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(start.getBytes(StandardCharsets.UTF_8));
            for (int written = 0; written < bytes; written += piece.length) {
                gzip.write(piece);
            }
            gzip.write(end.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    private static byte[] plain(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Stream<Arguments> bombs() throws IOException {
        String camera = "{\"camera\":\"a\"";
        return Stream.of(
                Arguments.of("/", packed(camera + ",\"x\":[", "{},", 15 << 20, "{}]}"), 400),
                Arguments.of("/", packed(camera, ",\"x\":0", 15 << 20, "}"), 400),
                Arguments.of("/", packed(" ", " ", 100 << 20, ALARM), 413),
                Arguments.of("/", packed("[", "[", 15 << 20, ""), 400),
                Arguments.of("/", packed(camera + ",\"x\":\"", "é", 15 << 20, "\"}"), 200),
                Arguments.of("/", plain(camera + ",\"x\":" + "9".repeat(1_000_000) + "}"), 400),
                Arguments.of("/", plain(camera + ",\"" + "n".repeat(1_000_000) + "\":1}"), 400),
                Arguments.of("/", plain("{\"camera\":\"a" + " ".repeat(5_000_000) + "b\"}"), 200),
                Arguments.of(
                        "/",
                        plain("{\"cameras\":[" + "{\"id\":\"a\",\"detections\":[{}]},".repeat(15_000) + "0]}"),
                        200),
                Arguments.of("/", plain("{\"camera\":\"a\",\"timestamp\":1e400}"), 200),
                Arguments.of("/", plain("{\"camera\":1e99999999999}"), 400),
                Arguments.of(
                        "/", plain("{\"camera\":\"a\\ud800\",\"id\":\"\\udc00x\",\"picture\":\"/9j/\\ud800\"}"), 200),
                Arguments.of(
                        "/", new byte[] {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'}, 400),
                Arguments.of("/", plain("{\"camera\":\"a\",\"camera\":\"b\"}"), 200),
                Arguments.of("/frigate", new byte[] {0, 0, 0, '{', 0x10, 0x74, 0x64, 0x6c}, 400),
                Arguments.of("/frigate", plain("[" + "{},".repeat(2_000_000) + "{}]"), 400),
                Arguments.of("/hikvision", plain("<a>".repeat(2_000_000)), 400),
                Arguments.of("/hikvision", plain("<a>" + "<b/>".repeat(2_000_000) + "</a>"), 400),
                Arguments.of(
                        "/hikvision",
                        plain("<!DOCTYPE a [<!ENTITY b \"" + "c".repeat(1_000) + "\">]><a>" + "&b;".repeat(1_000_000)
                                + "</a>"),
                        400));
    }

    /** Twice as many at a time as there are threads that read alarms. */
    @ParameterizedTest(name = "{index} {0} {2}")
    @MethodSource("bombs")
    void whatWouldCostMemoryOrTimeOutOfProportionIsRefusedOrReadAsItIs(String path, byte[] body, int status)
            throws IOException {
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                RawClient client = victim.connect();
                clients.add(client);
                client.send("POST " + path
                        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                        + body.length + "\r\n\r\n");
                client.send(body);
            }
            for (RawClient client : clients) {
                assertThat(client.answer())
                        .get()
                        .extracting(RawClient.Answer::status)
                        .isEqualTo(status);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertUnharmed();
    }

    /** 15 KB each, 15 MB of pictures unpacked: as many as come at once are not taken at once. */
    @Test
    void smallPostsOfMuchThatIsKeptCannotFillTheMemory() throws IOException {
        String picture = "\",\"image\":\"/9j/" + "A".repeat(1_400_000) + "\"}";
        byte[] body = packed(
                IntStream.range(0, 11)
                        .mapToObj(i -> "{\"id\":\"camera" + i + picture)
                        .collect(Collectors.joining(",", "{\"cameras\":[", "],\"x\":[")),
                "0,",
                0,
                "0]}");
        var answers = new TreeSet<Integer>();
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 30; i++) {
                RawClient client = victim.connect();
                clients.add(client);
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n");
                client.send(body);
            }
            for (RawClient client : clients) {
                answers.add(client.answer().orElseThrow().status());
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertThat(answers).isSubsetOf(200, 429);
        assertUnharmed();
    }

    @Test
    void whoAsksAndNeverReadsTheAnswersIsCutOff() throws IOException {
        byte[] many = SMUGGLED.repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = victim.connect()) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            client.send(many);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertUnharmed();
    }

    @Test
    void postsThatDoNotSayHowLargeTheyAreCannotFillTheMemory() throws IOException {
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) ' ');
        var clients = new ArrayList<RawClient>();
        try {
            for (String path : List.of("/", "/frigate")) {
                for (int i = 0; i < 30; i++) {
                    RawClient client = victim.connect();
                    clients.add(client);
                    client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
                    try {
                        for (int sent = 0; sent < 12; sent++) {
                            client.send("100000\r\n").send(megabyte).send("\r\n");
                        }
                    } catch (IOException cutOff) {
                        // Enough is there already.
                    }
                }
            }
            assertUnharmed();
            await().until(() -> clients.stream().anyMatch(AttackTest::isRefused));
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertUnharmed();
    }

    private static boolean isRefused(RawClient client) {
        try {
            return client.hasAnswer();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void anAddressThatTakesAllPlacesCostsNobodyElseHis() throws IOException {
        String half = POST + "Content-Length: 14\r\n\r\n{\"camera\"";
        var greedy = new ArrayList<RawClient>();
        try (RawClient slow = new RawClient(victim.port(), "127.0.0.2").send(half);
                RawClient silent = new RawClient(victim.port(), "127.0.0.2")) {
            for (int i = 0; i < 1_200; i++) {
                greedy.add(victim.connect().send(half));
                greedy.add(victim.connect());
            }
            await().until(() -> greedy.stream().filter(AttackTest::isRefused).count() > 100);
            assertThat(slow.send(":\"a\"}").answer())
                    .get()
                    .extracting(RawClient.Answer::status)
                    .isEqualTo(200);
            assertThat(silent.send(POST + SIZED).answer())
                    .get()
                    .extracting(RawClient.Answer::status)
                    .isEqualTo(200);
        } finally {
            for (RawClient client : greedy) {
                client.close();
            }
        }
        assertUnharmed();
    }

    @Test
    void manyIdleAndSlowConnectionsDoNotStopGoodAlarms() throws Exception {
        var clients = new ArrayList<RawClient>();
        var isOver = new AtomicBoolean();
        // A byte a second, so that no idle time ends it.
        var trickle = new Thread(() -> {
            while (!isOver.get()) {
                synchronized (clients) {
                    clients.forEach(client -> {
                        try {
                            client.send(" ");
                        } catch (IOException closed) {
                            // as it should be
                        }
                    });
                }
                LockSupport.parkNanos(1_000_000_000L);
            }
        });
        trickle.start();
        try {
            List<String> starts =
                    List.of("", "POST", POST + "X: ", POST + "Content-Length: 1000000\r\n\r\n{", POST + SIZED);
            for (int i = 0; i < CONNECTIONS; i++) {
                var client = new RawClient(victim.port(), Victim.addresses().get(i % 5));
                client.send(starts.get(i / 5 % starts.size()));
                synchronized (clients) {
                    clients.add(client);
                }
                if (i % 100 == 0) {
                    assertThat(victim.alarm("127.0.0.9"))
                            .as("beside %s connections", i)
                            .isEqualTo(200);
                }
            }
            for (int i : IntStream.range(0, 100).toArray()) {
                assertThat(victim.alarm("127.0.0." + (1 + i % 9))).isEqualTo(200);
            }
        } finally {
            isOver.set(true);
            trickle.join();
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertUnharmed();
    }
}
