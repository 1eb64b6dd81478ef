package ualarm.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered;

/** The alarms that were given up, each with its reason: they are listed, replayed, or thrown away by somebody. */
public final class DeadLetters {

    private static final String LETTER = "letter";
    private static final String ORIGIN = "origin";
    private static final String GIVEN_UP_AT = "givenUpAt";
    private static final int TAKEN_AT_ONCE = 200;
    private static final long MOST_BYTES_AT_ONCE = 8L << 20;

    /** Where the camera's site is looked for again. */
    private static final String UNMATCHED = "unmatched";

    /**
     * A dead letter.
     *
     * @param id its own id
     * @param alarmId the alarm's id, as far as it can be read
     * @param queue the queue it comes from, and goes back to
     * @param reason why it was given up
     * @param givenUpAt when (UTC)
     * @param alarm the alarm, without picture and detections; nothing when it cannot be read
     */
    public record Letter(
            String id, String alarmId, String queue, String reason, Instant givenUpAt, Optional<CameraAlarm> alarm) {

        private static Letter of(Entry entry) {
            Optional<CameraAlarm> alarm = readable(entry);
            return new Letter(
                    entry.text(LETTER),
                    alarm.map(CameraAlarm::id).orElse(entry.text(Entry.ALARM_ID)),
                    entry.text(ORIGIN),
                    entry.text(Entry.REASON),
                    entry.time(GIVEN_UP_AT),
                    alarm);
        }

        private static Optional<CameraAlarm> readable(Entry entry) {
            try {
                return Optional.of(entry.alarm().brief());
            } catch (Undelivered.Never unreadable) {
                return Optional.empty();
            }
        }
    }

    private final Journal journal;
    private final Connection connection;
    private final Writer writer;

    DeadLetters(Journal journal, Connection connection, Writer writer) {
        this.journal = journal;
        this.connection = connection;
        this.writer = writer;
    }

    /**
     * Puts an alarm among the dead letters.
     *
     * @param queue the queue it comes from
     * @param entry the alarm as it was handed out
     * @param reason why it is given up
     * @return done when it is synced to disk
     */
    CompletableFuture<Void> add(String queue, Entry entry, String reason) {
        return send(entry.copyTo(writer.message()), queue, reason);
    }

    private CompletableFuture<Void> send(ICoreMessage letter, String queue, String reason) {
        letter.putStringProperty(ORIGIN, queue);
        letter.putStringProperty(Entry.REASON, reason);
        letter.putStringProperty(GIVEN_UP_AT, Instant.now().toString());
        letter.putStringProperty(LETTER, UUID.randomUUID().toString());
        return writer.write(Journal.DEAD_LETTERS, letter);
    }

    /**
     * Puts the alarms among the dead letters that stood where the disk has changed the journal, as far as that can be seen; at least one.
     *
     * @param lost what stood there
     * @return done when they are synced to disk
     * @throws IOException when it cannot be read
     */
    CompletableFuture<Void> add(Path lost) throws IOException {
        byte[] bytes = Files.readAllBytes(lost);
        var remains = new Remains(bytes);
        List<Remains.Alarm> alarms =
                remains.alarms().isEmpty() ? List.of(new Remains.Alarm("", bytes, 0)) : remains.alarms();
        Set<String> queues = new HashSet<>(journal.names());
        queues.remove(Journal.DEAD_LETTERS);
        return CompletableFuture.allOf(alarms.stream()
                .map(alarm -> {
                    ICoreMessage letter = writer.message();
                    letter.putStringProperty(Entry.ALARM_ID, alarm.id());
                    letter.putLongProperty(Entry.RECEIVED_AT, System.currentTimeMillis());
                    letter.getBodyBuffer().writeBytes(alarm.content());
                    return send(
                            letter,
                            remains.queue(queues, alarm).orElse(UNMATCHED),
                            "the disk has changed " + bytes.length + " bytes of the journal, kept in "
                                    + lost.getParent());
                })
                .toArray(CompletableFuture[]::new));
    }

    /**
     * @param most how many at most
     * @return the dead letters, oldest first
     * @throws IllegalStateException when the journal cannot be read
     */
    public List<Letter> list(int most) {
        var letters = new ArrayList<Letter>();
        browse(most, entry -> letters.add(Letter.of(entry)));
        return letters;
    }

