package ualarm.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import ualarm.WornFile;
import ualarm.cluster.Book;

/** The same waiting alarms with another place of the journal damaged each time: what a disk does that gives back other bytes than it was given. */
final class Damage {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Stand stand;
    private final Path saved;
    private final Random random;

    /**
     * What a damage has done.
     *
     * @param hasStarted whether the connector took alarms afterwards
     * @param sum what became of the alarms
     * @param nameless dead letters of which not even an alarm's id can be read
     */
    record Outcome(boolean hasStarted, Book.Sum sum, int nameless) {}

    /** @param seed by which a run's places are chosen again */
    Damage(Stand stand, Path work, long seed) {
        this.stand = stand;
        this.saved = work.resolve("saved");
        this.random = new Random(seed);
    }

    /** Has alarms wait, and the connector killed. */
    void prepare(int alarms) throws IOException {
        stand.connector().start();
        stand.connector().awaitReady();
        stand.awaitCameras();
        stand.reachable(false);
        IntStream.range(0, alarms).forEach(i -> stand.sendOne());
        stand.connector().kill();
        Disk.copy(stand.data(), saved);
        stand.reachable(true);
    }

    /** Damages a place of a folder's files that is in use, starts the connector, and has it work off what is there. */
    Outcome damage(String folder, WornFile.Kind kind) throws IOException {
        Disk.delete(stand.data());
        Disk.copy(saved, stand.data());
        stand.book().again();
        WornFile.of(stand.data().resolve(folder), random).wear(kind, random);
        stand.connector().start();
        boolean hasStarted = stand.connector().isReady(Duration.ofSeconds(15));
        Book.Sum sum = hasStarted ? stand.settle(LONGEST) : stand.book().sum();
        int nameless = hasStarted ? nameless() : 0;
        stand.connector().kill();
        return new Outcome(hasStarted, sum, nameless);
    }

    /** @return how many alarms there were */
    int sent() {
        return stand.book().size();
    }

    private int nameless() {
        int count = 0;
        for (JsonNode letter : stand.console("/api/dead-letters")) {
            count += letter.path("alarmId").asText().isEmpty() ? 1 : 0;
        }
        return count;
    }
}
