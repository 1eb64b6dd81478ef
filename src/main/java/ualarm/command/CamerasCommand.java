package ualarm.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ualarm.alarm.Undelivered.Later;
import ualarm.milestone.Camera;
import ualarm.milestone.CameraPages;
import ualarm.site.Settings;
import ualarm.site.Site;

/** {@code cameras}: the GUIDs that U-Alarm needs. */
@Command(
        name = "cameras",
        description = "Lists site, GUID and name of every camera that the sites' users may see.",
        footer =
                "Exit codes: 0 all sites are listed, 1 one cannot be, 2 the command line or the settings are not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class CamerasCommand extends Commands.WithSettings {

    @Option(names = "--json", description = "Prints an array of {\"site\",\"id\",\"name\"}.")
    private boolean json;

    CamerasCommand(Program program, Path folder) {
        super(program, folder);
    }

    @Override
    public Integer call() throws IOException {
        var cameras = new ArrayList<Camera>();
        int code = Commands.FINE;
        Settings settings = settings();
        try (var xprotect = new XProtectRoutes(settings)) {
            for (Site site : settings.sites().all()) {
                try {
                    cameras.addAll(list(xprotect, site));
                } catch (IOException | Later e) {
                    complain(site + ": " + e.getMessage() + " (the command check tells more)");
                    code = Commands.FAIL;
                }
            }
        }
        if (json) {
            print(JsonOutput.of(cameras));
        } else {
            cameras.forEach(camera -> print(camera.site() + "  " + camera.id() + "  " + camera.name()));
        }
        return code;
    }

    private static List<Camera> list(XProtectRoutes xprotect, Site site) throws IOException {
        if (!xprotect.ask("find-site", site).get("hasGateway", Boolean.class).orElse(false)) {
            throw new IOException(
                    "this XProtect has no API Gateway, so its cameras cannot be listed. In Management Client,"
                            + " Ctrl and a click on a camera show its GUID.");
        }
        return xprotect.ask("read-cameras", site)
                .get("cameras", CameraPages.class)
                .map(CameraPages::cameras)
                .orElse(List.of());
    }
}
