package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.Rig;
import ualarm.WornFile;
import ualarm.alarm.CameraAlarm;

/** The disk gives back other bytes than it was given, between one start and the next. */
class DamagedJournalTest {

    private static final int ALARMS = 20;
    private static final int STRIDE = Integer.getInteger("proof.stride", 101);
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
        try (Journal journal = Journal.embedded(saved)) {
            for (int i = 0; i < ALARMS; i++) {
                journal.put(List.of(QUEUE, "mail.main"), JournalTest.alarm("k" + i, "a"))
                        .get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** @return the ids of what is handed out, and of the dead letters */
    private List<String> open(Path data) throws Exception {
        try (Journal journal = Journal.embedded(data)) {
            letters = journal.deadLetters().list(ALARMS).stream()
                    .map(letter -> letter.alarmId() + " " + letter.reason())
                    .toList();
            return SavedJournal.waiting(journal, QUEUE);
        }
    }

    private Path copy(int number) throws IOException {
        return SavedJournal.copy(saved, directory.resolve("copy" + number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "bindings", "."})
    void aBitThatHasFlippedCostsNothing(String folder) throws Exception {
        for (int i = 0; i < 12; i++) {
            Path data = copy(i);
            WornFile file = WornFile.of(data.resolve("journal").resolve(folder), random);
            int place = file.wear(WornFile.Kind.BIT, random);
            assertThat(open(data))
                    .as("seed %d, byte %d", seed, place)
                    .containsExactlyElementsOf(SavedJournal.ids(ALARMS));
            assertThat(letters).isEmpty();
            Rig.delete(data);
        }
    }

    /** But for the counters of compactions, by which nothing is read. */
    @Test
    void eachBitIsTurnedBack() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("bits"));
        Path file = folder.resolve("activemq-data-1.amq");
        Path whole = saved.resolve("journal/messages/activemq-data-1.amq");
        int used = new WornFile(whole).used();
        byte[] right = Arrays.copyOf(Files.readAllBytes(whole), used + 100);
        NamedFiles.notedHeader(whole).ifPresent(head -> write(folder.resolve("activemq-data-1.amq.head"), head));
        var notes = new JournalNotes(saved.resolve("journal/notes"));
        notes.read();
        var wrong = new ArrayList<String>();
        // A part of them, each time others.
        for (int bit = random.nextInt(STRIDE); bit < used * Byte.SIZE; bit += STRIDE) {
            byte[] worn = right.clone();
            worn[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, worn);
            Path damaged = directory.resolve("damaged" + bit);
            new JournalCheck(folder, "amq", damaged, notes, true).run();
            boolean isSeen = Files.exists(damaged);
            if (!Arrays.equals(Files.readAllBytes(file), right) && isSeen) {
                wrong.add(bit / Byte.SIZE + "." + bit % Byte.SIZE + " is not as it was");
            } else if (!isSeen && !isCounter(right, bit / Byte.SIZE)) {
                wrong.add(bit / Byte.SIZE + "." + bit % Byte.SIZE + " not seen");
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isCounter(byte[] file, int at) {
        return file[at] == 0 && file[at - 1] == 1 && file[at - 2] == 0 && file[at - 3] == 0 && file[at - 4] == 0;
    }

    @Test
    void whatCannotBeSetRightIsADeadLetter() throws Exception {
        for (WornFile.Kind kind : List.of(WornFile.Kind.GARBAGE, WornFile.Kind.ZEROS)) {
            Path data = copy(kind.ordinal());
            var file = new WornFile(data.resolve("journal/messages/activemq-data-1.amq"));
            file.wear(kind, file.used() / 2, random);
            List<String> left = open(data);
            assertThat(left).as("seed %d, %s", seed, kind).hasSizeBetween(ALARMS - 2, ALARMS - 1);
            assertThat(letters)
                    .as("seed %d, %s", seed, kind)
                    .hasSize(ALARMS - left.size())
                    .allMatch(letter -> letter.contains("the disk has changed"));
            // It is said once.
            int before = letters.size();
            assertThat(open(data)).isEqualTo(left);
            assertThat(letters).hasSize(before);
        }
    }

    /** Else its sender, who got no answer and sends it again, would be told that it is there. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatWasHalfWrittenWhenThePowerWasCutIsNoDuplicate(int startsBetween) throws Exception {
        // So large that a whole sector is of its record alone: all else of its transaction is there.
        CameraAlarm last = JournalTest.alarm("last", "a", "picture".repeat(300));
        try (Journal journal = Journal.embedded(saved)) {
            journal.put(List.of(QUEUE), last).get(10, TimeUnit.SECONDS);
        }
        var file = new WornFile(saved.resolve("journal/messages/activemq-data-1.amq"));
        file.wear(WornFile.Kind.ZEROS, indexOf("picturepicture") + 1_000, random);
        SavedJournal.forgetBoot(saved);
        for (int i = 0; i < startsBetween; i++) {
            Journal.embedded(saved).close();
        }
        try (Journal journal = Journal.embedded(saved)) {
            assertThat(journal.put(List.of(QUEUE), last).get(10, TimeUnit.SECONDS))
                    .containsExactly(QUEUE);
            await().untilAsserted(
                            () -> assertThat(journal.waiting(QUEUE).count()).isEqualTo(ALARMS + 1));
            assertThat(journal.deadLetters().list(ALARMS)).isEmpty();
        }
    }

    private int indexOf(String text) throws IOException {
        byte[] bytes = Files.readAllBytes(saved.resolve("journal/messages/activemq-data-1.amq"));
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @Test
    void whatWasDeliveredBeforeIsNoDeadLetter() throws Exception {
        try (Journal journal = Journal.embedded(saved)) {
            for (String queue : List.of(QUEUE, "mail.main")) {
                ClientHandOut handOut = journal.handOutOneByOne(queue);
                handOut.start();
                for (Optional<Entry> next = handOut.take(false); next.isPresent(); next = handOut.take(false)) {
                    handOut.letGo(next.get());
                }
                handOut.close();
            }
        }
        // The body of an alarm: its record is there, and its seal is broken in more than a bit.
        Path file = saved.resolve("journal/messages/activemq-data-1.amq");
        byte[] bytes = Files.readAllBytes(file);
        int body = indexOf("{\"id\":\"k7\"");
        bytes[body + 40] ^= 3;
        bytes[body + 50] ^= 3;
        Files.write(file, bytes);
        assertThat(open(saved)).isEmpty();
        assertThat(letters).isEmpty();
    }
}