    private void browse(int most, Consumer<Entry> to) {
        try (ClientSession session = connection.toReceive();
                ClientConsumer browser = session.createConsumer(Journal.DEAD_LETTERS, null, true)) {
            session.start();
            ClientMessage next = browser.receiveImmediate();
            for (int left = most; left > 0 && next != null; left--) {
                to.accept(new Entry(next));
                next = browser.receiveImmediate();
            }
        } catch (ActiveMQException e) {
            throw new IllegalStateException("The journal cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * @param most how many at most are counted
     * @return how many dead letters come from the queues of each site; those of none under the empty name
     * @throws IllegalStateException when the journal cannot be read
     */
    public Map<String, Long> bySite(int most) {
        var counts = new HashMap<String, Long>();
        browse(most, entry -> counts.merge(Journal.site(entry.text(ORIGIN)), 1L, Long::sum));
        return counts;
    }

    /**
     * Puts dead letters back into the queues they come from, as if they had just been received; they are not mailed as a fallback once
     * more. Where nobody reads such a queue any more, because its site has been removed, another site is looked for that has the camera.
     *
     * @param ids the letters' own ids
     * @return those of them that were there
     * @throws IllegalStateException when the journal cannot do it
     */
    public List<Letter> replay(List<String> ids) {
        return take(ids, letter -> {
            ICoreMessage again = letter.copyTo(writer.message());
            again.putLongProperty(Entry.RECEIVED_AT, System.currentTimeMillis());
            again.putBooleanProperty(Entry.TOLD, true);
            String queue = journal.readOr(letter.text(ORIGIN), UNMATCHED);
            journal.queue(queue);
            return writer.write(queue, again);
        });
    }

    /**
     * Puts all that are there now back, some at a time: there may be very many.
     *
     * @param each hears of each that was put back
     * @return how many
     * @throws IllegalStateException when the journal cannot do it
     */
    public int replayAll(Consumer<Letter> each) {
        long left = journal.waiting(Journal.DEAD_LETTERS).count();
        int replayed = 0;
        while (left > 0) {
            List<Letter> some = list((int) Math.min(left, TAKEN_AT_ONCE));
            List<Letter> put = replay(some.stream().map(Letter::id).toList());
            put.forEach(each);
            replayed += put.size();
            // What somebody else is replaying meanwhile cannot be taken.
            left = put.isEmpty() ? 0 : left - some.size();
        }
        return replayed;
    }

    /**
     * Throws a dead letter away.
     *
     * @param id the letter's own id
     * @return the letter; nothing when it was not there
     * @throws IllegalStateException when the journal cannot do it
     */
    public Optional<Letter> discard(String id) {
        return take(List.of(id), letter -> CompletableFuture.completedFuture(null)).stream()
                .findFirst();
    }

    private interface Handling {
        CompletableFuture<Void> handle(Entry letter) throws ActiveMQException;
    }

    private List<Letter> take(List<String> ids, Handling handling) {
        var taken = new ArrayList<Letter>();
        try (ClientSession session = connection.toReceive()) {
            session.start();
            for (int from = 0; from < ids.size(); from += TAKEN_AT_ONCE) {
                String wanted = ids.subList(from, Math.min(ids.size(), from + TAKEN_AT_ONCE)).stream()
                        .filter(id -> id.matches("[0-9a-f-]{36}"))
                        .map(id -> "'" + id + "'")
                        .collect(Collectors.joining(", "));
                if (!wanted.isEmpty()) {
                    taken.addAll(take(session, LETTER + " in (" + wanted + ")", handling));
                }
            }
        } catch (ActiveMQException | CompletionException e) {
            throw new IllegalStateException("The journal could not do it: " + e.getMessage(), e);
        }
        return taken;
    }

    /** A letter leaves the dead letters only when its copy is on disk. */
    private static List<Letter> take(ClientSession session, String filter, Handling handling) throws ActiveMQException {
        var taken = new ArrayList<Letter>();
        var handled = new LinkedHashMap<Entry, CompletableFuture<Void>>();
        try (ClientConsumer consumer = session.createConsumer(Journal.DEAD_LETTERS, filter)) {
            long size = 0;
            for (ClientMessage next = consumer.receiveImmediate(); next != null; next = consumer.receiveImmediate()) {
                var letter = new Entry(next);
                handled.put(letter, handling.handle(letter));
                size += next.getBodySize();
                if (size > MOST_BYTES_AT_ONCE) {
                    taken.addAll(letGo(handled));
                    size = 0;
                }
            }
            taken.addAll(letGo(handled));
        }
        return taken;
    }

    private static List<Letter> letGo(Map<Entry, CompletableFuture<Void>> handled) throws ActiveMQException {
        for (var each : handled.entrySet()) {
            each.getValue().join();
            ((ClientMessage) each.getKey().message()).individualAcknowledge();
        }
        List<Letter> letters = handled.keySet().stream().map(Letter::of).toList();
        handled.clear();
        return letters;
    }
}
