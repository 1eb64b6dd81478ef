package ualarm.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import ualarm.history.HistoryFuzz;
import ualarm.intake.AlarmFuzz;
import ualarm.intake.XmlFuzz;
import ualarm.milestone.AnswerFuzz;
import ualarm.site.SettingsFuzz;

/**
 * Something that reads what others wrote.
 *
 * @param type has {@code fuzzerTestOneInput}
 * @param input takes one input; whatever it throws is a fault
 */
record Target(Class<?> type, Input input) {

    /** What all of these take, in a folder of its own for each. */
    private static final Path CORPUS = Path.of("src", "test", "resources", "fuzz");

    /** Takes one input. */
    interface Input {
        void take(byte[] data) throws Exception;
    }

    static List<Target> all() {
        return List.of(
                new Target(AlarmFuzz.class, AlarmFuzz::fuzzerTestOneInput),
                new Target(XmlFuzz.class, XmlFuzz::fuzzerTestOneInput),
                new Target(AnswerFuzz.class, AnswerFuzz::fuzzerTestOneInput),
                new Target(SettingsFuzz.class, SettingsFuzz::fuzzerTestOneInput),
                new Target(HistoryFuzz.class, HistoryFuzz::fuzzerTestOneInput));
    }

    Path folder() {
        return CORPUS.resolve(type.getSimpleName());
    }

    /** @return the inputs that are kept of it, by name */
    List<byte[]> corpus() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.sorted().map(Target::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
