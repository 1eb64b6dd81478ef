package ualarm.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** The YAML routes, read as Camel reads them at the start, by a Camel that is never started. */
final class RouteFiles {

    private static final String ENDING = ".camel.yaml";

    private final Path own;
    private final List<String> packed;

    /**
     * @param own the folder with the integrator's routes, which need not exist
     * @param packed names of the routes in the jar, which serve when it does not
     */
    RouteFiles(Path own, List<String> packed) {
        this.own = own;
        this.packed = packed;
    }

    /**
     * Reads all routes.
     *
     * @return what is wrong, a line a file with the place in it
     * @throws IOException when the folder cannot be read
     */
    List<String> faults() throws IOException {
        var faults = new ArrayList<String>();
        List<String> places = places();
        if (places.isEmpty()) {
            faults.add(own + " has no files *" + ENDING
                    + ". Put the routes there, or take the folder away: then those in the jar serve.");
        }
        try (var camel = new DefaultCamelContext()) {
            camel.build();
            var loader = PluginHelper.getRoutesLoader(camel);
            for (String place : places) {
                try {
                    loader.loadRoutes(ResourceHelper.resolveMandatoryResource(camel, place));
                } catch (Exception e) {
                    String words = words(e);
                    faults.add((words.contains(place) ? "" : place.replaceFirst("^(file|classpath):", "") + ": ")
                            + words + ". Correct that line; the routes packed in the jar show how it is written.");
                }
            }
        }
        return faults;
    }

    /**
     * Has a Camel read all routes. At once: how faults are handled holds only for routes that are read with it.
     *
     * @param camel not started yet
     * @throws Exception when a file cannot be read, saying where
     */
    void load(CamelContext camel) throws Exception {
        var files = new ArrayList<Resource>();
        for (String place : places()) {
            files.add(ResourceHelper.resolveMandatoryResource(camel, place));
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(files);
    }

    private List<String> places() throws IOException {
        if (!Files.isDirectory(own)) {
            return packed.stream()
                    .map(name -> "classpath:routes/" + name + ENDING)
                    .toList();
        }
        try (Stream<Path> files = Files.list(own)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .map(file -> "file:" + file.toAbsolutePath())
                    .toList();
        }
    }

    static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** A YAML fault shows the line with a mark under the place, which makes no sense in one line. */
    static String words(Throwable failure) {
        return Findings.words(root(failure)).replaceAll("[ ^]+$", "").replace(" ^ ", " ");
    }
}
