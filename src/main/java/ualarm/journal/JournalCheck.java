package ualarm.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalRecordIds;
import org.apache.activemq.artemis.utils.collections.LongHashSet;
import ualarm.journal.Damage.Fate;

/**
 * Looks through a journal's files before Artemis reads them: Artemis passes over what it does not understand, takes what it does as true, and
 * throws both away in time. A bit that has flipped is set right, where that makes a record whole again; what stays unreadable is taken out.
 * What stood there is kept aside before it is changed. The format is that of Artemis 2 (JournalImpl).
 */
final class JournalCheck {

    /** A transaction that stored an alarm, and of which there is only a part; the alarm is not in it. */
    private record Rest(long alarm, Damage part) {}

    /** What stands after the name of a file in {@code data/journal/damaged} of which alarms are still to be put among the dead letters. */
    static final String LOST = ".lost";

    /** The format's version, and that of what Artemis keeps in it; both stand before the file's id. */
    private static final int FORMAT = JournalImpl.FORMAT_VERSION;

    private static final int KEPT = 0;
    private static final int ID = 2 * Integer.BYTES;

    private static final int BLOCK = 64 << 10;

    /** Artemis has at most so many bytes of a file under way that are not synced. */
    private static final int UNSYNCED = 1 << 20;

    /** Where the number of a record's transaction stands in it, when it is of one; else its id does. */
    private static final int TRANSACTION = 1 + Integer.BYTES + 1;

    /** Where the number of records stands in the commit of a transaction. */
    private static final int COUNT = TRANSACTION + Long.BYTES;

    /** The commit of a transaction comes at most so many bytes after its last record. */
    private static final int COMMIT_WITHIN = 64 << 10;

    private static final int SEVERAL = 3;

    private static final long NONE = -1;

    private final Path folder;
    private final String extension;
    private final Path aside;
    private final JournalNotes notes;
    private final boolean hasAlarms;
    private final List<Damage> damages = new ArrayList<>();
    private final List<Rest> rests = new ArrayList<>();
    private final LongHashSet deleted = new LongHashSet(1024);
    private final Deletions<Damage> deletions = new Deletions<>();
    private long highest;
    private boolean needsSeals = true;
    private int unmarked;

    /**
     * @param folder whose files are looked through
     * @param extension of the files
     * @param aside where what stood there is kept; need not be there
     * @param notes what is known of the journal
     * @param hasAlarms whether alarms are in it
     */
    JournalCheck(Path folder, String extension, Path aside, JournalNotes notes, boolean hasAlarms) {
        this.folder = folder;
        this.extension = extension;
        this.aside = aside;
        this.notes = notes;
        this.hasAlarms = hasAlarms;
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
        look(files);
        if (isOlder()) {
            damages.clear();
            rests.clear();
            deletions.clear();
            needsSeals = false;
            look(files);
        }
        deletions.wrong().forEach(damages::add);
        settle();
    }

    private void look(List<Path> files) throws IOException {
        ByteBuf content = Unpooled.directBuffer();
        try {
            for (Path file : files) {
                int size = (int) Files.size(file);
                if (size >= JournalImpl.SIZE_HEADER) {
                    check(file, size, content);
                }
            }
        } finally {
            content.release();
        }
    }

    /** @return whether a version has written to it, since it was sealed, that knows no seals: no disk takes but the marks of several */
    boolean isOlder() {
        return unmarked >= SEVERAL;
    }

    private void check(Path file, int size, ByteBuf content) throws IOException {
        ByteBuffer bytes;
        int used;
        try (var channel = FileChannel.open(file)) {
            used = used(channel, size);
            // The last length may end with zeros.
            int end = Math.min(size, Math.max(used + Integer.BYTES, JournalImpl.SIZE_HEADER));
            bytes = content.ensureWritable(end).nioBuffer(0, end);
            read(channel, 0, bytes);
        }
        new Pass(file, bytes, used).run();
    }

    /**
     * @param channel a file
     * @param size how many bytes of it
     * @return where the zeros begin that they end with: a new file is nothing else
     */
    static int used(FileChannel channel, int size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(BLOCK);
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (int from = (size - 1) / BLOCK * BLOCK; from >= 0; from -= BLOCK) {
            int end = Math.min(BLOCK, size - from);
            read(channel, from, block.clear().limit(end));
            if (block.mismatch(zeros.limit(end)) >= 0) {
                while (block.get(end - 1) == 0) {
                    end--;
                }
                return from + end;
            }
        }
        return 0;
    }

    private static void read(FileChannel channel, int from, ByteBuffer to) throws IOException {
        while (to.hasRemaining() && channel.read(to, from + (long) to.position()) >= 0) {
            // until it is read
        }
        to.flip();
    }

    /** Keeps what stood there, before it is changed: a start that ends meanwhile begins again. */
    private void settle() throws IOException {
        Set<Damage> lost = hasAlarms ? lost() : Set.of();
        for (Damage damage : damages) {
            damage.keep(aside, lost.contains(damage) ? LOST : "");
        }
        for (Damage damage : damages) {
            damage.write();
        }
    }

