package ualarm.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.utils.collections.LongHashSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.WholeFile;

/**
 * Looks through a journal's files before Artemis reads them: Artemis passes over what it does not understand, takes what it does as true, and
 * throws both away in time. A bit that has flipped is set right, where that makes a record whole again; what stays unreadable is taken out.
 * What stood there is kept aside before it is changed. The format is that of Artemis 2 (JournalImpl).
 */
final class JournalCheck {

    /**
     * A place that could not be read.
     *
     * @param file the file
     * @param at where it begins, in bytes
     * @param bytes what stood there
     * @param isMended whether it is whole again
     * @param kept where they are kept
     */
    record Damage(Path file, int at, byte[] bytes, boolean isMended, Path kept) {

        /** @return the id of the record that begins there, if that can be read */
        private long recordId() {
            ByteBuffer from = ByteBuffer.wrap(bytes);
            return bytes.length > TRANSACTION + 2 * Long.BYTES ? JournalCheck.recordId(from, 0) : NONE;
        }

        /** @return which place it is, and where its bytes are kept */
        String place() {
            return bytes.length + " bytes at " + at + " of " + file + ", kept in " + kept;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(JournalCheck.class);

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /** The format's version, and that of what Artemis keeps in it; both stand before the file's id. */
    private static final int FORMAT = JournalImpl.FORMAT_VERSION;

    private static final int KEPT = 0;
    private static final int ID = 2 * Integer.BYTES;

    /** To try each bit of more than that takes seconds. */
    private static final int MENDABLE = 16 << 10;

    /** Artemis has at most so many bytes of a file under way that are not synced. */
    private static final int UNSYNCED = 1 << 20;

    /** Where the number of a record's transaction stands in it, when it is of one; else its id does. */
    private static final int TRANSACTION = 1 + Integer.BYTES + 1;

    /** Where the number of records stands in the commit of a transaction. */
    private static final int COUNT = TRANSACTION + Long.BYTES;

    private static final long NONE = -1;

    private final Path folder;
    private final String extension;
    private final Path aside;
    private final JournalNotes notes;
    private final List<Damage> damages = new ArrayList<>();
    private final LongHashSet deleted = new LongHashSet(1024);
    private long highest;

    /**
     * @param folder whose files are looked through
     * @param extension of the files
     * @param aside where what stood there is kept; need not be there
     * @param notes what is known of the journal
     */
    JournalCheck(Path folder, String extension, Path aside, JournalNotes notes) {
        this.folder = folder;
        this.extension = extension;
        this.aside = aside;
        this.notes = notes;
    }

    /**
     * Looks through the files, and sets right what can be.
     *
     * @throws IOException when a file cannot be read or written
     */
    void run() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        NamedFiles.deleteLeftHeads(folder);
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(extension))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            long size = Files.size(file);
            if (size >= JournalImpl.SIZE_HEADER) {
                ByteBuf whole = Unpooled.directBuffer((int) size);
                try {
                    new Pass(file, read(file, whole.nioBuffer(0, (int) size))).run();
                } finally {
                    whole.release();
                }
            }
        }
    }

    private static ByteBuffer read(Path file, ByteBuffer to) throws IOException {
        try (var channel = FileChannel.open(file)) {
            while (to.hasRemaining() && channel.read(to) >= 0) {
                // until it is read
            }
        }
        return to.flip();
    }

    /** @return what was found, in the order in which it lies there */
    List<Damage> damages() {
        return damages;
    }

    /** @return those that are not whole again, but for records of what was delivered and deleted since */
    List<Damage> lost() {
        return damages.stream()
                .filter(damage -> !damage.isMended() && !deleted.contains(damage.recordId()))
                .toList();
    }

    /** @return the highest id of a record */
    long highest() {
        return highest;
    }

    private static long recordId(ByteBuffer bytes, int at) {
        byte type = bytes.get(at);
        return isType(type) && !completes(type)
                ? bytes.getLong(at + TRANSACTION + (isOfTransaction(type) ? Long.BYTES : 0))
                : NONE;
    }

    private static Seal.Deed deed(byte type) {
        return switch (type) {
            case JournalImpl.EVENT_RECORD -> Seal.Deed.EVENT;
            case JournalImpl.ADD_RECORD, JournalImpl.ADD_RECORD_TX -> Seal.Deed.ADD;
            default -> Seal.Deed.UPDATE;
        };
    }

    private static boolean isDelete(byte type) {
        return type == JournalImpl.DELETE_RECORD || type == JournalImpl.DELETE_RECORD_TX;
    }

    private static boolean isOfTransaction(byte type) {
        return type == JournalImpl.ADD_RECORD_TX
                || type == JournalImpl.UPDATE_RECORD_TX
                || type == JournalImpl.DELETE_RECORD_TX
                || completes(type);
    }

    private static boolean completes(byte type) {
        return type == JournalImpl.COMMIT_RECORD
                || type == JournalImpl.PREPARE_RECORD
                || type == JournalImpl.ROLLBACK_RECORD;
    }

    private static boolean isType(byte type) {
        return type >= JournalImpl.EVENT_RECORD && type <= JournalImpl.ROLLBACK_RECORD;
    }

    /** A file. */
    private final class Pass {
        private final Path file;
        private final ByteBuffer bytes;
        private final int used;
        private final Map<Long, List<Integer>> open = new HashMap<>();
        private final List<Integer> commits = new ArrayList<>();
        private boolean isWhole = true;
        private int id;
        private FileChannel channel;

        Pass(Path file, ByteBuffer bytes) {
            this.file = file;
            this.bytes = bytes;
            int end = bytes.limit();
            while (end >= Long.BYTES && bytes.getLong(end - Long.BYTES) == 0) {
                end -= Long.BYTES;
            }
            while (end > 0 && bytes.get(end - 1) == 0) {
                end--;
            }
            used = end;
        }

        void run() throws IOException {
            try {
                checkHeader();
                records();
            } finally {
                if (channel != null) {
                    channel.force(true);
                    channel.close();
                }
            }
        }

        private void checkHeader() throws IOException {
            int own = (int) bytes.getLong(ID);
            boolean isRight = bytes.getInt(0) == FORMAT
                    && bytes.getInt(Integer.BYTES) == KEPT
                    && bytes.getLong(ID) >= 0
                    && bytes.getLong(ID) <= Integer.MAX_VALUE;
            int right = rightId(own, isRight);
            id = right;
            if (!isRight || right != own) {
                byte[] header = ByteBuffer.allocate(JournalImpl.SIZE_HEADER)
                        .putInt(FORMAT)
                        .putInt(KEPT)
                        .putLong(right)
                        .array();
                change(0, JournalImpl.SIZE_HEADER, header, true);
            }
        }

        /** What is in a file that is used again has the id that it had before, so that the records alone do not tell. */
        private int rightId(int own, boolean isRight) throws IOException {
            int noted = NamedFiles.notedHeader(file)
                    .filter(head -> head.length == JournalImpl.SIZE_HEADER)
                    .map(head -> (int) ByteBuffer.wrap(head).getLong(ID))
                    .orElse(-1);
            if (isRight && noted == own) {
                return own;
            }
            int records = idOfRecords();
            if (!isRight) {
                return noted >= 0 ? noted : records;
            }
            boolean isOther = noted >= 0 ? noted == records : records > own && Integer.bitCount(records ^ own) == 1;
            return isOther ? records : own;
        }

        /** @return the file id of the first two records that are whole and have the same; 0 when there are none */
        private int idOfRecords() {
            int at = JournalImpl.SIZE_HEADER;
            int before = 0;
            while (at + 1 + Integer.BYTES < used) {
                id = bytes.getInt(at + 1);
                int length = isType(bytes.get(at)) ? length(at) : 0;
                if (length > 0 && id == before) {
                    return id;
                }
                before = length > 0 ? id : before;
                at += Math.max(1, length);
            }
            return 0;
        }

        private void records() throws IOException {
            int whole = records(JournalImpl.SIZE_HEADER);
            int old = old(whole);
            while (isBroken(whole, old) && mendOrLeaveOut(whole, old, true)) {
                whole = records(whole);
                old = old(whole);
            }
            mendTransactions();
        }

        /** @return whether something of the file's present use stands after its last whole record; from {@code old} on it is of the use before */
        private boolean isBroken(int whole, int old) {
            return whole < old && (old == used || isType(bytes.get(whole)) && intAt(whole + 1) == id);
        }

        /** @return where the last record ends that is whole, or is left out */
        private int records(int from) throws IOException {
            int whole = from;
            int at = from;
            while (at < used) {
                int length = length(at);
                if (length == 0) {
                    at++;
                } else if (at > whole) {
                    whole = mendOrLeaveOut(whole, at, false) ? whole : at;
                    at = whole;
                } else if (length > 0) {
                    note(at);
                    at += length;
                    whole = at;
                } else if (!mendOrLeaveOut(at, at - length, false)) {
                    at -= length;
                    whole = at;
                }
            }
            return whole;
        }

        private void note(int at) {
            byte type = bytes.get(at);
            highest = Math.max(highest, recordId(bytes, at));
            if (isDelete(type)) {
                deleted.add(recordId(bytes, at));
            }
            if (type == JournalImpl.COMMIT_RECORD) {
                List<Integer> own = open.getOrDefault(bytes.getLong(at + TRANSACTION), List.of());
                if (own.size() == bytes.getInt(at + COUNT)) {
                    open.remove(bytes.getLong(at + TRANSACTION));
                } else {
                    commits.add(at);
                }
            } else if (isOfTransaction(type) && !completes(type)) {
                open.computeIfAbsent(bytes.getLong(at + TRANSACTION), id -> new ArrayList<>())
                        .add(at);
            }
        }

        /** A transaction's commit says how many records of it are in the file; neither its numbers nor those of the records' transactions are sealed. */
        private void mendTransactions() throws IOException {
            for (int commit : commits) {
                if (isUnsynced(commit)) {
                    // It may well be that a part of it is missing.
                    continue;
                }
                long number = bytes.getLong(commit + TRANSACTION);
                List<Integer> own = open.getOrDefault(number, List.of());
                int counted = bytes.getInt(commit + COUNT);
                Optional<Long> other = counted > own.size() ? other(number, counted - own.size()) : Optional.empty();
                if (other.isPresent() && own.isEmpty()) {
                    changeNumber(commit, other.get());
                    open.remove(other.get());
                } else if (other.isPresent()) {
                    // What was written together stands together, and before its commit.
                    List<Integer> strayed = open.get(other.get()).stream()
                            .filter(at -> at < commit)
                            .sorted(Comparator.comparing(at -> own.get(0) - at))
                            .limit(counted - own.size())
                            .toList();
                    for (int at : strayed) {
                        changeNumber(at, number);
                    }
                    open.get(other.get()).removeAll(strayed);
                    own.addAll(strayed);
                } else if (!own.isEmpty() && Integer.bitCount(counted ^ own.size()) == 1 && isWhole) {
                    byte[] right = ByteBuffer.allocate(Integer.BYTES)
                            .putInt(own.size())
                            .array();
                    change(commit + COUNT, Integer.BYTES, right, true);
                }
            }
        }

        /** @return the number of which one bit is another, and which has so many records too many */
        private Optional<Long> other(long number, int missing) {
            return open.keySet().stream()
                    .filter(key ->
                            Long.bitCount(key ^ number) == 1 && open.get(key).size() - counted(key) == missing)
                    .findFirst();
        }

        private int counted(long number) {
            return commits.stream()
                    .filter(commit -> bytes.getLong(commit + TRANSACTION) == number)
                    .mapToInt(commit -> bytes.getInt(commit + COUNT))
                    .findFirst()
                    .orElse(0);
        }

        private void changeNumber(int at, long number) throws IOException {
            byte[] right = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
            change(at + TRANSACTION, Long.BYTES, right, true);
        }

        /** @return the length of a record of this file; 0 when none begins there; less than 0 when its seal is broken */
        private int length(int at) {
            byte type = bytes.get(at);
            if (!isType(type) || at + 1 + Integer.BYTES > used || bytes.getInt(at + 1) != id) {
                return 0;
            }
            int to = at + TRANSACTION + (isOfTransaction(type) ? Long.BYTES : 0);
            int idAt = to;
            to += completes(type) ? 0 : Long.BYTES;
            boolean hasType = type < JournalImpl.DELETE_RECORD_TX;
            if (type <= JournalImpl.DELETE_RECORD_TX) {
                int content = intAt(to);
                to += Integer.BYTES + (hasType ? 1 : 0);
                if (content < 0 || content > bytes.limit() - to || !hasType && content > 0) {
                    return 0;
                }
                if (hasType && ends(at, to + content)) {
                    ByteBuffer data = bytes.duplicate();
                    data.limit(to + content).position(to);
                    long recordId = bytes.getLong(idAt);
                    int length = to + content + Integer.BYTES - at;
                    return Seal.isBroken(
                                    deed(type),
                                    recordId,
                                    bytes.get(to - 1),
                                    data,
                                    recordId < 0 || recordId > notes.unsealed())
                            ? -length
                            : length;
                }
                to += content;
            } else if (type == JournalImpl.COMMIT_RECORD) {
                to += Integer.BYTES;
            } else if (type == JournalImpl.PREPARE_RECORD) {
                int more = intAt(to + Integer.BYTES);
                to += 2 * Integer.BYTES;
                if (more < 0 || more > bytes.limit() - to) {
                    return 0;
                }
                to += more;
            }
            return ends(at, to) ? to + Integer.BYTES - at : 0;
        }

        private int intAt(int at) {
            return at + Integer.BYTES <= bytes.limit() ? bytes.getInt(at) : -1;
        }

        /** Its whole length stands at its end. */
        private boolean ends(int at, int to) {
            return intAt(to) == to + Integer.BYTES - at;
        }

        /** @return where the first whole record begins that was written when the file was used before; the end when there is none */
        private int old(int from) {
            int own = id;
            try {
                for (int at = from; at + 1 + Integer.BYTES < used; at++) {
                    id = bytes.getInt(at + 1);
                    if (isType(bytes.get(at)) && id < own && length(at) != 0) {
                        return at;
                    }
                }
                return used;
            } finally {
                id = own;
            }
        }

        /** @return whether the place is whole again */
        private boolean mendOrLeaveOut(int from, int to, boolean isLast) throws IOException {
            if (isEmpty(from, to)) {
                return false;
            }
            if (to - from <= MENDABLE && mend(from, to, isLast)) {
                return true;
            }
            if (isLast || isUnsynced(from)) {
                LOG.info(
                        "{} bytes at {} of {} were being written when the connector ended; kept in {}.",
                        to - from,
                        from,
                        file,
                        keep(from, to - from));
                write(from, new byte[to - from]);
            } else {
                isWhole = false;
                change(from, to - from, new byte[to - from], false);
            }
            return false;
        }

        /** Turns each bit until there are records there. */
        private boolean mend(int from, int to, boolean isLast) throws IOException {
            for (int at = from; at < to; at++) {
                byte was = bytes.get(at);
                for (int bit = 1; bit <= 1 << 7; bit <<= 1) {
                    byte turned = (byte) (was ^ bit);
                    bytes.put(at, turned);
                    boolean isRight = areRecords(from, to, isLast);
                    bytes.put(at, was);
                    if (isRight) {
                        change(at, 1, new byte[] {turned}, true);
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean isEmpty(int from, int to) {
            for (int at = from; at < to; at++) {
                if (bytes.get(at) != 0) {
                    return false;
                }
            }
            return true;
        }

        private boolean areRecords(int from, int to, boolean isLast) {
            int at = from;
            while (at < to) {
                int length = length(at);
                if (length <= 0) {
                    return isLast && at > from;
                }
                at += length;
            }
            return at == to || isLast;
        }

        /** What had not been synced when the power was cut may be there or not, and nobody was told that it is. */
        private boolean isUnsynced(int at) {
            return notes.mayBeCut() && used - at <= UNSYNCED;
        }

        private void change(int at, int length, byte[] right, boolean isMended) throws IOException {
            damages.add(new Damage(file, at, bytes(at, length), isMended, keep(at, length)));
            write(at, right);
        }

        private byte[] bytes(int at, int length) {
            byte[] was = new byte[length];
            bytes.get(at, was);
            return was;
        }

        private Path keep(int at, int length) throws IOException {
            Files.createDirectories(aside);
            Path kept = aside.resolve(LocalDateTime.now().format(SECONDS) + "-" + file.getFileName() + "-" + at);
            WholeFile.write(kept, bytes(at, length));
            return kept;
        }

        private void write(int at, byte[] right) throws IOException {
            if (channel == null) {
                channel = FileChannel.open(file, StandardOpenOption.WRITE);
            }
            channel.write(ByteBuffer.wrap(right), at);
            bytes.put(at, right);
        }
    }
}
