package ualarm;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a connector is started as a process of its own that is made of the classes that are tested. As the start script has it, there is an
 * archive of its classes, without which half of a start is loading them; it is made once, by the first of the tests' processes.
 */
public final class ConnectorJvm {

    private static final Path FOLDER = Path.of("target", "connector").toAbsolutePath();
    private static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();
    private static final Path JAR = FOLDER.resolve("classes.jar");
    private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");
    private static final Path MADE_OF = FOLDER.resolve("classes.of");

    /** Java archives no classes that lie in folders. */
    private static final String CLASS_PATH = Stream.concat(
                    Stream.of(JAR.toString()),
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                            .filter(each -> each.endsWith(".jar")))
            .collect(Collectors.joining(File.pathSeparator));

    private static List<String> made;

    private ConnectorJvm() {}

    /**
     * @param folder where it is to run
     * @param options further ones of its JVM
     * @return the command without the connector's arguments
     */
    public static synchronized List<String> command(Path folder, List<String> options) {
        try {
            if (made == null) {
                make();
                made = List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
            }
            var command = java(Files.createDirectories(folder.resolve("tmp")));
            command.addAll(made);
            command.addAll(options);
            command.addAll(List.of("-cp", CLASS_PATH, "ualarm.Connector"));
            return command;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param temporary where it keeps what it needs for a while
     * @return Java and the options that it has in tests: each lives for some seconds, and to compile its code well costs more than it gains
     */
    public static List<String> java(Path temporary) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary));
    }

    private static void make() throws IOException {
        Files.createDirectories(FOLDER);
        try (var lock = FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            String of = newest() + " " + CLASS_PATH;
            if (Files.exists(MADE_OF) && Files.readString(MADE_OF).equals(of)) {
                return;
            }
            Files.deleteIfExists(MADE_OF);
            ToolProvider.findFirst("jar")
                    .orElseThrow()
                    .run(System.out, System.err, "cf", JAR.toString(), "-C", CLASSES.toString(), ".");
            Path work = Files.createDirectories(FOLDER.resolve("work"));
            var command = java(work);
            command.addAll(
                    List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE, "-cp", CLASS_PATH, "ualarm.Connector", "train"));
            Process training = new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(FOLDER.resolve("train.log").toFile())
                    .start();
            if (!training.waitFor(2, TimeUnit.MINUTES) || training.exitValue() != 0) {
                throw new IllegalStateException("There is no archive of classes: " + FOLDER.resolve("train.log"));
            }
            Files.writeString(MADE_OF, of);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long newest() throws IOException {
        try (Stream<Path> classes = Files.walk(CLASSES)) {
            return classes.mapToLong(file -> file.toFile().lastModified()).max().orElseThrow();
        }
    }
}
