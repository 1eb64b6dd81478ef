package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ualarm.site.Secret;
import ualarm.site.Settings;

/** The events WebSocket of a gateway that behaves oddly; see also {@link ualarm.ConfirmTest}. */
class EventsSocketTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger opened = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void open(ServerWebSocket socket) {
        boolean answers = opened.incrementAndGet() > 1;
        socket.textMessageHandler(text -> {
            if (answers) {
                int command = command(text);
                socket.writeTextMessage("{\"commandId\":" + command + ",\"status\":"
                        + (command == SocketCommands.START ? 201 : 200) + ",\"sessionId\":\"s\"}");
            }
        });
    }

    private static int command(String text) {
        try {
            JsonNode command = new ObjectMapper().readTree(text);
            return command.path("commandId").asInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoAnswersPingsAndNoCommandIsAskedAnew() {
        // Vert.x never cancels its very first timer, which would be the one for the handshake.
        vertx.setTimer(1, over -> {});
        HttpServer server = vertx.createHttpServer()
                .webSocketHandler(this::open)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        String url = "http://127.0.0.1:" + server.actualPort();
        var socket = new EventsSocket(
                vertx,
                new Settings(
                                "site.main.url=" + url + "\nsite.main.username=u\nsite.main.password=p\n",
                                Path.of(""),
                                Map.of(),
                                Map.of())
                        .sites()
                        .site("main"),
                2_000,
                () -> new EventsSocket.Wanted(URI.create(url), Set.of("type")),
                () -> CompletableFuture.completedFuture(new Secret("token")),
                new EventsSocket.Listener() {
                    @Override
                    public void happened(SeenEvent event) {}

                    @Override
                    public void missed() {}
                });
        socket.open();
        await().atMost(Duration.ofSeconds(40)).until(socket::isLive);
        assertThat(opened).hasValue(2);
        socket.close();
    }
}
