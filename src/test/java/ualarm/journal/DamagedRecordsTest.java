package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalRecordIds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.WornFile;

/** The disk gives back other bytes, in each of the records that an alarm is made of: the alarm waits, or is a dead letter. */
class DamagedRecordsTest {

    private static final int ALARMS = 6;
    private static final String QUEUE = "event.main";
    private static final List<String> QUEUES = List.of(QUEUE, "mail.main");
    private static final int SECTOR = 512;

    /** Where the content of a record of a transaction has its size. */
    private static final int SIZE = 22;

    /** Where the number of such a record stands, and that of what a deletion deletes; the length of a deletion. */
    private static final int RECORD = 14;

    private static final int DELETED = 6;
    private static final int DELETION = 18;

    @TempDir
    private Path directory;

    private Path saved;
    private List<String> letters;

    /** A record of the file's present use; its type, that of what it says, and its transaction's number. */
    private record Part(int at, int length, int type, int says, long transaction) {

        private boolean isAlarm() {
            return type == JournalImpl.ADD_RECORD_TX && says == JournalRecordIds.ADD_MESSAGE_PROTOCOL;
        }

        private int end() {
            return at + length;
        }
    }

    @BeforeEach
    void store() throws Exception {
        saved = directory.resolve("saved");
        try (Journal journal = Journal.embedded(saved)) {
            for (int i = 0; i < ALARMS; i++) {
                put(journal, QUEUES, "k" + i);
            }
        }
    }

    private static void put(Journal journal, List<String> queues, String id) throws Exception {
        journal.put(queues, JournalTest.alarm(id, "a")).get(10, TimeUnit.SECONDS);
    }

    private static Path file(Path data) {
        return data.resolve("journal/messages/activemq-data-1.amq");
    }

    /** @return the records of transactions; by Artemis' format 2 */
    private static List<Part> parts(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        var parts = new ArrayList<Part>();
        for (int at = JournalImpl.SIZE_HEADER; at < file.length - SIZE - Integer.BYTES; at++) {
            int type = bytes.get(at);
            boolean ends = type == JournalImpl.COMMIT_RECORD;
            if (bytes.getInt(at + 1) != (int) bytes.getLong(Long.BYTES)
                    || !ends && type != JournalImpl.ADD_RECORD_TX && type != JournalImpl.UPDATE_RECORD_TX) {
                continue;
            }
            int length = ends ? SIZE : SIZE + Integer.BYTES + 1 + bytes.getInt(at + SIZE) + Integer.BYTES;
            if (length > 0 && at + length <= file.length && bytes.getInt(at + length - Integer.BYTES) == length) {
                parts.add(new Part(
                        at, length, type, ends ? 0 : bytes.get(at + SIZE + Integer.BYTES), bytes.getLong(at + 6)));
                at += length - 1;
            }
        }
        return parts;
    }

    private Part alarm(int number) throws IOException {
        return parts(Files.readAllBytes(file(saved))).stream()
                .filter(Part::isAlarm)
                .toList()
                .get(number);
    }

