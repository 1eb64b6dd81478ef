package ualarm.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * {@code mvn -Pfuzz verify}: has Jazzer look for inputs that a parser stumbles over, ten minutes each. {@code -Dfuzz.seconds=60} looks
 * shorter, {@code -Dfuzz.only=AlarmFuzz} at one. What is found is printed and kept in {@code target/fuzz}; what leads further into the code
 * is added to the corpus in {@code src/test/resources/fuzz} by {@code -Dfuzz.keep=true}.
 */
public final class Fuzz {

    private static final String SECONDS = System.getProperty("fuzz.seconds", "600");

    private Fuzz() {}

    /** @param args none */
    public static void main(String[] args) throws IOException, InterruptedException {
        String only = System.getProperty("fuzz.only", "");
        boolean isFine = true;
        for (Target target : Target.all()) {
            if (only.isEmpty() || only.equals(target.toString())) {
                isFine &= run(target);
            }
        }
        if (!isFine) {
            throw new IllegalStateException("Inputs were found that are not taken; they lie in target/fuzz.");
        }
    }

    /** @return a new folder for what a parser reads from files */
    public static Path emptyFolder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "fuzz-folders")), "fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean run(Target target) throws IOException, InterruptedException {
        Path found = Files.createDirectories(Path.of("target", "fuzz", target.toString()))
                .toAbsolutePath();
        System.out.println("Fuzzing " + target + " for " + SECONDS + " s");
        boolean isFine = jazzer(
                target,
                "-max_total_time=" + SECONDS,
                "-max_len=4096",
                // What takes as long is a hang, what takes as much is a bomb.
                "-timeout=20",
                "-rss_limit_mb=3000",
                "-artifact_prefix=" + found + "/",
                Files.createDirectories(found.resolve("corpus")).toString(),
                target.folder().toString());
        if (Boolean.getBoolean("fuzz.keep")) {
            jazzer(
                    target,
                    "-merge=1",
                    "-max_len=1024",
                    target.folder().toString(),
                    found.resolve("corpus").toString());
        }
        return isFine;
    }

    private static boolean jazzer(Target target, String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx1g",
                                "-XX:+EnableDynamicAgentLoading",
                                "-Dlogback.configurationFile=fuzz/logback.xml",
                                "-cp",
                                System.getProperty("fuzz.path", System.getProperty("java.class.path")),
                                "com.code_intelligence.jazzer.Jazzer",
                                "--target_class=" + target.type().getName(),
                                "--instrumentation_includes=ualarm.**:com.fasterxml.jackson.**",
                                "--reproducer_path=target/fuzz",
                                "--keep_going=1"),
                        Stream.of(arguments))
                .toList();
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
