package ualarm.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ualarm.milestone.SocketCommands;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Trust;

/**
 * Asks XProtect's events WebSocket to show the site's analytics event (milestone-api.md 10), and, when it is told to trigger one,
 * whether it comes back.
 */
final class SocketCheck implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    /**
     * Opens it.
     *
     * @param site the site
     * @param bearer shows its token
     * @throws Exception when it cannot be opened, for whatever reason
     */
    SocketCheck(Site site, Secret bearer) throws Exception {
        socket = HttpClient.newBuilder()
                .sslContext(TlsCheck.context(Trust.of(site.trust())))
                .connectTimeout(CONNECT)
                .build()
                .newWebSocketBuilder()
                .header("Authorization", bearer.reveal())
                .connectTimeout(CONNECT)
                .buildAsync(
                        URI.create(site.url().toString().replaceFirst("^http", "ws") + SocketCommands.PATH), reader())
                .get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    private WebSocket.Listener reader() {
        return new WebSocket.Listener() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
                text.append(part);
                if (isLast) {
                    try {
                        messages.add(JSON.readTree(text.toString()));
                    } catch (JsonProcessingException e) {
                        messages.add(JSON.nullNode());
                    }
                    text.setLength(0);
                }
                from.request(1);
                return null;
            }
        };
    }

    /**
     * Subscribes.
     *
     * @param event the id of the analytics event
     * @return whether XProtect will show it
     * @throws InterruptedException when the check is broken off
     */
    boolean subscribe(UUID event) throws InterruptedException {
        send(SocketCommands.startSession("", ""));
        if (!answered(SocketCommands.START)) {
            return false;
        }
        send(SocketCommands.addSubscription(List.of(event.toString())));
        return answered(SocketCommands.SUBSCRIBE);
    }

    private void send(Map<String, ?> command) {
        try {
            socket.sendText(JSON.writeValueAsString(command), true);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean answered(int command) throws InterruptedException {
        for (JsonNode next = next(); next != null; next = next()) {
            if (next.path("commandId").asInt() == command) {
                return next.path("status").asInt() < 300;
            }
        }
        return false;
    }

    private JsonNode next() throws InterruptedException {
        return messages.poll(LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * @param id an event's id
     * @return whether it is shown within 10 s
     * @throws InterruptedException when the check is broken off
     */
    boolean shows(String id) throws InterruptedException {
        for (JsonNode next = next(); next != null; next = next()) {
            for (JsonNode event : next.path("events")) {
                if (event.path("id").asText().equalsIgnoreCase(id)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
