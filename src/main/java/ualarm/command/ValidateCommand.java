package ualarm.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ualarm.site.Settings;
import ualarm.site.SettingsException;

/** {@code validate}: settings and routes, without asking anybody. */
@Command(
        name = "validate",
        description = "Checks settings and routes without connecting to anything.",
        footer = "Exit codes: 0 all is right, 1 something is not, 2 the command line is not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class ValidateCommand extends Commands.WithSettings {

    @Option(names = "--json", description = "Prints an array of {\"what\",\"message\"}, empty when all is right.")
    private boolean json;

    ValidateCommand(Program program, Path folder) {
        super(program, folder);
    }

    @Override
    public Integer call() throws IOException {
        var faults = new ArrayList<Fault>();
        Optional<Settings> settings = Optional.empty();
        try {
            settings = Optional.of(settings());
        } catch (SettingsException e) {
            e.faults().forEach(fault -> faults.add(new Fault("settings", fault)));
        }
        // Settings that are not right may still say where the routes are, but nobody can know.
        Path own = settings.map(Settings::routes).orElse(folder().resolve("routes"));
        List<String> broken = new RouteFiles(own, program().routes()).faults();
        broken.forEach(fault -> faults.add(new Fault("routes", fault)));
        if (json) {
            print(JsonOutput.of(faults));
        } else if (faults.isEmpty()) {
            print("Settings and routes are right.");
        } else {
            faults.forEach(fault -> print(fault.toString()));
        }
        return faults.isEmpty() ? Commands.FINE : Commands.FAIL;
    }

    private record Fault(String what, String message) {
        @Override
        public String toString() {
            return what + ": " + message;
        }
    }
}
