package ualarm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How a connector is started as a process of its own: {@code -Dconnector.jar} is the packaged one; else it is made of the classes that are
 * tested. As the start script has it, there is an archive of its classes, without which half of a start is loading them; it is made once, by
 * the first of the tests' processes.
 */
public final class ConnectorJvm {

    private static final Path FOLDER = Path.of("target", "connector").toAbsolutePath();
    private static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();
    private static final Path THIN = FOLDER.resolve("connector.jar");
    private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");
    private static final Path MADE_OF = FOLDER.resolve("classes.of");
    private static final String PACKED = System.getProperty("connector.jar", "");
    private static final Path JAR = PACKED.isEmpty() ? THIN : Path.of(PACKED).toAbsolutePath();

    private static boolean isMade;

    private ConnectorJvm() {}

    /**
     * @param folder where it is to run
     * @param options further ones of its JVM
     * @return the command without the connector's arguments
     */
    public static synchronized List<String> command(Path folder, List<String> options) {
        try {
            if (!isMade) {
                make();
                isMade = true;
            }
            var all = new ArrayList<>(
                    List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
            all.addAll(options);
            return java(folder, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each lives for some seconds: to compile its code well costs more than it gains. */
    private static List<String> java(Path folder, List<String> options) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp"))));
        command.addAll(options);
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }

    private static void make() throws IOException {
        Path work = Files.createDirectories(FOLDER.resolve("work"));
        try (var lock = FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            String of =
                    newest(JAR.equals(THIN) ? CLASSES : JAR) + " " + JAR + " " + System.getProperty("java.class.path");
            if (Files.exists(MADE_OF) && Files.readString(MADE_OF).equals(of)) {
                return;
            }
            Files.deleteIfExists(MADE_OF);
            if (JAR.equals(THIN)) {
                // Java archives no classes of those whose place is told as an address.
                ThinJar.write(
                        JAR, Map.of(), library -> FOLDER.relativize(library).toString());
            }
            List<String> command = java(work, List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE));
            command.add("train");
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

    private static long newest(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            return files.mapToLong(file -> file.toFile().lastModified()).max().orElseThrow();
        }
    }
}
