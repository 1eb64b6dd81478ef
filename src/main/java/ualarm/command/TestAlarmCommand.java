package ualarm.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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
        var body = new LinkedHashMap<String, String>();
        body.put("site", at.name());
        body.put("camera", guid.toString());
        HttpResponse<byte[]> answer =
                new RunningConnector(settings.console()).post("/api/test-alarm", JsonOutput.of(body));
        JsonNode said = Answers.tree(answer.body());
        String id = Text.clean(said.path("id").asText());
        if (answer.statusCode() / 100 == 2 && !id.isEmpty()) {
            print(json ? JsonOutput.of(Map.of("id", id)) : id);
            return Commands.FINE;
        }
        complain(why(answer.statusCode(), said));
        return Commands.FAIL;
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
