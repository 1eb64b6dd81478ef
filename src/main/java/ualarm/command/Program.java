package ualarm.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import ualarm.site.Settings;
import ualarm.trial.Starter;

/**
 * What the commands need of the connector itself.
 *
 * @param run runs it until it is told to stop, and says the exit code
 * @param settings reads the settings
 * @param routes names of the routes packed in the jar, each {@code routes/<name>.camel.yaml}
 * @param starter starts connectors for the tests of routes
 */
public record Program(IntSupplier run, Loader settings, List<String> routes, Starter starter) {

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
