package ualarm.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ualarm.routes.Libraries;
import ualarm.routes.RouteCheck;
import ualarm.routes.RouteFault;
import ualarm.routes.RouteFile;
import ualarm.routes.RouteFolder;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.Site;

/** {@code validate}: settings and routes, without asking anybody. */
@Command(
        name = "validate",
        description = "Checks settings and routes without connecting to anything.",
        footer = "Exit codes: 0 all is right, 1 something is not, 2 the command line is not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class ValidateCommand extends Commands.WithSettings {

    @Option(
            names = "--json",
            description = "Prints an array of {\"what\",\"message\"}, of routes also \"file\" and \"line\", empty when"
                    + " all is right.")
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
        Libraries.besideTheJar()
                .faults(new DefaultCamelContext().getVersion())
                .forEach(fault -> faults.add(new Fault("lib", fault)));
        routes(settings).forEach(fault -> faults.add(new Fault(fault)));
        if (json) {
            print(JsonOutput.of(faults));
        } else if (faults.isEmpty()) {
            print("Settings and routes are right.");
        } else {
            faults.forEach(fault -> print(fault.toString()));
        }
        return faults.isEmpty() ? Commands.FINE : Commands.FAIL;
    }

    private List<RouteFault> routes(Optional<Settings> settings) throws IOException {
        // Settings that are not right may still say where the routes are, but nobody can know.
        var folder = new RouteFolder(settings.map(Settings::routes).orElse(folder().resolve("routes")));
        List<RouteFile> files = folder.read();
        var faults = new ArrayList<>(folder.misnamed());
        if (files.stream().allMatch(RouteFile::isKamelet)) {
            faults.add(new RouteFault(
                    "",
                    0,
                    "no file in " + folder.path() + " is called *" + RouteFile.ROUTES,
                    "Put the routes there, or take the folder away: then those in the jar serve."));
            return faults;
        }
        List<String> sites = settings.map(
                        known -> known.sites().all().stream().map(Site::name).toList())
                .orElse(List.of());
        var rooms = new OfflineRooms(settings.map(program().properties()), sites);
        faults.addAll(new RouteCheck(rooms, sites, folder).faults(files));
        return faults;
    }

    private record Fault(
            String what,
            String message,
            @JsonInclude(JsonInclude.Include.NON_NULL) String file,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int line) {

        Fault(String what, String message) {
            this(what, message, null, 0);
        }

        Fault(RouteFault fault) {
            this("routes", fault.message(), fault.file(), fault.line());
        }

        @Override
        public String toString() {
            return file == null
                    ? what + ": " + message
                    : "routes/" + file + (line > 0 ? ":" + line : "") + ": " + message;
        }
    }
}
