package ualarm.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Apache's distribution of Artemis, as an installer unpacks it. Maven fetches it once; without it the tests of the cluster are skipped. */
final class Artemis {

    private static final String VERSION = "2.40.0";
    private static final String NAME = "apache-artemis-" + VERSION;

    private Artemis() {}

    /** @return the folder that it is unpacked in; nothing when it cannot be had, which is said aloud */
    static synchronized Optional<Path> home() {
        Path home = Path.of("target", NAME).toAbsolutePath();
        try {
            if (!Files.exists(home.resolve("lib/artemis-boot.jar"))) {
                Path zip = zip();
                if (!Files.exists(zip) && !fetch(zip)) {
                    System.out.println(
                            "SKIPPED: " + NAME + " cannot be had, so nothing is tried on an external Artemis.");
                    return Optional.empty();
                }
                unpack(zip, home.getParent());
            }
            return Optional.of(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path zip() {
        String repository = System.getProperty(
                "maven.repository",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString());
        return Path.of(repository, "org/apache/activemq/apache-artemis", VERSION, NAME + "-bin.zip");
    }

    private static boolean fetch(Path zip) throws IOException {
        String maven = System.getProperty("maven.home", "");
        var fetching = new ProcessBuilder(
                        maven.isEmpty() ? "mvn" : Path.of(maven, "bin", "mvn").toString(),
                        "-B",
                        "-q",
                        "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:get",
                        "-Dartifact=org.apache.activemq:apache-artemis:" + VERSION + ":zip:bin",
                        "-Dtransitive=false")
                .inheritIO()
                .start();
        try {
            return fetching.waitFor(3, TimeUnit.MINUTES) && Files.exists(zip);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            fetching.destroy();
        }
    }

    private static void unpack(Path zip, Path folder) throws IOException {
        try (var files = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry each = files.getNextEntry(); each != null; each = files.getNextEntry()) {
                Path to = folder.resolve(each.getName()).normalize();
                // Its console, its examples, its scripts for Windows: none of it is run.
                if (!each.isDirectory() && to.startsWith(folder.resolve(NAME + "/lib"))) {
                    Files.createDirectories(to.getParent());
                    Files.copy(files, to);
                }
            }
        }
    }
}
