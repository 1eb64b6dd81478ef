package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.attack.RawClient;
import ualarm.site.Settings;

/** The door with a router behind it that answers 200 with the length of what it got, and no connector. */
class DoorTest {

    private static Vertx vertx;

    private final IntakeCounts counts = new IntakeCounts(new SimpleMeterRegistry());
    private Door door;
    private HttpServer server;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void close() {
        if (server != null) {
            door.leave(vertx);
            server.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void open(String setting) {
        var settings = new Settings(
                "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\n"
                        + "site.main.webhook-secret=0123456789abcdef\n" + setting,
                Path.of(""),
                Map.of(),
                Map.of());
        door = new Door(settings.intake(), settings.sites(), counts);
        Router router = Router.router(vertx);
        door.guard(router, vertx);
        router.route("/unknown").handler(ctx -> ctx.next());
        router.route("/broken")
                .handler(BodyHandler.create(false))
                .handler(ctx -> ctx.fail(new IllegalStateException("test")));
        for (String path : new String[] {"/", "/adapter", "/xprotect/main/webhook"}) {
            router.route(path)
                    .handler(BodyHandler.create(false))
                    .handler(ctx -> ctx.end(ctx.request().getHeader("Content-Type") + " "
                            + ctx.body().length()));
        }
        server = vertx.createHttpServer(
                        new HttpServerOptions().setMaxHeaderSize(1024).setMaxInitialLineLength(1024))
                .connectionHandler(door::connected)
                .invalidRequestHandler(door::refuseDamaged)
                .requestHandler(request -> {
                    if (request.path() == null || !request.path().startsWith("/")) {
                        door.refusePathless(request);
                    } else if (request.path().equals("/later")) {
                        door.refuseForNow(request);
                    } else {
                        router.handle(request);
                    }
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private RawClient.Answer send(String request) throws IOException {
        try (var client = new RawClient(server.actualPort())) {
            return client.send(request.replace("\n", "\r\n")).answer().orElseThrow();
        }
    }

    /** @param headers more of them, each with its line's end */
    private RawClient.Answer post(String headers, String body) throws IOException {
        return send("POST / HTTP/1.1\nHost: x\nContent-Length: " + body.length() + "\n" + headers + "\n" + body);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The token may come in any of three forms: as a key, as a bearer, or as the password of a login. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 401",
                "X-Api-Key: tok:en | 200",
                "X-Api-Key: tok:eN | 401",
                "X-Api-Key: tok:e | 401",
                "X-Api-Key: tok:enn | 401",
                "X-Api-Key: | 401",
                "Authorization: Bearer tok:en | 200",
                "Authorization: bearer   tok:en | 200",
                "Authorization: Bearer tok | 401",
                "Authorization: Bearer | 401",
                "Authorization: tok:en | 401",
                "Authorization: Basic {user:tok:en} | 200",
                "Authorization: basic {:tok:en} | 200",
                "Authorization: Basic {tok:en:user} | 401",
                "Authorization: Basic {user:token} | 401",
                "Authorization: Basic {user:} | 401",
                "Authorization: Basic tok:en | 401",
                "Authorization: Digest tok:en | 401",
            })
    void letsInWhoShowsTheToken(String header, int status) throws IOException {
        open("alarm.token=tok:en");
        String shown = header.isEmpty() ? "" : header + "\n";
        int from = shown.indexOf('{');
        if (from >= 0) {
            shown = shown.substring(0, from) + base64(shown.substring(from + 1, shown.indexOf('}'))) + "\n";
        }
        RawClient.Answer answer = post(shown, "{}");
        assertThat(answer.status()).isEqualTo(status);
        if (status == 401) {
            assertThat(answer.head().toLowerCase()).contains("www-authenticate: bearer, basic realm");
            assertThat(answer.body()).contains("wrong-token");
        }
        assertThat(counts.rejectedCount()).isEqualTo(status == 401 ? 1 : 0);
    }

    @Test
    void asksForNoTokenWhereNoneIsSet() throws IOException {
        open("");
        assertThat(post("", "{}").body()).isEqualTo("application/octet-stream 2");
        assertThat(counts.rejectedCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / | 200",
                "HEAD / | 200",
                "POST / | 401",
                "PUT / | 405",
                "DELETE / | 405",
                "GET /adapter | 200",
                "POST /adapter | 200",
                "POST /xprotect/main/webhook | 200",
                "GET /xprotect/main/webhook | 405",
                "POST /xprotect/other/webhook | 404",
                "POST /xprotect/main/webhook/ | 404",
                "POST // | 404",
                "POST /x/.. | 404",
                "POST /./ | 404",
                "POST /a/../xprotect/main/webhook | 404",
                "POST /% | 400",
                "POST /unknown | 404",
                "POST /nothing | 404",
                "POST /broken | 503",
                "GET /later | 503",
                "CONNECT x:1 | 405",
                "OPTIONS * | 405",
                "POST * | 400",
            })
    void letsInWhatHasAPlaceToGo(String line, int status) throws IOException {
        open("alarm.token=token");
        RawClient.Answer answer = send(line + " HTTP/1.1\nHost: x\nContent-Length: 0\nConnection: close\n\n");
        assertThat(answer.status()).isEqualTo(status);
        String head = answer.head().toLowerCase();
        assertThat(head.contains("allow: ")).isEqualTo(status == 405);
        assertThat(head.contains("retry-after: 5")).isEqualTo(status == 503);
        assertThat(counts.rejectedCount()).isEqualTo(status == 200 ? 0 : 1);
    }

    @Test
    void saysThatItIsRunning() throws IOException {
        open("");
        RawClient.Answer answer = send("GET / HTTP/1.1\nHost: x\n\n");
        assertThat(answer.body()).isEqualTo("{\"status\":\"running\"}");
        assertThat(answer.head().toLowerCase()).contains("content-type: application/json");
    }

    /** Adapters and webhooks get what their sender says that it is; an alarm is told by looking at it. */
    @Test
    void aPostToAnAdapterKeepsItsType() throws IOException {
        open("");
        String headers = " HTTP/1.1\nHost: x\nContent-Type: text/xml\nContent-Length: 2\n\n{}";
        assertThat(send("POST /adapter" + headers).body()).isEqualTo("text/xml 2");
        assertThat(send("POST /" + headers).body()).isEqualTo("application/octet-stream 2");
    }

    @ParameterizedTest
    @CsvSource({"1024, 200", "1025, 413"})
    void aMessageHasItsLargestSize(int size, int status) throws IOException {
        open("alarm.max-body=1k");
        String body = "x".repeat(size);
        RawClient.Answer declared = post("", body);
        assertThat(declared.status()).isEqualTo(status);
        assertThat(post("Transfer-Encoding: chunked\n", "").status()).as("both").isEqualTo(400);
        RawClient.Answer chunked =
                send("POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n10\n" + body.substring(0, 16) + "\n"
                        + Integer.toHexString(size - 16) + "\n" + body.substring(16) + "\n0\n\n");
        assertThat(chunked.status()).isEqualTo(status);
        if (status == 200) {
            assertThat(chunked.body()).isEqualTo("application/octet-stream " + size);
        } else {
            assertThat(declared.body()).contains("too-large");
            assertThat(chunked.body()).contains("too-large");
        }
    }

    @Test
    void aRefusalEndsTheConnectionOfWhoHasNotSentAll() throws IOException {
        open("alarm.max-body=1k");
        RawClient.Answer answer = send("POST / HTTP/1.1\nHost: x\nContent-Length: 5000\n\nx");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.head().toLowerCase()).contains("connection: close");
    }

    @Test
    void aRefusalLeavesTheConnectionToWhoHas() throws IOException {
        open("");
        RawClient.Answer answer = send("POST /broken HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.head().toLowerCase()).doesNotContain("connection: close");
    }

    /** What a proxy before the port could read in another way. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: y;Content-Length: 0 | 400",
                "Transfer-Encoding: gzip, chunked | 400",
                "Transfer-Encoding: CHUNKED | 200",
                "Content-Length: x | 400",
                "Content-Length: 0;Expect: the-unexpected | 417",
            })
    void whatCouldBeReadInTwoWaysIsRefused(String headers, int status) throws IOException {
        open("");
        String end = headers.contains("CHUNKED") ? "\n\n0\n\n" : "\n\n";
        assertThat(send("POST / HTTP/1.1\nHost: x\n" + headers.replace(";", "\n") + end)
                        .status())
                .isEqualTo(status);
    }

    @Test
    void tellsWhoExpectsItToGoOn() throws IOException {
        open("");
        try (var client = new RawClient(server.actualPort())) {
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.answer().orElseThrow().status()).isEqualTo(100);
            client.send("2\r\n{}\r\n0\r\n\r\n");
            assertThat(client.answer().orElseThrow().body()).isEqualTo("application/octet-stream 2");
        }
    }

    @Test
    void aHeadThatIsTooLongOrDamagedIsRefused() throws IOException {
        open("");
        RawClient.Answer headers = send("POST / HTTP/1.1\nHost: x\nX: " + "x".repeat(2000) + "\n\n");
        assertThat(headers.status()).isEqualTo(431);
        assertThat(headers.head().toLowerCase()).contains("connection: close");
        assertThat(send("POST /" + "x".repeat(2000) + " HTTP/1.1\nHost: x\n\n").status())
                .isEqualTo(414);
        assertThat(send("hello\n\n").status()).isEqualTo(400);
        assertThat(counts.rejectedCount()).isEqualTo(3);
    }

    @Test
    void anAddressThatIsNotOnTheListStaysOutside() throws IOException {
        open("alarm.allow-from=10.0.0.0/8");
        RawClient.Answer answer = post("", "{}");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("address-not-allowed");
        assertThat(counts.rejectedCount()).isEqualTo(1);
    }

    @Test
    void onceShutItAsksToComeAgain() throws IOException {
        open("");
        door.shut();
        RawClient.Answer answer = post("", "{}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.head().toLowerCase()).contains("retry-after: 5").contains("connection: close");
    }

    @Test
    void oneConnectionBringsManyAlarms() throws IOException {
        open("");
        try (var client = new RawClient(server.actualPort())) {
            for (int i = 0; i < 3; i++) {
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
                assertThat(client.answer().orElseThrow().status()).isEqualTo(200);
            }
        }
    }
}
