package ualarm.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A library in C that is loaded before all others (LD_PRELOAD) into a process, and stands between it and the system. */
final class Layer {

    private static final Path SOURCES = Path.of("src", "test", "c");

    private Layer() {}

    /** @return one as {@link #of} compiles it; where that cannot be done, the test that asks is skipped */
    static Path orSkip(String name) {
        Optional<Path> layer = of(name);
        Assumptions.assumeTrue(layer.isPresent(), "No layer " + name + ".c.");
        return layer.get();
    }

    /**
     * Compiles one; says so when that cannot be done here.
     *
     * @param name its source's, without {@code .c}
     * @return the library; nothing where there is no gcc or no Linux
     * @throws IllegalStateException when it does not compile
     */
    static Optional<Path> of(String name) {
        if (!System.getProperty("os.name").equals("Linux")) {
            System.out.println("SKIPPED: " + name + ".c is for Linux.");
            return Optional.empty();
        }
        try {
            Path library = Files.createDirectories(Path.of("target", "proof")).resolve(name + ".so");
            Path next = Files.createTempFile(library.getParent(), name, ".so");
            Process gcc = new ProcessBuilder(
                            "gcc",
                            "-O2",
                            "-Wall",
                            "-Wextra",
                            "-Werror",
                            "-shared",
                            "-fPIC",
                            "-pthread",
                            "-o",
                            next.toString(),
                            SOURCES.resolve(name + ".c").toString(),
                            "-ldl")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(gcc.getInputStream().readAllBytes());
            if (!gcc.waitFor(1, TimeUnit.MINUTES) || gcc.exitValue() != 0) {
                throw new IllegalStateException(name + ".c does not compile: " + said);
            }
            // Tests run beside one another: each finds a whole one.
            Files.move(next, library, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            return Optional.of(library.toAbsolutePath());
        } catch (IOException e) {
            System.out.println("SKIPPED: there is no gcc (" + e.getMessage() + "). Install gcc and libc6-dev.");
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
