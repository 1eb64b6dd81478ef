package ualarm.routes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ualarm.alarm.WholeFile;

/**
 * Where the routes are: in the integrator's folder or, where there is none, in the jar. Building blocks lie in {@code kamelets/} of
 * the folder; those in the jar serve beside them. Nothing else that lies in the folder is read.
 */
public final class RouteFolder {

    private static final String KAMELETS = "kamelets";
    private static final Pattern YAML = Pattern.compile(".*\\.ya?ml", Pattern.CASE_INSENSITIVE);

    /** The files in the jar, which serve when there is no folder; the building blocks also when there is one. */
    private static final List<String> PACKED = List.of(
            "attach-snapshot.camel.yaml",
            "call-xprotect.camel.yaml",
            "confirm-event.camel.yaml",
            "faults.camel.yaml",
            "fetch-picture.camel.yaml",
            "match-camera.camel.yaml",
            "raise-alarm.camel.yaml",
            "read-site.camel.yaml",
            "receive-alarm.camel.yaml",
            "receive-webhook.camel.yaml",
            "refresh-mail-token.camel.yaml",
            "refresh-site.camel.yaml",
            "refresh-token.camel.yaml",
            "send-mail.camel.yaml",
            "set-up-site.camel.yaml",
            "store-alarm.camel.yaml",
            "supervise.camel.yaml",
            "trigger-event.camel.yaml",
            KAMELETS + "/alarm-action.kamelet.yaml",
            KAMELETS + "/alarm-store-action.kamelet.yaml",
            KAMELETS + "/xprotect-call-action.kamelet.yaml");

    private final Path own;

    /** @param own the integrator's folder, which need not exist */
    public RouteFolder(Path own) {
        this.own = own;
    }

    /** @return the integrator's folder, which need not exist */
    public Path path() {
        return own;
    }

    /** @return whether the integrator's folder serves */
    public boolean isOwn() {
        return Files.isDirectory(own);
    }

    /**
     * @return the files that serve, by name
     * @throws IOException when one cannot be read
     */
    public List<RouteFile> read() throws IOException {
        if (!isOwn()) {
            return packed();
        }
        var files = new ArrayList<RouteFile>();
        for (String name : names(own, RouteFile.ROUTES)) {
            files.add(new RouteFile(name, text(own.resolve(name))));
        }
        var blocks = new TreeMap<String, RouteFile>();
        packed().stream().filter(RouteFile::isKamelet).forEach(packed -> blocks.put(packed.name(), packed));
        for (String name : names(own.resolve(KAMELETS), RouteFile.KAMELET)) {
            var block = new RouteFile(
                    KAMELETS + "/" + name, text(own.resolve(KAMELETS).resolve(name)));
            blocks.put(block.name(), block);
        }
        files.addAll(blocks.values());
        return files;
    }

    /**
     * Writes a file into the integrator's folder: wholly, or not at all.
     *
     * @throws IOException when it cannot be written
     */
    public void write(RouteFile file) throws IOException {
        Path path = own.resolve(file.name());
        Files.createDirectories(path.getParent());
        WholeFile.write(path, file.text());
    }

    /**
     * Writes the files of the jar into the integrator's folder, where they can be edited; those that are there stay.
     *
     * @throws IOException when one cannot be written
     */
    public void unpack() throws IOException {
        for (RouteFile file : packed()) {
            if (!Files.exists(own.resolve(file.name()))) {
                write(file);
            }
        }
    }

    /** @return every file of the folder whose edit may matter; none when those in the jar serve */
    List<Path> paths() throws IOException {
        var paths = new ArrayList<Path>();
        for (Path in : List.of(own, own.resolve(KAMELETS))) {
            names(in, "").stream().filter(RouteFolder::isYaml).forEach(name -> paths.add(in.resolve(name)));
        }
        return paths;
    }

    /** @return where Camel says that a file lies, for its own words about it */
    String location(RouteFile file) {
        return isOwn() && !(file.isKamelet() && !Files.exists(own.resolve(file.name())))
                ? "file:" + own.resolve(file.name()).toAbsolutePath()
                : "classpath:routes/" + file.name();
    }

    /** @return the files in the jar, by name */
    public List<RouteFile> packed() {
        return PACKED.stream().map(name -> new RouteFile(name, packed(name))).toList();
    }

    private static String packed(String name) {
        try (InputStream in = RouteFolder.class.getResourceAsStream("/routes/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @return a fault for each file that looks like routes and is not read, because its name does not end as it should
     * @throws IOException when the folder cannot be read
     */
    public List<RouteFault> misnamed() throws IOException {
        var faults = new ArrayList<RouteFault>();
        for (String name : names(own, "")) {
            if (isYaml(name) && !name.endsWith(RouteFile.ROUTES)) {
                faults.add(new RouteFault(
                        name,
                        1,
                        "it is not read, because its name does not end in " + RouteFile.ROUTES,
                        "Rename it to " + name.replaceFirst("(?i)(\\.camel)?\\.ya?ml$", "") + RouteFile.ROUTES + "."));
            }
        }
        return faults;
    }

    private static boolean isYaml(String name) {
        return YAML.matcher(name).matches();
    }

    private static List<String> names(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