    /** @return those of which alarms are missing, but for alarms that were delivered and deleted since */
    private Set<Damage> lost() {
        Set<Damage> lost = damages.stream()
                .filter(damage -> (damage.fate() == Fate.LEFT_OUT || damage.fate() == Fate.LEFT_BEHIND)
                        && !deleted.contains(onlyRecord(damage.was()))
                        && !damage.alarms().isEmpty())
                .collect(Collectors.toSet());
        // One place may have taken what two alarms need, and tell of one of them.
        long told = lost.stream()
                .filter(damage -> damage.fate() == Fate.LEFT_OUT)
                .mapToLong(damage -> damage.alarms().size())
                .sum();
        rests.stream()
                .filter(rest -> !deleted.contains(rest.alarm()))
                .skip(told)
                .forEach(rest -> lost.add(rest.part()));
        return lost;
    }

    /** @return the id of the record that begins there and has all of it, if that can be read */
    private static long onlyRecord(byte[] was) {
        ByteBuffer from = ByteBuffer.wrap(was);
        if (was.length <= TRANSACTION + 2 * Long.BYTES + 2 * Integer.BYTES) {
            return NONE;
        }
        long id = recordId(from, 0);
        int content = content(was[0]);
        return id >= 0 && from.getInt(content) >= was.length - content - 1 - 2 * Integer.BYTES ? id : NONE;
    }

    /** @return the highest id of a record */
    long highest() {
        return highest;
    }

    private static long recordId(ByteBuffer bytes, int at) {
        byte type = bytes.get(at);
        return isType(type) && !completes(type) ? bytes.getLong(at + content(type) - Long.BYTES) : NONE;
    }

