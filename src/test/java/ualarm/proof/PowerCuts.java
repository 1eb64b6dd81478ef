package ualarm.proof;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import ualarm.cluster.Book;
import ualarm.cluster.Sending;
import ualarm.journal.SavedJournal;

/** Cuts the power of a connector at random moments under a stream of alarms. */
final class PowerCuts {

    /** What is left of what was not synced, from cut to cut. */
    private static final List<Disk.Left> KINDS =
            List.of(Disk.Left.NOTHING, Disk.Left.SOME, Disk.Left.DATA, Disk.Left.NAMES);

    private final Stand stand;
    private final Disk disk;
    private final Random random;
    private final Lives lives;
    /** What waits is soon more than there is memory for it. */
    private static final int PICTURE = 4_000;

    private final Map<Disk.Left, Integer> cuts = new EnumMap<>(Disk.Left.class);
    private long uncertain;
    private int paged;

    /** @param seed by which a run's cuts are chosen again; its processes run as they will */
    PowerCuts(Stand stand, Path work, Path layer, long seed) {
        this.stand = stand;
        this.disk = new Disk(stand.data(), work);
        this.random = new Random(seed);
        this.lives = new Lives(stand.connector(), random);
        stand.connector().environment(disk.environment(layer));
    }

    /** Has so many alarms more wait, and cuts it. */
    void fill(int count) throws IOException {
        int all = stand.book().sum().accepted() + count;
        disk.begin();
        stand.connector().start();
        stand.connector().awaitReady();
        stand.awaitCameras();
        stand.reachable(false);
        try (Sending sending = stand.send(3_000, PICTURE)) {
            await().atMost(Duration.ofMinutes(2)).until(() -> stand.book().sum().accepted() >= all);
        }
        cutNow();
    }

    /** Cuts it wherever it is. */
    void cutNow() throws IOException {
        stand.connector().kill();
        cut();
    }

    /** Cuts it so often, mostly under load, sometimes while it starts; then lets it work off what is there. */
    Book.Sum run(int count, int aSecond, Duration longest) throws IOException, InterruptedException {
        try (Sending sending = stand.send(aSecond)) {
            for (int i = 0; i < count; i++) {
                // Alarms that lie there from one life to the next are at more risk than those that pass through.
                stand.reachable(random.nextBoolean());
                disk.begin();
                lives.live(random.nextInt(5) == 0, longest);
                cut();
            }
            stand.reachable(true);
            disk.begin();
            stand.connector().start();
            stand.connector().awaitReady();
        }
        return stand.settle(Duration.ofMinutes(2));
    }

    private void cut() throws IOException {
        List<String> differences = disk.differences();
        if (differences.size() > 1) {
            throw new IllegalStateException("The layer has not seen all that was written: " + differences);
        }
        Disk.Left left = KINDS.get(random.nextInt(KINDS.size()));
        cuts.merge(left, 1, Integer::sum);
        if (hasPages()) {
            paged++;
        }
        uncertain += disk.cut(left, random);
        SavedJournal.forgetBoot(stand.data());
    }

    private boolean hasPages() throws IOException {
        Path paging = stand.data().resolve("journal/paging");
        if (!Files.isDirectory(paging)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(paging)) {
            return files.anyMatch(file -> file.toString().endsWith(".page"));
        }
    }

    int count() {
        return cuts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** @return how often what was left was of which kind, how often alarms waited on pages, and how many changes were not certain at the cuts, all together */
    @Override
    public String toString() {
        return cuts + ", " + paged + " with pages, " + lives + ", " + uncertain + " changes not synced";
    }
}