    /** More than a bit of it is other than it was. */
    private static void wear(Path file, int from, int to) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte[] garbage = new byte[to - from];
        new Random(from).nextBytes(garbage);
        System.arraycopy(garbage, 0, bytes, from, garbage.length);
        Files.write(file, bytes);
    }

    private Path copy(String name) throws IOException {
        return SavedJournal.copy(saved, directory.resolve(name));
    }

    /** @return the ids of what waits; the dead letters are in {@link #letters} */
    private List<String> open(Path data) throws Exception {
        try (Journal journal = Journal.embedded(data)) {
            letters = journal.deadLetters().list(100).stream()
                    .map(letter -> letter.alarmId() + " of " + letter.queue())
                    .toList();
            return SavedJournal.waiting(journal, QUEUE);
        }
    }

    @Test
    void eachRecordOfAnAlarm() throws Exception {
        long transaction = alarm(2).transaction();
        List<Part> parts = parts(Files.readAllBytes(file(saved))).stream()
                .filter(part -> part.transaction() == transaction)
                .toList();
        assertThat(parts).hasSize(6);
        for (Part part : parts) {
            Path data = copy("part" + part.at());
            wear(file(data), part.end() - 6, part.end());
            List<String> left = open(data);
            assertThat(left).as("%s", part).containsExactly("k0", "k1", "k3", "k4", "k5");
            assertThat(letters).as("%s", part).containsExactly("k2 of " + QUEUE);
            assertThat(open(data)).isEqualTo(left);
            assertThat(letters).as("said once").hasSize(1);
        }
    }

    @Test
    void eachSector() throws Exception {
        int end = alarm(ALARMS - 1).at() - 2 * SECTOR;
        for (int sector = alarm(0).at() / SECTOR * SECTOR; sector < end; sector += SECTOR) {
            Path data = copy("sector" + sector);
            wear(file(data), sector, sector + SECTOR);
            int missing = ALARMS - open(data).size();
            assertThat(letters).as("sector at %d", sector).hasSizeGreaterThanOrEqualTo(missing);
        }
    }

    @Test
    void aDeliveredAlarmAndTheNext() throws Exception {
        letGoOfTheFirst();
        wear(file(saved), alarm(0).at() + 60, alarm(1).end() - 100);
        assertThat(open(saved)).containsExactly("k2", "k3", "k4", "k5");
        assertThat(letters).anyMatch(letter -> letter.startsWith("k1") || letter.startsWith(" "));
    }

    /** Its number is another's; nothing else in it tells that it is not right. */
    @Test
    void theDeletionOfADeliveredAlarm() throws Exception {
        letGoOfTheFirst();
        byte[] bytes = Files.readAllBytes(file(saved));
        int deletion = IntStream.range(JournalImpl.SIZE_HEADER, bytes.length - DELETION)
                .filter(at -> bytes[at] == JournalImpl.DELETE_RECORD
                        && ByteBuffer.wrap(bytes).getInt(at + DELETION - Integer.BYTES) == DELETION)
                .findFirst()
                .orElseThrow();
        long first = ByteBuffer.wrap(bytes).getLong(deletion + DELETED);
        assertThat(first).isEqualTo(ByteBuffer.wrap(bytes).getLong(alarm(0).at() + RECORD));
        assertThat(open(copy("right"))).containsExactly("k1", "k2", "k3", "k4", "k5");
        for (int i = 1; i < ALARMS; i++) {
            Path data = copy("deletion" + i);
            ByteBuffer.wrap(bytes)
                    .putLong(deletion + DELETED, ByteBuffer.wrap(bytes).getLong(alarm(i).at() + RECORD));
            Files.write(file(data), bytes);
            for (int start = 0; start < 2; start++) {
                assertThat(open(data)).as("k" + i).containsExactly("k1", "k2", "k3", "k4", "k5");
                assertThat(letters).isEmpty();
            }
            assertThat(data.resolve("journal/damaged"))
                    .isDirectoryContaining(kept -> kept.toString().endsWith("-" + (deletion + DELETED)));
        }
    }

    private void letGoOfTheFirst() throws Exception {
        try (Journal journal = Journal.embedded(saved)) {
            for (String queue : QUEUES) {
                ClientHandOut handOut = journal.handOutOneByOne(queue);
                handOut.start();
                handOut.letGo(handOut.take(false).orElseThrow());
                handOut.close();
            }
        }
    }

    @Test
    void aStartThatEndsBeforeTheDeadLettersAreStored() throws Exception {
        wear(file(saved), alarm(2).at() + 300, alarm(2).at() + 310);
        var notes = new JournalNotes(saved.resolve("journal/notes"));
        notes.read();
        new JournalCheck(saved.resolve("journal/messages"), "amq", saved.resolve("journal/damaged"), notes, true).run();
        assertThat(open(saved)).hasSize(ALARMS - 1);
        assertThat(letters).containsExactly("k2 of " + QUEUE);
    }

    @Test
    void theLastAlarmOfAJournalThatWasClosed() throws Exception {
        List<Part> parts = parts(Files.readAllBytes(file(saved)));
        wear(
                file(saved),
                alarm(ALARMS - 1).at() + 60,
                parts.get(parts.size() - 1).end());
        assertThat(open(saved)).hasSize(ALARMS - 1);
        assertThat(letters).hasSize(1);
    }

    /** What is in the file of a use before does not count for what was under way. */
    @Test
    void theLastAlarmOfAFileThatIsUsedAgainWhenThePowerWasCut() throws Exception {
        byte[] bytes = Files.readAllBytes(file(saved));
        int before = 3 << 20;
        for (Part part : parts(bytes)) {
            System.arraycopy(bytes, part.at(), bytes, before + part.at(), part.length());
            ByteBuffer.wrap(bytes).putInt(before + part.at() + 1, 0);
        }
        Files.write(file(saved), bytes);
        wear(file(saved), alarm(ALARMS - 1).at() + 60, alarm(ALARMS - 1).at() + 260);
        SavedJournal.forgetBoot(saved);
        assertThat(open(saved)).hasSize(ALARMS - 1);
        assertThat(letters).isEmpty();
    }

    @Test
    void theHeadOfACompactedFile() throws Exception {
        Path compacted;
        var broker = new Broker(saved, Integer.MAX_VALUE, Integer.MAX_VALUE);
        broker.start();
        broker.messages().testCompact();
        broker.stop();
        try (Stream<Path> files = Files.list(saved.resolve("journal/messages"))) {
            compacted = files.filter(file -> file.toString().endsWith(".amq"))
                    .filter(DamagedRecordsTest::hasAlarm)
                    .findFirst()
                    .orElseThrow();
        }
        for (int bit : new int[] {0, 66, 127}) {
            Path data = copy("bit" + bit);
            Path file = data.resolve(saved.relativize(compacted).toString());
            byte[] worn = Files.readAllBytes(file);
            worn[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, worn);
            assertThat(open(data)).as("bit %d", bit).containsExactlyInAnyOrderElementsOf(SavedJournal.ids(ALARMS));
            assertThat(letters).isEmpty();
        }
    }

    private static boolean hasAlarm(Path file) {
        try {
            return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains("{\"id\":\"k0\"");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aDeadLetterGoesBackToItsOwnQueue() throws Exception {
        Path data = directory.resolve("queues");
        List<String> queues = List.of("event.nord", "event.nord2", "event.b", "event.nord");
        try (Journal journal = Journal.embedded(data)) {
            for (int i = 0; i < queues.size(); i++) {
                put(journal, List.of(queues.get(i)), "k" + i);
            }
        }
        List<Part> parts = parts(Files.readAllBytes(file(data)));
        List<Part> alarms = parts.stream().filter(Part::isAlarm).toList();
        for (Part part : parts) {
            // One place, of which both alarms can be read.
            if (part.at() >= alarms.get(1).at() && part.at() <= alarms.get(2).at()) {
                wear(file(data), part.at() + 1, part.at() + 4);
                wear(file(data), part.end() - 4, part.end());
            }
        }
        open(data);
        assertThat(letters).containsExactlyInAnyOrder("k1 of event.nord2", "k2 of event.b");
    }

    @Test
    void anAlarmSoLargeThatItIsAFile() throws Exception {
        Path data = directory.resolve("large");
        var broker = new Broker(data, Integer.MAX_VALUE, Integer.MAX_VALUE);
        broker.start();
        broker.create("event.main", false);
        ICoreMessage message = broker.message();
        message.putStringProperty(Entry.ALARM_ID, "large");
        Entry.bear(message, Arrays.copyOf(JournalTest.alarm("large", "a").toJson(), 800_000));
        broker.write("event.main", message).get(10, TimeUnit.SECONDS);
        broker.stop();
        new WornFile(only(data.resolve("journal/large"))).wear(WornFile.Kind.BIT, 500_000, new Random());
        try (Journal journal = Journal.embedded(data)) {
            ClientHandOut handOut = journal.handOutOneByOne("event.main");
            handOut.start();
            Entry entry = handOut.take(false).orElseThrow();
            assertThatThrownBy(entry::alarm).hasMessageStartingWith("The disk has changed the alarm");
            handOut.close();
        }
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    /** A version that knows no seals went on with it for a while. */
    @Test
    void recordsWithoutASeal() throws Exception {
        byte[] bytes = Files.readAllBytes(file(saved));
        var older = new ByteArrayOutputStream();
        int at = 0;
        for (Part part : parts(bytes)) {
            older.write(bytes, at, part.at() - at);
            at = part.end();
            if (part.type() == JournalImpl.COMMIT_RECORD) {
                older.write(bytes, part.at(), part.length());
            } else {
                int length = part.length() - Seal.LENGTH;
                ByteBuffer record = ByteBuffer.allocate(length).put(bytes, part.at(), length - Integer.BYTES);
                record.putInt(length).putInt(SIZE, record.getInt(SIZE) - Seal.LENGTH);
                older.write(record.array());
            }
        }
        older.write(bytes, at, bytes.length - at);
        older.write(new byte[bytes.length - older.size()]);
        Files.write(file(saved), older.toByteArray());
        for (int i = 0; i < 2; i++) {
            assertThat(open(saved)).containsExactlyElementsOf(SavedJournal.ids(ALARMS));
            assertThat(letters).isEmpty();
        }
    }

    /** Else a file would be told wrong by one of a use before: a disk that is full for a moment. */
    @Test
    void aHeadThatCannotBeNoted() throws Exception {
        var files = new NamedFiles(directory.toFile(), 1, (failure, message, file) -> {}, true);
        Path file = directory.resolve("one.amq");
        head(files, file, 1);
        assertThat(NamedFiles.notedHeader(file)).isPresent();
        Files.createDirectory(directory.resolve("one.amq.head.writing"));
        head(files, file, 2);
        assertThat(NamedFiles.notedHeader(file)).isEmpty();
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file)).getLong(Long.BYTES))
                .isEqualTo(2);
    }

    private static void head(NamedFiles files, Path file, long id) throws Exception {
        var written = files.createSequentialFile(file.getFileName().toString());
        written.open(1, false);
        ByteBuffer head = ByteBuffer.allocateDirect(JournalImpl.SIZE_HEADER);
        written.writeDirect(head.putInt(0).putInt(0).putLong(id).flip(), true);
        written.close();
    }
}
