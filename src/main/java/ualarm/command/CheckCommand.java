package ualarm.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code check}: whether alarms would arrive, and what to do where they would not. */
@Command(
        name = "check",
        description = {
            "Asks every XProtect, the mail relay and this machine whether alarms would arrive.",
            "A line each: ok, warning or fail, and what to do about it. No mail is sent, and no event triggered without --event."
        },
        footer = "Exit codes: 0 nothing fails, 1 something does, 2 the command line or the settings are not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class CheckCommand extends Commands.WithSettings {

    @Option(names = "--site", paramLabel = "NAME", description = "Checks this site only.")
    private String site;

    @Option(
            names = "--event",
            paramLabel = "GUID",
            description = "Triggers the analytics event at this camera, once, and looks whether XProtect shows it."
                    + " Operators see an alarm.")
    private UUID camera;

    @Option(names = "--json", description = "Prints an array of {\"level\",\"site\",\"what\",\"message\"}.")
    private boolean json;

    CheckCommand(Program program, Path folder) {
        super(program, folder);
    }

    @Override
    public Integer call() throws IOException {
        List<Finding> found = new Check(settings()).run(Optional.ofNullable(site), Optional.ofNullable(camera));
        if (json) {
            print(JsonOutput.of(found));
        } else {
            found.forEach(finding -> print(finding.toString()));
        }
        return found.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL)
                ? Commands.FAIL
                : Commands.FINE;
    }
}
