package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.WornFile;

/** The disk gives back other bytes, of alarms that wait on pages: an alarm is delivered, or it is a dead letter. */
class DamagedPagesTest {

    private static final int ALARMS = 200;
    private static final String QUEUE = "event.main";

    private final long seed = Long.getLong("proof.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path directory;

    private Path saved;
    private List<String> letters;

    @BeforeEach
    void store() throws Exception {
        saved = directory.resolve("saved");
        var broker = new Broker(saved, Integer.MAX_VALUE - 1, 32 << 10);
        broker.start();
        broker.create(QUEUE, false);
        broker.create(Journal.DEAD_LETTERS, false);
        var written = new ArrayList<CompletableFuture<Void>>();
        for (String id : SavedJournal.ids(ALARMS)) {
            ICoreMessage message = broker.message();
            message.putStringProperty(Entry.ALARM_ID, id);
            Entry.bear(message, JournalTest.alarm(id, "a").toJson());
            written.add(broker.write(QUEUE, message));
        }
        CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        broker.stop();
    }

    private Path copy(String name) throws IOException {
        return SavedJournal.copy(saved, directory.resolve(name));
    }

    private static Path page(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(".page"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** @return where the alarms of the page begin */
    private static List<Integer> begins(Path page) throws IOException {
        byte[] bytes = Files.readAllBytes(page);
        var begins = new ArrayList<Integer>();
        for (int at = 0; at < bytes.length; at += ByteBuffer.wrap(bytes).getInt(at + 1) + 6) {
            begins.add(at);
        }
        return begins;
    }

    /** @return the ids of what was delivered; the dead letters are in {@link #letters} */
    private List<String> deliver(Path data) throws Exception {
        try (Journal journal = Journal.embedded(data)) {
            Queue<String> delivered = new ConcurrentLinkedQueue<>();
            var source = new Source(journal, QUEUE, journal.handOut(QUEUE), new UntilDone(journal, Runnable::run));
            source.start(new HandOut.Taker() {
                @Override
                public void arrived(Entry entry) {
                    delivered.add(entry.alarm().id());
                    source.letGo(entry);
                }

                @Override
                public boolean leave(Entry entry) {
                    return false;
                }
            });
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(journal.waiting()).doesNotContainKey(QUEUE));
            letters = journal.deadLetters().list(ALARMS).stream()
                    .map(letter -> letter.alarmId() + " of " + letter.queue() + ": " + letter.reason())
                    .toList();
            source.close();
            return List.copyOf(delivered);
        }
    }

    @Test
    void aBitThatHasFlippedCostsNothing() throws Exception {
        for (int i = 0; i < 12; i++) {
            Path data = copy("bit" + i);
            int place = new WornFile(page(data)).wear(WornFile.Kind.BIT, random);
            assertThat(deliver(data))
                    .as("seed %d, byte %d", seed, place)
                    .containsExactlyElementsOf(SavedJournal.ids(ALARMS));
            assertThat(letters).isEmpty();
        }
    }

    /** What is around an alarm tells where the next begins. */
    @Test
    void aBitAroundAnAlarm() throws Exception {
        List<Integer> begins = begins(page(saved));
        int begin = begins.get(begins.size() / 2);
        int next = begins.get(begins.size() / 2 + 1);
        for (int place :
                new int[] {begin, begin + 1, begin + 4, begin + 5, next - 18, next - 10, next - 9, next - 2, next - 1
                }) {
            Path data = copy("around" + place);
            new WornFile(page(data)).wear(WornFile.Kind.BIT, place, random);
            assertThat(deliver(data))
                    .as("seed %d, byte %d", seed, place)
                    .containsExactlyElementsOf(SavedJournal.ids(ALARMS));
            assertThat(letters).isEmpty();
        }
    }

    /** It was being written when the connector was killed, so that nobody was told that it is there. */
    @Test
    void whatWasHalfWrittenIsNoDeadLetter() throws Exception {
        List<Integer> begins = begins(page(saved));
        int last = begins.get(begins.size() - 1);
        shorten(page(saved), last + 50);
        Path notes = saved.resolve("journal/notes");
        Files.writeString(notes, Files.readString(notes).replaceFirst(".* closed\n", ""));
        List<String> delivered = deliver(saved);
        assertThat(delivered).containsExactlyElementsOf(SavedJournal.ids(ALARMS - 1));
        assertThat(letters).isEmpty();
    }

    @Test
    void theEndOfAPageIsADeadLetter() throws Exception {
        List<Integer> begins = begins(page(saved));
        shorten(page(saved), begins.get(begins.size() - 1) + 50);
        assertThat(deliver(saved)).containsExactlyElementsOf(SavedJournal.ids(ALARMS - 1));
        assertThat(letters).hasSize(1);
    }

    private static void shorten(Path page, int length) throws IOException {
        Files.write(page, Arrays.copyOf(Files.readAllBytes(page), length));
    }

    @Test
    void aSectorCostsWhatStoodInIt() throws Exception {
        for (WornFile.Kind kind : List.of(WornFile.Kind.ZEROS, WornFile.Kind.GARBAGE)) {
            for (int i = 0; i < 4; i++) {
                Path data = copy(kind + "" + i);
                WornFile page = new WornFile(page(data));
                int place = random.nextInt(page.used());
                page.wear(kind, place, random);
                List<String> delivered = deliver(data);
                var missing = new ArrayList<>(SavedJournal.ids(ALARMS));
                missing.removeAll(delivered);
                assertThat(delivered).as("seed %d, byte %d", seed, place).doesNotHaveDuplicates();
                assertThat(missing).as("seed %d, byte %d", seed, place).hasSizeBetween(1, 4);
                assertThat(letters).as("seed %d, byte %d", seed, place).hasSizeGreaterThanOrEqualTo(missing.size());
                assertThat(letters).allMatch(letter -> letter.contains("of " + QUEUE + ": The disk has changed"));
                assertThat(data.resolve("journal/damaged")).isNotEmptyDirectory();
            }
        }
    }
}
