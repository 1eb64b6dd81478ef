package ualarm.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ualarm.routes.RouteFile;
import ualarm.routes.RouteFolder;
import ualarm.routes.RouteVersions;
import ualarm.site.Settings;

/** {@code routes}: which versions of the files have run, and how one comes back. */
@Command(
        name = "routes",
        description = {
            "Lists the versions of each file of routes that have run, the newest first.",
            "A connector that runs takes what is brought back within seconds."
        },
        footer = "Exit codes: 0 done, 1 it cannot be done, 2 the command line or the settings are not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class RoutesCommand extends Commands.WithSettings {

    @Option(names = "--json", description = "Prints an object: for each file an array of {\"version\",\"since\"}.")
    private boolean json;

    RoutesCommand(Program program, Path folder) {
        super(program, folder);
    }

    private RouteVersions versions() throws IOException {
        return new RouteVersions(settings().journal().directory());
    }

    @Override
    public Integer call() throws IOException {
        Map<String, List<RouteVersions.Version>> all = versions().all();
        if (json) {
            print(JsonOutput.of(all));
        } else if (all.isEmpty()) {
            print("No route has run here yet.");
        } else {
            all.forEach((file, versions) ->
                    versions.forEach(version -> print(file + "  " + version.version() + "  " + version.since())));
        }
        return Commands.FINE;
    }

    @Command(
            name = "rollback",
            description =
                    "Writes an older version of a file into the folder of routes, if it goes with the other files.",
            mixinStandardHelpOptions = true)
    int rollback(
            @Parameters(paramLabel = "FILE", description = "For example trigger-event.camel.yaml.") String file,
            @Parameters(
                            paramLabel = "VERSION",
                            arity = "0..1",
                            description = "Its number; without it, the one before the newest.")
                    Integer version)
            throws IOException {
        Settings settings = settings();
        var versions = new RouteVersions(settings.journal().directory());
        OptionalInt number = version == null ? versions.before(file) : OptionalInt.of(version);
        if (number.isEmpty() || versions.version(file, number.getAsInt()).isEmpty()) {
            complain("There is no such version of routes/" + file + ". The command routes lists those there are.");
            return Commands.FAIL;
        }
        RouteFile old = versions.version(file, number.getAsInt()).orElseThrow();
        var folder = new RouteFolder(settings.routes());
        if (!folder.isOwn()) {
            complain(
                    "The routes in the jar serve, so there is no file to write. Put the folder routes/ beside the jar first.");
            return Commands.FAIL;
        }
        var files = new LinkedHashMap<String, RouteFile>();
        folder.read().forEach(each -> files.put(each.name(), each));
        files.put(file, old);
        var faults = new ArrayList<>(program().check(settings).faults(List.copyOf(files.values())));
        faults.removeIf(fault -> !fault.file().equals(file));
        faults.forEach(fault -> complain(fault.toString()));
        if (!faults.isEmpty()) {
            return Commands.FAIL;
        }
        folder.write(old);
        print("routes/" + file + " is as version " + number.getAsInt() + " was.");
        return Commands.FINE;
    }

    @Command(
            name = "unpack",
            description =
                    "Writes the files of the jar into the folder of routes, to be edited; those that are there stay.",
            mixinStandardHelpOptions = true)
    int unpack() throws IOException {
        var folder = new RouteFolder(settings().routes());
        folder.unpack();
        print("The routes are in " + folder.path() + ".");
        return Commands.FINE;
    }
}
