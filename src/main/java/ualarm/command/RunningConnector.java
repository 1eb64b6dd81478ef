package ualarm.command;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import ualarm.site.PasswordHash;
import ualarm.site.Settings;

/**
 * The connector that runs with the same settings, asked by its console's API to do something.
 *
 * @param console where its console is, and its password
 */
public record RunningConnector(Settings.Console console) {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    /**
     * @param path where the API does it
     * @param json what it needs to know
     * @return the answer
     * @throws IOException when none runs, or it does not answer
     */
    public HttpResponse<byte[]> post(String path, String json) throws IOException {
        try {
            var request = HttpRequest.newBuilder(new URI(
                            "http", null, LocalCheck.reachable(console.host()), console.port(), path, null, null))
                    .timeout(ANSWER)
                    .header("Content-Type", "application/json")
                    .header("X-Requested-With", "console")
                    .POST(HttpRequest.BodyPublishers.ofString(json));
            if (PasswordHash.isOne(console.password())) {
                throw new IOException(
                        "Only the hash of console.password is set, so this command cannot log in. Give it the password"
                                + " in the environment: CONSOLE_PASSWORD=….");
            }
            if (!console.password().isEmpty()) {
                byte[] login = ("console:" + console.password().reveal()).getBytes(StandardCharsets.UTF_8);
                request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
            }
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build()
                    .send(request.build(), BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw new IOException(
                    "No connector runs at " + console.host() + ":" + console.port()
                            + ". Start it, or correct console.host and console.port.",
                    e);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("console.host is no host name. Write 127.0.0.1.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The command was ended.", e);
        }
    }
}