    /** @return where in a record the size of what it says stands, after its id */
    private static int content(byte type) {
        return TRANSACTION + Long.BYTES + (isOfTransaction(type) ? Long.BYTES : 0);
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
        private final List<Integer> leftOut = new ArrayList<>();
        private int id;
        private int presentEnd = -1;

        Pass(Path file, ByteBuffer bytes, int used) {
            this.file = file;
            this.bytes = bytes;
            this.used = used;
        }

        void run() throws IOException {
            checkHeader();
            records();
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
                change(0, header, Fate.MENDED);
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

        private void records() {
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
        private int records(int from) {
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
                } else {
                    unmarked += Seal.isMarked(bytes, at - length - Integer.BYTES) ? 0 : 1;
                    if (isOlder() && needsSeals) {
                        return whole;
                    }
                    if (!mendOrLeaveOut(at, at - length, false)) {
                        at -= length;
                        whole = at;
                    }
                }
            }
            return whole;
        }

        private void note(int at) {
            byte type = bytes.get(at);
            long record = recordId(bytes, at);
            highest = Math.max(highest, record);
            if (isDelete(type)) {
                deleted.add(record);
                deletions.deleted(record, () -> ofNone(at));
            } else if (userType(at) == JournalRecordIds.ADD_REF) {
                deletions.got(record);
            } else if (userType(at) == JournalRecordIds.ACKNOWLEDGE_REF) {
                deletions.letGo(record);
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

        /** @return what has it delete no message */
        private Damage ofNone(int deletion) {
            int at = deletion + content(bytes.get(deletion)) - Long.BYTES;
            byte[] was = new byte[Long.BYTES];
            bytes.get(at, was);
            return new Damage(
                    file, at, was, new byte[Long.BYTES], isUnsynced(deletion) ? Fate.UNFINISHED : Fate.LEFT_OUT);
        }

        /** A transaction's commit says how many records of it are in the file; neither its numbers nor those of the records' transactions are sealed. */
        private void mendTransactions() {
            for (int commit : commits) {
                if (!isUnsynced(commit)) {
                    mendNumbers(commit);
                }
            }
            for (int commit : commits) {
                if (isWholeTransaction(commit)) {
                    continue;
                }
                if (isUnsynced(commit)) {
                    // It may well be that a part of it is missing, and that the rest would count later.
                    leaveBehind(bytes.getLong(commit + TRANSACTION), List.of(commit), Fate.UNFINISHED);
                } else if (!mendCount(commit)) {
                    leaveBehind(bytes.getLong(commit + TRANSACTION), List.of(commit), Fate.LEFT_BEHIND);
                }
            }
            commits.forEach(commit -> open.remove(bytes.getLong(commit + TRANSACTION)));
            for (long number : Set.copyOf(open.keySet())) {
                List<Integer> own = open.get(number);
                int last = own.get(own.size() - 1);
                if (leftOut.stream().anyMatch(at -> at > last && at - last < COMMIT_WITHIN)) {
                    // Its commit was there.
                    leaveBehind(number, List.of(), Fate.LEFT_BEHIND);
                }
            }
        }

        /** Artemis passes over a transaction of which a part is missing, with all alarms in it. */
        private void leaveBehind(long number, List<Integer> commit, Fate fate) {
            boolean hasAlarm = false;
            boolean isOfAlarm = false;
            long alarm = NONE;
            Damage last = null;
            List<Integer> own = Optional.ofNullable(open.remove(number)).orElse(List.of());
            for (int at : Stream.concat(own.stream(), commit.stream()).toList()) {
                int type = userType(at);
                hasAlarm |= type == JournalRecordIds.ADD_MESSAGE_PROTOCOL;
                isOfAlarm |= type == JournalRecordIds.ADD_REF || type == JournalRecordIds.DUPLICATE_ID;
                alarm = type == JournalRecordIds.ADD_REF ? recordId(bytes, at) : alarm;
                last = change(at, new byte[length(at)], fate);
            }
            deletions.forget(alarm);
            if (isOfAlarm && !hasAlarm && fate == Fate.LEFT_BEHIND) {
                rests.add(new Rest(alarm, last));
            }
        }

        /** @return the type that Artemis gives to what a record says; 0 when it has none */
        private int userType(int at) {
            byte type = bytes.get(at);
            return completes(type) || isDelete(type) ? 0 : bytes.get(at + content(type) + Integer.BYTES);
        }

        private boolean isWholeTransaction(int commit) {
            return own(commit).size() == bytes.getInt(commit + COUNT);
        }

        private List<Integer> own(int commit) {
            return open.getOrDefault(bytes.getLong(commit + TRANSACTION), List.of());
        }

        private void mendNumbers(int commit) {
            long number = bytes.getLong(commit + TRANSACTION);
            List<Integer> own = own(commit);
            int missing = bytes.getInt(commit + COUNT) - own.size();
            Optional<Long> other = missing > 0 ? other(number, missing) : Optional.empty();
            if (other.isPresent() && own.isEmpty()) {
                changeNumber(commit, other.get());
            } else if (other.isPresent()) {
                // What was written together stands together, and before its commit.
                List<Integer> strayed = open.get(other.get()).stream()
                        .filter(at -> at < commit)
                        .sorted(Comparator.comparing(at -> own.get(0) - at))
                        .limit(missing)
                        .toList();
                for (int at : strayed) {
                    changeNumber(at, number);
                }
                own.addAll(strayed);
                List<Integer> others = open.get(other.get());
                others.removeAll(strayed);
                if (others.isEmpty()) {
                    open.remove(other.get());
                }
            }
        }

        /** @return whether the number of its records is right now */
        private boolean mendCount(int commit) {
            int size = own(commit).size();
            if (size == 0 || Integer.bitCount(bytes.getInt(commit + COUNT) ^ size) != 1 || !leftOut.isEmpty()) {
                return false;
            }
            change(
                    commit + COUNT,
                    ByteBuffer.allocate(Integer.BYTES).putInt(size).array(),
                    Fate.MENDED);
            return true;
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

        private void changeNumber(int at, long number) {
            byte[] right = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
            change(at + TRANSACTION, right, Fate.MENDED);
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
                                    needsSeals && (recordId < 0 || recordId > notes.unsealed()))
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
                    if (isType(bytes.get(at)) && id >= 0 && id < own && length(at) != 0 && !completesOpen(at)) {
                        return at;
                    }
                }
                return used;
            } finally {
                id = own;
            }
        }

        private boolean completesOpen(int at) {
            return completes(bytes.get(at)) && open.containsKey(bytes.getLong(at + TRANSACTION));
        }

        /** @return whether the place is whole again */
        private boolean mendOrLeaveOut(int from, int to, boolean isLast) {
            if (Mending.isEmpty(bytes, from, to)) {
                return false;
            }
            if (mend(from, to, isLast)) {
                return true;
            }
            boolean isUnfinished = isLast && !notes.wasClosed() || isUnsynced(from);
            change(from, new byte[to - from], isUnfinished ? Fate.UNFINISHED : Fate.LEFT_OUT);
            if (!isUnfinished) {
                leftOut.add(from);
            }
            return false;
        }

        /** @return whether one bit was turned back, and there are records */
        private boolean mend(int from, int to, boolean isLast) {
            var turned = Mending.turned(bytes, from, to, () -> areRecords(from, to, isLast));
            turned.ifPresent(right -> change(right.at(), new byte[] {right.right()}, Fate.MENDED));
            return turned.isPresent();
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
            return notes.mayBeCut() && presentEnd() - at <= UNSYNCED;
        }

        /** @return where the last whole record of the file's present use ends */
        private int presentEnd() {
            if (presentEnd < 0) {
                presentEnd = JournalImpl.SIZE_HEADER;
                for (int at = presentEnd; at < used; at++) {
                    int length = length(at);
                    if (length > 0) {
                        presentEnd = at + length;
                        at = presentEnd - 1;
                    }
                }
            }
            return presentEnd;
        }

        private Damage change(int at, byte[] right, Fate fate) {
            byte[] was = new byte[right.length];
            bytes.get(at, was);
            bytes.put(at, right);
            var damage = new Damage(file, at, was, right, fate);
            damages.add(damage);
            return damage;
        }
    }
}
