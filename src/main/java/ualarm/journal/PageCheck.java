package ualarm.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ActiveMQBuffers;
import org.apache.activemq.artemis.core.message.impl.CoreMessage;
import org.apache.activemq.artemis.core.paging.impl.PagedMessageImpl;
import org.apache.activemq.artemis.core.paging.impl.PagingStoreFactoryNIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.journal.Damage.Fate;

/**
 * Looks through each page that was there at the start before Artemis reads it, which passes over all that comes after what it does not understand. A bit that has flipped is turned back; what
 * stays unreadable gives way to alarms of which no more is known than that they were there: Artemis knows an alarm by its place in a page. The format is
 * that of Artemis 2 (PageReadWriter): a brace, the length of what is between, that, and a brace.
 */
final class PageCheck {

    private static final Logger LOG = LoggerFactory.getLogger(PageCheck.class);

    /** What the name of such a file ends with. */
    static final String PAGE = ".page";

    private static final byte OPEN = '{';
    private static final byte CLOSE = '}';
    private static final int HEAD = 1 + Integer.BYTES;
    private static final int AROUND = HEAD + 1;

    /** So many bytes are enough for an alarm of which only its id is known. */
    private static final int ENOUGH = 1 << 10;

    /** The number of no transaction. */
    private static final long OF_NONE = -1;

    private final Path aside;
    private final JournalNotes notes;
    private final Set<Path> unread = new HashSet<>();
    private final Set<Path> newest;

