package ualarm.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ualarm.alarm.CameraName;
import ualarm.alarm.Text;
import ualarm.milestone.Answers;
import ualarm.site.Settings;
import ualarm.site.Site;

/** {@code test-alarm}: has the running connector send an alarm the whole way, by the API of its console (design.md 2.5). */
@Command(
        name = "test-alarm",
        description =
                "Has the running connector raise a real alarm named \"Test alarm\" on a camera, and prints the alarm's id.",
        footer = "Exit codes: 0 the alarm was raised, 1 it was not, 2 the command line or the settings are not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class TestAlarmCommand extends Commands.WithSettings {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    @Option(names = "--site", required = true, paramLabel = "NAME", description = "The camera's site.")
    private String site;

    @Option(
            names = "--camera",
            required = true,
            paramLabel = "GUID",
            description = "The camera's GUID; the command cameras lists them.")
    private String camera;

    @Option(names = "--json", description = "Prints {\"id\"}.")
    private boolean json;

    TestAlarmCommand(Program program, Path folder) {
        super(program, folder);
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = settings();
        Site at = settings.sites().site(site);
        UUID guid = CameraName.guid(CameraName.clean(camera))
                .orElseThrow(() -> new IllegalArgumentException(
                        "--camera is no GUID. The command cameras lists the cameras with theirs."));
        HttpResponse<byte[]> answer = post(settings.console(), at, guid);
        JsonNode said = Answers.tree(answer.body());
        String id = Text.clean(said.path("id").asText());
        if (answer.statusCode() / 100 == 2 && !id.isEmpty()) {
            print(json ? JsonOutput.of(Map.of("id", id)) : id);
            return Commands.FINE;
        }
        complain(why(answer.statusCode(), said));
        return Commands.FAIL;
    }

    private HttpResponse<byte[]> post(Settings.Console console, Site at, UUID guid) throws IOException {
        var body = new LinkedHashMap<String, String>();
        body.put("site", at.name());
        body.put("camera", guid.toString());
        try {
            var request = HttpRequest.newBuilder(new URI(
                            "http",
                            null,
                            LocalCheck.reachable(console.host()),
                            console.port(),
                            "/api/test-alarm",
                            null,
                            null))
                    .timeout(ANSWER)
                    .header("Content-Type", "application/json")
                    .header("X-Requested-With", "console")
                    .POST(HttpRequest.BodyPublishers.ofString(JsonOutput.of(body)));
            if (!console.password().isEmpty()) {
                request.header(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(
                                                ("console:" + console.password().reveal())
                                                        .getBytes(StandardCharsets.UTF_8)));
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
            throw new IOException("The test alarm was ended.", e);
        }
    }

    private static String why(int status, JsonNode said) {
        String message = Text.clean(said.path("error").path("message").asText());
        String remedy = switch (status) {
            case 401 -> "Its password is another one: give this command the same console.password.";
            case 404 -> "This is no connector, or an older one: correct console.host and console.port.";
            default -> "";
        };
        return ("The test alarm was not raised: the connector answered " + status + ". "
                        + (message.isEmpty() ? remedy : message))
                .strip();
    }
}
