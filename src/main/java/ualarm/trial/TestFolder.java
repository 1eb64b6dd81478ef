package ualarm.trial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Where the tests are: in {@code tests/} of the integrator's folder of routes or, where there is none, in the jar. */
final class TestFolder {

    private static final String ENDING = ".test.yaml";
    private static final String JAR = "/routes/";

    /** The tests in the jar. */
    static final List<String> PACKED = List.of(
            "alarm-definition.test.yaml",
            "alarm.test.yaml",
            "alias.test.yaml",
            "duplicate.test.yaml",
            "end-of-event.test.yaml",
            "essential.test.yaml",
            "expired-token.test.yaml",
            "heartbeat.test.yaml",
            "message-file.test.yaml",
            "no-camera.test.yaml",
            "not-json.test.yaml",
            "recipe-axis.test.yaml",
            "recipe-bookmark.test.yaml",
            "recipe-close-alarm.test.yaml",
            "recipe-event-by-type.test.yaml",
            "recipe-evidence-lock.test.yaml",
            "recipe-filter.test.yaml",
            "recipe-frigate.test.yaml",
            "recipe-hikvision.test.yaml",
            "recipe-mqtt.test.yaml",
            "recipe-night-mail.test.yaml",
            "recipe-output.test.yaml",
            "recipe-ptz-preset.test.yaml",
            "recipe-quiet-hours.test.yaml",
            "recipe-webhook.test.yaml",
            "refused-event.test.yaml",
            "several-cameras.test.yaml",
            "u-alarm.test.yaml",
            "unknown-camera.test.yaml",
            "xprotect-2020.test.yaml",
            "xprotect-2022.test.yaml",
            "xprotect-busy.test.yaml",
            "xprotect-down.test.yaml");

    private final Path routes;

    /** @param routes the integrator's folder of routes, which need not exist */
    TestFolder(Path routes) {
        this.routes = routes;
    }

    /**
     * @return all tests, by name
     * @throws IOException when one cannot be read
     */
    List<TestSource> all() throws IOException {
        Path own = routes.resolve("tests");
        if (!Files.isDirectory(own)) {
            return PACKED.stream().map(this::packed).toList();
        }
        try (Stream<Path> files = Files.list(own)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException(own + " has no files *" + ENDING
                        + ". Write one, or take the folder away: then those in the jar run.");
            }
            return found.stream().map(this::file).toList();
        }
    }

    private TestSource packed(String name) {
        return new TestSource(
                "routes/tests/" + name,
                new String(resource(JAR + "tests/" + name).orElseThrow(), StandardCharsets.UTF_8),
                path -> resource(JAR + "tests/" + path),
                routes());
    }

    /**
     * @param file a test
     * @return it
     * @throws IllegalArgumentException when there is no such file
     */
    TestSource file(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "There is no file " + file + ". Name test files, such as routes/tests/alarm" + ENDING + ".");
        }
        return new TestSource(
                file.toString().replace('\\', '/'),
                new String(bytes(file).orElseThrow(), StandardCharsets.UTF_8),
                path -> bytes(file.resolveSibling(path)),
                routes());
    }

    private Function<String, Optional<byte[]>> routes() {
        return path -> bytes(routes.resolve(path)).or(() -> resource(JAR + path));
    }

    private static Optional<byte[]> bytes(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<byte[]> resource(String name) {
        try (InputStream in = TestFolder.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
