package ualarm.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import ualarm.routes.RouteCheck;
import ualarm.routes.RouteFolder;
import ualarm.site.Settings;
import ualarm.site.Site;
import ualarm.trial.Starter;

/**
 * What the commands need of the connector itself.
 *
 * @param run runs it until it is told to stop, and says the exit code
 * @param settings reads the settings
 * @param properties what the connector tells Camel, and {@code {{…}}} in a route stands for
 * @param starter starts connectors for the tests of routes
 */
public record Program(
        IntSupplier run, Loader settings, Function<Settings, Map<String, String>> properties, Starter starter) {

    /** @return says what is wrong with files of routes that are to run with these settings */
    RouteCheck check(Settings settings) {
        List<String> sites = settings.sites().all().stream().map(Site::name).toList();
        return new RouteCheck(
                new OfflineRooms(Optional.of(properties.apply(settings)), sites),
                sites,
                new RouteFolder(settings.routes()));
    }

    /** Reads the settings of a folder. */
    public interface Loader {

        /**
         * @param folder where {@code application.properties} may lie
         * @return the checked settings
         * @throws IOException when the file cannot be read
         * @throws ualarm.site.SettingsException when they are not right
         */
        Settings load(Path folder) throws IOException;
    }
}
