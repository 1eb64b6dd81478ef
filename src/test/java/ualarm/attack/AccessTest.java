package ualarm.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.Rig;
import ualarm.Simulator;
import ualarm.TestCertificate;
import ualarm.site.PasswordHash;
import ualarm.site.Secret;

/** Who may come in at the two ports, and to whom the connector itself goes. */
class AccessTest {

    private static final String PAGE =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; "
                    + "base-uri 'none'; frame-ancestors 'none'";

    private static String basic(String password) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(("me:" + password).getBytes(StandardCharsets.UTF_8)) + "\r\n";
    }

    private static int consolePort(Rig rig) {
        return rig.console("/").build().uri().getPort();
    }

    private static RawClient.Answer ask(Rig rig, String from, String start, String headers) throws IOException {
        try (var client = new RawClient(consolePort(rig), from)) {
            return client.send(start + " HTTP/1.1\r\n" + headers + "\r\n")
                    .answer()
                    .orElseThrow();
        }
    }

    private static int status(Rig rig, String start, String headers) throws IOException {
        return ask(rig, "127.0.0.1", start, headers).status();
    }

    /** As {@code hash-password} prints it, but of so few rounds that a guess takes no time. */
    private static String hash(String password) throws GeneralSecurityException {
        byte[] salt = "a salt of its own".getBytes(StandardCharsets.UTF_8);
        byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, 1_000, 256))
                .getEncoded();
        var base64 = Base64.getUrlEncoder().withoutPadding();
        return "{pbkdf2}1000:" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
    }

    @Test
    void theConsoleKnowsItsPasswordByAHashAndLimitsGuessesByAddress() throws Exception {
        String written = hash("pä:ss");
        try (var rig =
                new Rig(Simulator.CORPORATE).set("console.password", written).start()) {
            String host = "Host: connector:9876\r\n";
            assertThat(status(rig, "GET /api/status", host)).isEqualTo(401);
            assertThat(status(rig, "GET /api/status", host + basic(written))).isEqualTo(401);
            assertThat(status(rig, "GET /observe/metrics", host + basic("pä:ss")))
                    .isEqualTo(200);
            assertThat(status(rig, "POST /api/sites/main/read", host + basic("pä:ss") + "X-Requested-With: x\r\n"))
                    .isEqualTo(200);
            for (int i = 0; i < 20; i++) {
                assertThat(status(rig, "GET /", host + basic("an old one"))).isEqualTo(401);
            }
            for (int i = 0; i < 8; i++) {
                assertThat(status(rig, "GET /", host + basic("guess " + i))).isEqualTo(401);
            }
            RawClient.Answer waits = ask(rig, "127.0.0.1", "GET /", host + basic("pä:ss"));
            assertThat(waits.status())
                    .as("the right one, from where ten wrong ones came")
                    .isEqualTo(429);
            assertThat(waits.head()).containsPattern("(?i)retry-after: [1-9]");
            assertThat(ask(rig, "127.0.0.2", "GET /", host + basic("pä:ss")).status())
                    .as("from elsewhere")
                    .isEqualTo(200);
            assertThat(rig.alarm("meanwhile", Rig.CAMERA_A).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void guessesAreLimitedWhereThePasswordItselfIsSet() throws IOException {
        try (var rig =
                new Rig(Simulator.CORPORATE).set("console.password", "plain").start()) {
            for (int i = 0; i < 10; i++) {
                assertThat(status(rig, "GET /", "Host: x\r\n" + basic("guess " + i)))
                        .isEqualTo(401);
            }
            assertThat(status(rig, "GET /", "Host: x\r\n" + basic("plain"))).isEqualTo(429);
            assertThat(ask(rig, "127.0.0.2", "GET /", "Host: x\r\n" + basic("plain"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theCommandPrintsAHashThatTheSettingsTake() {
        var in = System.in;
        var out = new StringWriter();
        try {
            System.setIn(new java.io.ByteArrayInputStream("p=ä\\ß\n".getBytes(StandardCharsets.UTF_8)));
            int code = ualarm.command.Commands.execute(
                    new String[] {"hash-password"}, null, Path.of(""), new PrintWriter(out), new PrintWriter(out));
            assertThat(code).isZero();
        } finally {
            System.setIn(in);
        }
        var settings = new ualarm.site.Settings(
                "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\n" + out,
                Path.of(""),
                Map.of(),
                Map.of());
        PasswordHash hash = PasswordHash.read(settings.console().password()).orElseThrow();
        assertThat(hash.matches("p=ä\\ß")).isTrue();
        assertThat(hash.matches("p=a\\ß")).isFalse();
        assertThat(out.toString()).doesNotContain("ß").contains("{pbkdf2}210000:");
        assertThat(PasswordHash.of("same").toString())
                .isNotEqualTo(PasswordHash.of("same").toString());
        assertThat(PasswordHash.read(new Secret("{pbkdf2}99999999:AAAAAAAAAAAAAAAA:" + "A".repeat(43))))
                .isEmpty();
    }

    @Test
    void noOtherPageUsesTheConsole() throws IOException {
        try (var rig = new Rig(Simulator.CORPORATE).start()) {
            int port = consolePort(rig);
            String own = "Host: 127.0.0.1:" + port + "\r\n";
            String post = "POST /api/sites/main/read";
            String ours = own + "X-Requested-With: console\r\n";
            for (String name : List.of(
                    "evil.example",
                    "127.evil.example",
                    "127.0.0.1.evil.example",
                    "localhost.evil.example",
                    "10.0.0.1",
                    "[::2]")) {
                assertThat(status(rig, "GET /api/status", "Host: " + name + ":" + port + "\r\n"))
                        .as(name)
                        .isEqualTo(403);
            }
            for (String name : List.of("127.0.0.1", "localhost", "LocalHost", "[::1]", "127.1.2.3")) {
                assertThat(status(rig, "GET /api/status", "Host: " + name + ":" + port + "\r\n"))
                        .as(name)
                        .isEqualTo(200);
            }
            assertThat(status(rig, post, ours)).isEqualTo(200);
            assertThat(status(rig, post, own)).isEqualTo(403);
            assertThat(status(rig, post, ours + "Origin: http://evil.example\r\n"))
                    .isEqualTo(403);
            assertThat(status(rig, post, ours + "Origin: null\r\n")).isEqualTo(403);
            assertThat(status(rig, post, ours + "Origin: http://127.0.0.1:1\r\n"))
                    .isEqualTo(403);
            assertThat(status(rig, post, ours + "Origin: http://127.0.0.1:" + port + "\r\n"))
                    .isEqualTo(200);
            assertThat(status(rig, post, ours + "Sec-Fetch-Site: cross-site\r\n"))
                    .isEqualTo(403);
            assertThat(status(rig, post, ours + "Sec-Fetch-Site: same-site\r\n"))
                    .isEqualTo(403);
            assertThat(status(rig, post, ours + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"))
                    .isEqualTo(403);
            assertThat(status(rig, post, ours + "Sec-Fetch-Site: same-origin\r\n"))
                    .isEqualTo(200);
            assertThat(status(
                            rig, "GET /api/alarms", own + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"))
                    .isEqualTo(403);
            assertThat(status(rig, "GET /", own + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"))
                    .isEqualTo(200);
            String page = ours + "Sec-Fetch-Site: same-origin\r\nContent-Length: 12\r\n";
            String body = "\r\n{\"all\":true}";
            try (var client = new RawClient(port)) {
                client.send(
                        "POST /api/dead-letters/replay HTTP/1.1\r\n" + page + "Content-Type: text/plain\r\n" + body);
                assertThat(client.answer())
                        .get()
                        .extracting(RawClient.Answer::status)
                        .isEqualTo(415);
            }
            try (var client = new RawClient(port)) {
                client.send("POST /api/dead-letters/replay HTTP/1.1\r\n" + page
                        + "Content-Type: application/json; charset=utf-8\r\n" + body);
                assertThat(client.answer())
                        .get()
                        .extracting(RawClient.Answer::status)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void everyAnswerOfTheConsoleBindsTheBrowser() throws IOException {
        try (var rig = new Rig(Simulator.CORPORATE).start()) {
            String own = "Host: 127.0.0.1\r\n";
            for (String asked : List.of(
                    "GET /",
                    "GET /console.js",
                    "GET /setup",
                    "GET /api/status",
                    "GET /api/nothing",
                    "GET /nothing",
                    "GET /observe/health",
                    "GET /observe/metrics",
                    "PUT /api/status",
                    "POST /api/test-alarm",
                    "GET /api/alarms?limit=x",
                    "OPTIONS /api/status",
                    "GET /favicon.ico")) {
                String head = ask(rig, "127.0.0.1", asked, own).head();
                assertThat(head.lines()
                                .filter(line -> line.contains(":"))
                                .collect(Collectors.toMap(
                                        line -> line.substring(0, line.indexOf(':'))
                                                .toLowerCase(),
                                        line -> line.substring(line.indexOf(':') + 1)
                                                .strip())))
                        .as(asked)
                        .containsEntry("content-security-policy", PAGE)
                        .containsEntry("x-content-type-options", "nosniff")
                        .containsEntry("x-frame-options", "DENY")
                        .containsEntry("referrer-policy", "no-referrer")
                        .containsEntry("cross-origin-resource-policy", "same-origin")
                        .containsEntry("cache-control", "no-store")
                        .doesNotContainKey("access-control-allow-origin");
            }
        }
    }

    /** A first message of TLS that offers one version and one cipher, as no Java of today would send it. */
    private static byte[] hello(int version, int cipher) throws IOException {
        var extensions = new ByteArrayOutputStream();
        var ext = new DataOutputStream(extensions);
        // Groups: x25519, P-256. Formats of points: uncompressed. Signatures: RSA and ECDSA with SHA-256, RSA-PSS, RSA
        // with SHA-1.
        ext.write(new byte[] {
            0, 10, 0, 6, 0, 4, 0, 29, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 10, 0, 8, 4, 1, 4, 3, 8, 4, 2, 1
        });
        var body = new ByteArrayOutputStream();
        var out = new DataOutputStream(body);
        out.writeShort(version);
        out.write(new byte[32]);
        out.writeByte(0);
        out.writeShort(2);
        out.writeShort(cipher);
        out.write(new byte[] {1, 0});
        out.writeShort(extensions.size());
        out.write(extensions.toByteArray());
        var record = new ByteArrayOutputStream();
        var all = new DataOutputStream(record);
        all.writeByte(22);
        all.writeShort(0x0301);
        all.writeShort(body.size() + 4);
        all.writeByte(1);
        all.writeByte(0);
        all.writeShort(body.size());
        all.write(body.toByteArray());
        return record.toByteArray();
    }

    private static boolean agrees(int port, int version, int cipher) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(hello(version, cipher));
            // 22: its own hello; 21: an alert.
            return socket.getInputStream().read() == 22;
        }
    }

    /** Its Java allows everything, so that it is the connector that refuses. */
    @Test
    void tlsIsOfTodayWhateverJavaAllows(@TempDir Path folder) throws Exception {
        var certificate = TestCertificate.in(folder, 0);
        Path java = Files.writeString(
                folder.resolve("java.security"),
                "jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n");
        try (var victim = new Victim(
                folder,
                "alarm.tls.certificate=" + certificate.certificate() + "\nalarm.tls.key=" + certificate.key() + "\n",
                "-Djava.security.properties=" + java)) {
            assertThat(agrees(victim.port(), 0x0303, 0xC02F))
                    .as("TLS 1.2, ECDHE_RSA_AES_128_GCM")
                    .isTrue();
            assertThat(agrees(victim.port(), 0x0303, 0xC030))
                    .as("TLS 1.2, ECDHE_RSA_AES_256_GCM")
                    .isTrue();
            for (int old : List.of(0x0300, 0x0301, 0x0302)) {
                assertThat(agrees(victim.port(), old, 0xC013)).as("%x", old).isFalse();
            }
            // RSA_AES_128_CBC_SHA, ECDHE_RSA_AES_128_CBC_SHA, RSA_AES_128_GCM, ECDHE_RSA_AES_256_CBC_SHA384, RSA_3DES,
            // RSA_RC4, NULL, anonymous
            for (int weak : List.of(0x002F, 0xC013, 0x009C, 0xC028, 0x000A, 0x0005, 0x0002, 0x0034)) {
                assertThat(agrees(victim.port(), 0x0303, weak)).as("%x", weak).isFalse();
            }
        }
    }

    private static Rig trusting(TestCertificate pinned, HttpsServer xprotect) {
        return new Rig(Simulator.CORPORATE)
                .set(
                        "site.main.url",
                        "https://127.0.0.1:" + xprotect.getAddress().getPort())
                .set("site.main.trust", pinned.certificate().toString());
    }

    private static HttpsServer server(TestCertificate.Keys keys, AtomicInteger requests) throws IOException {
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(keys.context()));
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void aPinnedCertificateIsTheOnlyOneThatIsTalkedTo(@TempDir Path ours, @TempDir Path theirs) throws Exception {
        var pinned = TestCertificate.in(ours, 0);
        var other = TestCertificate.in(theirs, 0);
        var requests = new AtomicInteger();
        HttpsServer right = server(TestCertificate.Keys.in(ours), requests);
        HttpsServer wrong = server(TestCertificate.Keys.in(theirs), requests);
        try {
            try (var rig = trusting(pinned, wrong)) {
                rig.start();
                rig.alarm("kept", Rig.CAMERA_A);
                await().until(() -> rig.log().contains("certificate that is not trusted"));
                assertThat(requests).as("nothing is told to it, no password").hasValue(0);
            }
            try (var rig = trusting(pinned, right)) {
                rig.start();
                await().untilAtomic(requests, org.hamcrest.Matchers.greaterThan(0));
            }
        } finally {
            right.stop(0);
            wrong.stop(0);
        }
        assertThat(other.certificate()).isNotEqualTo(pinned.certificate());
    }
}
