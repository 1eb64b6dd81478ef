package ualarm.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;

/**
 * The journal's queues: alarms are put in, each is handed out until it has been delivered or has become a dead letter. It is kept
 * by the embedded {@link Broker} or, by one setting, by an external Artemis; only client calls are used, so both do the same.
 */
public final class Journal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** The queue of alarms that were given up. */
    public static final String DEAD_LETTERS = "dead-letters";

    private static final Duration WATCHED_EVERY = Duration.ofMillis(200);

    private static final AtomicInteger BROKERS = new AtomicInteger();

    private final Optional<Broker> broker;
    private final Connection connection;
    private final Store store;
    private final Writer writer;
    private final DeadLetters deadLetters;
    private volatile Optional<Notes> notes = Optional.empty();
    private final Seen seen = new Seen();
    private final Set<String> queues = ConcurrentHashMap.newKeySet();
    private final Map<String, Consumer<String>> readers = new ConcurrentHashMap<>();
    private final Set<String> together = ConcurrentHashMap.newKeySet();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private Duration setForward = Elapsed.CLOCK.look();
    private volatile Runnable whenClockWasSet = () -> {};
    private final AtomicBoolean closed = new AtomicBoolean();

    private Journal(Optional<Broker> broker, Connection connection) throws ActiveMQException {
        this.broker = broker;
        this.connection = connection;
        this.store = broker.isPresent() ? broker.get() : new ExternalStore(connection);
        this.writer = new Writer(store);
        this.deadLetters = new DeadLetters(this, connection, writer);
        queue(DEAD_LETTERS);
        broker.ifPresent(this::addLost);
        connection.every(WATCHED_EVERY, this::watch);
    }

    private void addLost(Broker from) {
        try {
            for (Path lost : from.lost()) {
                deadLetters
                        .add(lost)
                        .orTimeout(Writer.CONFIRMATION.toSeconds(), TimeUnit.SECONDS)
                        .join();
                String name = lost.getFileName().toString();
                Files.move(
                        lost,
                        lost.resolveSibling(name.substring(0, name.length() - JournalCheck.LOST.length())),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException | CompletionException e) {
            LOG.error("What the disk has changed is no dead letter yet; the next start tries again.", e);
        }
    }

    /**
     * Opens the journal in a directory.
     *
     * @param directory where its files lie
     * @return the open journal
     * @throws Exception when the files cannot be read, or another process has them
     */
    public static Journal embedded(Path directory) throws Exception {
        return embedded(directory, Connection.pool());
    }

    /** As {@link #embedded(Path)}, with the threads that carry its packets. */
    static Journal embedded(Path directory, ExecutorService threads) throws Exception {
        int number = BROKERS.incrementAndGet();
        var broker = new Broker(directory, number, Runtime.getRuntime().maxMemory() / 4);
        broker.start();
        return new Journal(Optional.of(broker), new Connection("vm://" + number, "", "", threads));
    }

    /**
     * Opens the journal on an external Artemis.
     *
     * @param url for example {@code (tcp://a:61616,tcp://b:61616)}
     * @param username its user; empty = none
     * @param password the user's password
     * @return the open journal
     * @throws Exception when it cannot be reached
     */
    public static Journal external(String url, String username, String password) throws Exception {
        return new Journal(Optional.empty(), new Connection(url, username, password, Connection.pool()));
    }

    private void watch() {
        if (broker.isPresent() && !broker.get().isRunning() && !closed.get()) {
            broken.complete(null);
            return;
        }
        lookAtClock();
        writer.giveUpOldWrites();
        broker.ifPresent(Broker::flush);
    }

    /** What waits for a later attempt waits for a time of day: were that set back by a day, it would wait for a day more. */
    private void lookAtClock() {
        Duration now = Elapsed.CLOCK.look();
        Duration by = now.minus(setForward);
        setForward = now;
        if (by.abs().compareTo(Elapsed.JUMP) > 0) {
            LOG.warn(
                    "The clock of this machine was set {} by {} s: what waits is tried now.",
                    by.isNegative() ? "back" : "forward",
                    by.abs().toSeconds());
            hurry(List.copyOf(queues));
            whenClockWasSet.run();
        }
    }

    /** @param listener is told when the clock of this machine was set */
    public void whenClockWasSet(Runnable listener) {
        whenClockWasSet = listener;
    }

    /** @return done when the embedded broker has stopped by itself, as it does when it can no longer write to the disk */
    public CompletableFuture<Void> broken() {
        return broken;
    }

    /** @return whether alarms can be stored now */
    public boolean isWritable() {
        return !closed.get() && store.isOpen();
    }

    /**
     * Has the alarms of queues tried again now that wait for a later attempt: what was in their way may be mended. (Those in an external
     * Artemis wait until their time comes.)
     *
     * @param names the queues' names
     */
    public void hurry(List<String> names) {
        for (String name : names) {
            try {
                if (broker.isPresent()) {
                    broker.get().hurry(name);
                }
            } catch (ActiveMQException e) {
                LOG.debug("{} could not be hurried", name, e);
            }
        }
    }

    /**
     * Makes a queue if it is not there, and remembers which alarms went into it lately.
     *
     * @param name the queue's name
     * @throws ActiveMQException when the broker refuses it
     */
    void queue(String name) throws ActiveMQException {
        if (queues.contains(name)) {
            return;
        }
        store.create(name, together.contains(name));
        if (broker.isPresent()) {
            // A clock that was ahead when they were put back, and is right now, holds nothing up either.
            broker.get().hurryAfter(name, Instant.now().plus(Ladder.LONGEST));
        }
        broker.ifPresent(b -> b.keys(name).forEach(key -> seen.remember(name, key)));
        Optional.ofNullable(readers.get(name)).ifPresent(reader -> reader.accept(name));
        queues.add(name);
    }

    /**
     * Has queues read, those that are there now and the others when they are made.
     *
     * @param names the queues
     * @param isTogether whether their alarms are handed out together
     * @param reader begins to read the queue that it is given; may be called twice for the same
     * @throws ActiveMQException when the broker refuses one
     */
    void read(Set<String> names, boolean isTogether, Consumer<String> reader) throws ActiveMQException {
        if (isTogether) {
            together.addAll(names);
        }
        names.forEach(name -> readers.put(name, reader));
        Set<String> there = broker.map(Broker::queues).orElse(names);
        for (String name : names) {
            if (there.contains(name)) {
                queue(name);
                reader.accept(name);
            }
        }
    }

    /** @return a queue; another one where that is read and this is not */
    String readOr(String queue, String other) {
        return readers.containsKey(queue) || !readers.containsKey(other) ? queue : other;
    }

    /**
     * Stores an alarm in queues, which are made when they are not there: in all with one write, or in none.
     *
     * @param queues the queues' names
     * @param alarm the alarm
     * @return done when it is synced to disk: the queues that it is new to, none when they all got the same alarm before; fails with
     *     {@link NotStored} when the journal cannot take it
     */
    CompletableFuture<List<String>> put(List<String> queues, CameraAlarm alarm) {
        if (!isWritable()) {
            return CompletableFuture.failedFuture(new NotStored(
                    broker.isPresent() || closed.get()
                            ? "the disk is full, or the journal has stopped"
                            : "Artemis does not answer"));
        }
        try {
            for (String queue : queues) {
                queue(queue);
            }
        } catch (ActiveMQException e) {
            return CompletableFuture.failedFuture(new NotStored(e.getMessage()));
        }
        return seen.once(queues, alarm.key(), alarm.receivedAt(), (news, key) -> {
            ICoreMessage message = writer.message();
            message.putStringProperty(Entry.ALARM_ID, alarm.id());
            message.putLongProperty(Entry.RECEIVED_AT, alarm.receivedAt().toEpochMilli());
            if (alarm.isMailed()) {
                message.putBooleanProperty(Entry.TOLD, true);
            }
            message.putStringProperty(Entry.GROUP, camera(alarm));
            Entry.bear(message, alarm.toJson());
            return writer.put(news, message, key);
        });
    }

    private static String camera(CameraAlarm alarm) {
        return alarm.camera().map(Object::toString).orElse(alarm.sighting().camera());
    }

    /**
     * Stands for leader among the connectors on the same journal.
     *
     * @param namespace what the leader does
     * @param leads is told when this one becomes leader, and when it is not any more
     * @return ends it
     * @throws ActiveMQException when Artemis refuses it
     */
    AutoCloseable stand(String namespace, Consumer<Boolean> leads) throws ActiveMQException {
        if (broker.isPresent()) {
            leads.accept(true);
            return () -> {};
        }
        return new Candidate(store, connection.toReceive(), "leader." + namespace, leads);
    }

    /**
     * @param told gets what other connectors on the same journal {@link #tell}
     * @throws ActiveMQException when Artemis refuses it
     */
    public void whenTold(Consumer<String> told) throws ActiveMQException {
        if (broker.isEmpty()) {
            notes = Optional.of(new Notes(connection.toReceive(), connection.toReceive(), told));
        }
    }

    /**
     * Tells the other connectors on the same journal something, when there are any, soon and without waiting.
     *
     * @param note what
     */
    public void tell(String note) {
        notes.ifPresent(all -> connection.now(() -> all.tell(note)));
    }

    Writer writer() {
        return writer;
    }

    /** @return the alarms that were given up */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /** @return hands out a queue's entries ahead */
    HandOut handOut(String queue) throws ActiveMQException {
        return store.handOut(queue);
    }

    /** @return hands out a queue's entries when they are asked for */
    ClientHandOut handOutOneByOne(String queue) throws ActiveMQException {
        return new ClientHandOut(connection.toReceive(), queue, ClientHandOut.ONE_BY_ONE, connection.letGo());
    }

    /** Runs something after a delay, on one of the executor's threads. */
    void later(Runnable task, Duration delay, Executor executor) {
        connection.later(task, delay, executor);
    }

    /**
     * @param queue a queue's name
     * @return what waits in it
     */
    public Waiting waiting(String queue) {
        if (closed.get()) {
            return Waiting.NOTHING;
        }
        try {
            return store.waiting(queue);
        } catch (ActiveMQException e) {
            return Waiting.NOTHING;
        }
    }

    /** @return the queues that are not empty, dead letters aside, with what waits in each; none for an external Artemis */
    public Map<String, Long> waiting() {
        return closed.get()
                ? Map.of()
                : broker.map(b -> b.waiting(name -> !name.equals(DEAD_LETTERS))).orElse(Map.of());
    }

    /**
     * @param site a site's name
     * @return how many entries wait for it, in whatever channel; of an external Artemis, in the queues that are used here
     * @throws IOException when that does not tell
     */
    public long waitingFor(String site) throws IOException {
        long waiting = 0;
        try {
            for (String queue : names()) {
                if (site(queue).equals(site)) {
                    waiting += store.waiting(queue).count();
                }
            }
        } catch (ActiveMQException e) {
            throw new IOException("Artemis does not tell what waits for this site: " + e.getMessage(), e);
        }
        return waiting;
    }

    /** @return the names of the queues that are there, as far as is known */
    Set<String> names() {
        return broker.map(Broker::queues).orElse(queues);
    }

    /**
     * Finds alarms that nobody works off, because their site is no longer set.
     *
     * @return the queues with how many alarms wait in each; none for an external Artemis, which others may use as well
     */
    public Map<String, Long> orphans() {
        return broker.map(b -> b.waiting(name -> !readers.containsKey(name) && !name.equals(DEAD_LETTERS)))
                .orElse(Map.of());
    }

    /**
     * @param queue a queue's name
     * @return its channel: {@code event} of {@code event.main}
     */
    public static String channel(String queue) {
        int dot = queue.indexOf('.');
        return dot < 0 ? queue : queue.substring(0, dot);
    }

    /**
     * @param queue a queue's name
     * @return its site: {@code main} of {@code event.main}; empty when it has none
     */
    static String site(String queue) {
        int dot = queue.indexOf('.');
        return dot < 0 ? "" : queue.substring(dot + 1);
    }

    /** Notes why a queue's alarms are not taken; the empty text when they are. */
    void troubled(String queue, String reason) {
        if (reason.isEmpty()) {
            troubles.remove(queue);
        } else {
            troubles.put(queue, reason);
        }
    }

    /**
     * @param queue a queue's name
     * @return why its alarms are held back; empty when they are not
     */
    public String trouble(String queue) {
        return troubles.getOrDefault(queue, "");
    }

    @Override
    public void close() throws Exception {
        if (closed.getAndSet(true)) {
            return;
        }
        store.close();
        connection.close();
        if (broker.isPresent()) {
            broker.get().stop();
        }
        connection.stopThreads();
    }
}
