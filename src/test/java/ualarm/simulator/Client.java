package ualarm.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of a simulated XProtect that sends what it is told to, and nothing of its own. */
final class Client {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SOON = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private String token = "";

    /** What was answered. */
    record Told(int status, JsonNode body) {
        JsonNode at(String pointer) {
            return body.at(pointer);
        }

        String text(String pointer) {
            return body.at(pointer).asText();
        }
    }

    Client(String url) {
        this.url = url;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Told send(HttpRequest.Builder request, String method, String body) {
        try {
            HttpResponse<String> answer = http.send(
                    request.timeout(SOON)
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Told(answer.statusCode(), json(answer.body()));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Logs in as the samples do: through the gateway, with the form as it stands. */
    Told logIn() {
        Told told = send(
                HttpRequest.newBuilder(URI.create(url + "/API/IDP/connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded"),
                "POST",
                "grant_type=password&username=" + XProtect.USER + "&password=" + XProtect.PASSWORD
                        + "&client_id=GrantValidatorClient");
        token = told.text("/access_token");
        return told;
    }

    Told get(String path) {
        return ask("GET", path, "");
    }

    /** As the samples that write configuration do, without saying that the body is JSON. */
    Told ask(String method, String path, String body) {
        return send(
                HttpRequest.newBuilder(URI.create(url + "/api/rest/v1/" + path))
                        .header("Authorization", "Bearer " + token),
                method,
                body);
    }

    /** @return an events WebSocket with the token in its header, or without it */
    Socket socket(boolean hasHeader) {
        var socket = new Socket();
        var builder = http.newWebSocketBuilder().connectTimeout(SOON);
        if (hasHeader) {
            builder.header("Authorization", "Bearer " + token);
        }
        socket.socket = builder.buildAsync(URI.create(url.replaceFirst("http", "ws") + "/api/ws/events/v1/"), socket)
                .join();
        return socket;
    }

    String token() {
        return token;
    }

    /** A WebSocket whose messages wait until they are asked for. */
    static final class Socket implements WebSocket.Listener {
        private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private WebSocket socket;

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                messages.add(json(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        JsonNode next() {
            try {
                JsonNode message = messages.poll(SOON.toSeconds(), TimeUnit.SECONDS);
                if (message == null) {
                    throw new IllegalStateException("No message came.");
                }
                return message;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        JsonNode command(String command) {
            socket.sendText(command, true).join();
            return next();
        }

        boolean isQuiet() {
            return messages.isEmpty();
        }
    }
}