    /**
     * @param folder where the folders of pages are; need not be there
     * @param aside where what stood there is kept
     * @param notes what is known of the journal
     * @throws IOException when the folder cannot be read
     */
    PageCheck(Path folder, Path aside, JournalNotes notes) throws IOException {
        this.aside = aside;
        this.notes = notes;
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(PAGE)).forEach(unread::add);
            }
        }
        var byQueue = new HashMap<Path, Path>();
        unread.forEach(
                page -> byQueue.merge(page.getParent(), page, (one, other) -> one.compareTo(other) > 0 ? one : other));
        newest = Set.copyOf(byQueue.values());
    }

    /**
     * Writes an alarm of a page with its seal.
     *
     * @param alarm as Artemis writes it; is read
     * @param to where it is written; is ready to be read then
     */
    static void seal(ByteBuffer alarm, ByteBuffer to) {
        ByteBuffer content = alarm.slice(alarm.position() + HEAD, alarm.remaining() - AROUND);
        to.put(OPEN).putInt(content.remaining() + Seal.LENGTH).put(content.duplicate());
        Seal.write(to, content);
        to.put(CLOSE).flip();
    }

    /**
     * Is called before a page is read. The lock on this has it wait until it was looked through.
     *
     * @param page the file; in its folder is the name of its queue
     * @throws IOException when it cannot be read or written
     */
    synchronized void before(Path page) throws IOException {
        if (unread.remove(page)) {
            for (Damage damage : new Pass(page).run()) {
                damage.keep(aside, "");
                damage.write();
            }
        }
    }

    /** @return the queue whose page it is, if that is known, by its number */
    private Optional<Map.Entry<Long, String>> queue(Path page) throws IOException {
        Path name = page.resolveSibling(PagingStoreFactoryNIO.ADDRESS_FILE);
        String queue = Files.exists(name) ? Files.readString(name).strip() : "";
        return notes.queues().entrySet().stream()
                .filter(known -> known.getValue().equals(queue))
                .findFirst();
    }

    private final class Pass {
        private final Path page;
        private final byte[] bytes;
        private final ByteBuffer buffer;
        private final List<Damage> damages = new ArrayList<>();
        private int lastLength;

        Pass(Path page) throws IOException {
            this.page = page;
            bytes = Files.readAllBytes(page);
            buffer = ByteBuffer.wrap(bytes);
        }

        List<Damage> run() throws IOException {
            int at = 0;
            while (at < bytes.length) {
                int length = length(at);
                if (length > 0) {
                    lastLength = length;
                    at += length;
                    continue;
                }
                int next = next(at);
                boolean isLast = next == bytes.length;
                if (isLast && Mending.isEmpty(buffer, at, next)) {
                    return damages;
                }
                if (!mend(at, next)) {
                    if (newest.contains(page) && (notes.mayBeCut() || isLast && !notes.wasClosed())) {
                        // Artemis goes on writing here; nobody was told that what follows is there.
                        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
                        damages.add(new Damage(page, at, rest, new byte[0], Fate.UNFINISHED));
                        return damages;
                    }
                    leaveOut(at, next);
                    at = next;
                }
            }
            return damages;
        }

        /** @return the length of an alarm with what is around it; 0 when none begins there that is whole */
        private int length(int at) {
            if (bytes[at] != OPEN || bytes.length - at < AROUND) {
                return 0;
            }
            int content = buffer.getInt(at + 1);
            if (content <= 0 || content > bytes.length - at - AROUND || bytes[at + HEAD + content] != CLOSE) {
                return 0;
            }
            boolean isBroken =
                    Seal.isOfAnother(buffer.duplicate().position(at + HEAD).limit(at + HEAD + content));
            return isBroken ? 0 : content + AROUND;
        }

        private int next(int from) {
            int at = from + 1;
            while (at < bytes.length && length(at) == 0) {
                at++;
            }
            return at;
        }

        /** @return whether one bit was turned back, and there is an alarm */
        private boolean mend(int from, int to) {
            var turned = Mending.turned(buffer, from, to, () -> length(from) == to - from);
            turned.ifPresent(right -> {
                byte[] was = {bytes[right.at()]};
                bytes[right.at()] = right.right();
                damages.add(new Damage(page, right.at(), was, new byte[] {right.right()}, Fate.MENDED));
            });
            return turned.isPresent();
        }

        private void leaveOut(int from, int to) throws IOException {
            byte[] was = Arrays.copyOfRange(bytes, from, to);
            List<String> ids =
                    new Remains(was).alarms().stream().map(Remains.Alarm::id).toList();
            Optional<Map.Entry<Long, String>> queue = queue(page);
            for (int count = Math.max(ids.size(), usual(from, to)); queue.isPresent() && count > 0; count--) {
                // What a file ends with may have lost its own end.
                int room = to < bytes.length ? was.length : Math.max(was.length, count * ENOUGH);
                Optional<byte[]> instead = instead(room, count, ids, queue.get());
                if (instead.isPresent()) {
                    damages.add(new Damage(page, from, was, instead.get(), Fate.LEFT_OUT));
                    return;
                }
            }
            LOG.error(
                    "{} bytes at {} of {} cannot be read; the alarms after them in that file are not delivered.",
                    was.length,
                    from,
                    page);
        }

        /** @return how many alarms as long as the one before or after have room there; at least one */
        private int usual(int from, int to) {
            int beside = to < bytes.length ? length(to) : lastLength;
            return beside == 0 ? 1 : Math.max(1, Math.round((to - from) / (float) beside));
        }

        /** @return so many alarms, and so many bytes; nothing when they have no room */
        private Optional<byte[]> instead(int length, int count, List<String> ids, Map.Entry<Long, String> queue) {
            ByteBuffer instead = ByteBuffer.allocate(length);
            for (int i = 0; i < count; i++) {
                int end = (int) ((long) length * (i + 1) / count);
                var message = new CoreMessage(i + 1L, end).setDurable(true).setAddress(queue.getValue());
                message.putLongProperty(Entry.RECEIVED_AT, System.currentTimeMillis());
                message.putStringProperty(Entry.ALARM_ID, i < ids.size() ? ids.get(i) : "");
                // It has none that is right.
                message.putIntProperty(Entry.CHECKSUM, ~Seal.of(new byte[0]));
                var paged = new PagedMessageImpl(message, new long[] {queue.getKey()}, OF_NONE);
                int room = end - instead.position() - AROUND - Seal.LENGTH - paged.getEncodeSize();
                if (room < 0) {
                    return Optional.empty();
                }
                message.getBodyBuffer().writeBytes(new byte[room]);
                int size = paged.getEncodeSize();
                var content = ActiveMQBuffers.fixedBuffer(size);
                paged.encode(content);
                ByteBuffer alarm = ByteBuffer.allocate(size + AROUND)
                        .put(OPEN)
                        .putInt(size)
                        .put(content.toByteBuffer(0, size))
                        .put(CLOSE)
                        .flip();
                seal(alarm, instead.slice(instead.position(), alarm.remaining() + Seal.LENGTH));
                instead.position(end);
            }
            return Optional.of(instead.array());
        }
    }
}
