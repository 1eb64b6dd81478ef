package ualarm.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.SendAcknowledgementHandler;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMConnectorFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered;

/**
 * The journal's queues: alarms are put in, each is handed out until it has been delivered or has become a dead letter. It is kept
 * by the embedded {@link Broker} or, by one setting, by an external Artemis; only client calls are used, so both do the same.
 */
public final class Journal implements AutoCloseable {

    /** The queue of alarms that were given up, each with its reason. */
    public static final String DEAD_LETTERS = "dead-letters";

    static final String ATTEMPTS = "attempts";
    static final String REASON = "reason";
    static final String ORIGIN = "origin";
    static final String ALARM_ID = "alarmId";
    static final String GIVEN_UP_AT = "givenUpAt";
    static final String LETTER = "letter";
    static final String RECEIVED_AT = "receivedAt";
    static final String NOT_BEFORE = "notBefore";

    /** Marks an alarm that was mailed, so that it is not mailed once more as a fallback. */
    static final String TOLD = "told";

    /** A write that is not confirmed by then is answered as failed; the sender may send the alarm again. */
    private static final Duration CONFIRMATION = Duration.ofSeconds(10);

    /** How long a call waits for an external Artemis to come back; the sender is told to try again instead. */
    private static final Duration FAILOVER = Duration.ofSeconds(1);

    private static final int TAKEN_AT_ONCE = 200;

    private static final AtomicInteger BROKERS = new AtomicInteger();

    private final Optional<Broker> broker;
    private final ServerLocator sendingLocator;
    private final ServerLocator receivingLocator;
    private final ServerLocator lookingLocator;
    private final ClientSessionFactory sendingFactory;
    private final ClientSessionFactory receivingFactory;
    private final ClientSessionFactory lookingFactory;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, daemon("journal-timer"));
    private final String username;
    private final String password;
    private final ClientSession sending;
    private final ClientProducer producer;
    private final Set<String> queues = ConcurrentHashMap.newKeySet();
    private final Map<String, Consumer<String>> readers = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final Seen seen = new Seen();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private final Queue<Unconfirmed> unconfirmed = new ConcurrentLinkedQueue<>();

    private record Unconfirmed(long since, CompletableFuture<Void> confirmed) {}

    private Journal(
            Optional<Broker> broker,
            Supplier<ServerLocator> locators,
            String username,
            String password,
            ExecutorService threads)
            throws Exception {
        this.broker = broker;
        this.threads = threads;
        this.username = username;
        this.password = password;
        // A window for confirmations makes Artemis confirm each write; without credits a full address pages instead of
        // blocking us.
        this.sendingLocator =
                configured(locators.get()).setConfirmationWindowSize(1 << 20).setProducerWindowSize(-1);
        this.receivingLocator =
                configured(locators.get()).setConsumerWindowSize(128 << 10).setAckBatchSize(0);
        // Without a window each entry is asked for by itself. With one, the question whether that was all may overtake
        // the
        // credits for more, which Artemis sends on another thread: then what is left is not seen.
        this.lookingLocator = configured(locators.get()).setConsumerWindowSize(0);
        this.sendingFactory = sendingLocator.createSessionFactory();
        this.receivingFactory = receivingLocator.createSessionFactory();
        this.lookingFactory = lookingLocator.createSessionFactory();
        this.sending = session(sendingFactory);
        this.producer = sending.createProducer();
        sending.start();
        queue(DEAD_LETTERS);
        timer.scheduleWithFixedDelay(this::watch, 200, 200, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens the journal in a directory.
     *
     * @param directory where its files lie
     * @return the open journal
     * @throws Exception when the files cannot be read, or another process has them
     */
    public static Journal embedded(Path directory) throws Exception {
        return embedded(directory, pool());
    }

    /** As {@link #embedded(Path)}, with the threads that carry its packets. */
    static Journal embedded(Path directory, ExecutorService threads) throws Exception {
        int id = BROKERS.incrementAndGet();
        var broker = new Broker(directory, id);
        broker.start();
        return new Journal(
                Optional.of(broker),
                () -> ActiveMQClient.createServerLocatorWithoutHA(new TransportConfiguration(
                        InVMConnectorFactory.class.getName(), Map.of("serverId", String.valueOf(id)))),
                "",
                "",
                threads);
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
        return new Journal(Optional.empty(), () -> locator(url), username, password, pool());
    }

    private static ExecutorService pool() {
        return Executors.newCachedThreadPool(daemon("journal"));
    }

    private static ServerLocator locator(String url) {
        try {
            return ActiveMQClient.createServerLocator(url);
        } catch (Exception e) {
            throw new IllegalArgumentException("journal.url is no address of Artemis: " + e.getMessage(), e);
        }
    }

    private ServerLocator configured(ServerLocator locator) {
        locator.setBlockOnDurableSend(false)
                .setBlockOnAcknowledge(false)
                .setReconnectAttempts(-1)
                .setRetryInterval(500)
                .setRetryIntervalMultiplier(2)
                .setMaxRetryInterval(5_000)
                .setCallTimeout(CONFIRMATION.toMillis())
                .setCallFailoverTimeout(FAILOVER.toMillis())
                .setUseGlobalPools(false);
        locator.setThreadPools(threads, timer, threads);
        return locator;
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
        synchronized (sending) {
            try {
                sending.createQueue(Broker.queue(name));
            } catch (ActiveMQException e) {
                if (e.getType() != ActiveMQExceptionType.QUEUE_EXISTS) {
                    throw e;
                }
            }
            broker.ifPresent(b -> b.keys(name).forEach(key -> seen.remember(name, key)));
        }
        Optional.ofNullable(readers.get(name)).ifPresent(reader -> reader.accept(name));
        queues.add(name);
    }

    /**
     * Has queues read, those that are there now and the others when they are made.
     *
     * @param names the queues
     * @param reader begins to read the queue that it is given; may be called twice for the same
     * @throws ActiveMQException when the broker refuses one
     */
    void read(Set<String> names, Consumer<String> reader) throws ActiveMQException {
        names.forEach(name -> readers.put(name, reader));
        Set<String> there = broker.map(Broker::queues).orElse(names);
        for (String name : names) {
            if (there.contains(name)) {
                queue(name);
                reader.accept(name);
            }
        }
    }

    /**
     * Stores an alarm in a queue.
     *
     * @param queue a queue made by {@link #queue}
     * @param alarm the alarm
     * @return done when it is synced to disk: true when it is new, false when the queue got the same alarm before; fails with
     *     {@link NotStored} when the journal cannot take it
     */
    CompletableFuture<Boolean> put(String queue, CameraAlarm alarm) {
        if (!isWritable()) {
            return CompletableFuture.failedFuture(new NotStored("the disk is full, or the journal has stopped"));
        }
        return seen.once(queue, alarm.key(), alarm.receivedAt(), key -> {
            ClientMessage message = sending.createMessage(true);
            message.putStringProperty(ALARM_ID, alarm.id());
            message.putLongProperty(RECEIVED_AT, alarm.receivedAt().toEpochMilli());
            if (alarm.isMailed()) {
                message.putBooleanProperty(TOLD, true);
            }
            message.putStringProperty(Message.HDR_GROUP_ID.toString(), group(alarm));
            message.putBytesProperty(Message.HDR_DUPLICATE_DETECTION_ID.toString(), key);
            message.getBodyBuffer().writeBytes(alarm.toJson());
            return send(queue, message);
        });
    }

    private static String group(CameraAlarm alarm) {
        return alarm.camera().map(Object::toString).orElse(alarm.sighting().camera());
    }

    /**
     * Puts an alarm back with a delay.
     *
     * @param queue its queue
     * @param alarm the alarm as it was handed out
     * @param body its body
     * @param attempts how many attempts have failed by now
     * @param delay how long it waits
     * @param marks puts on it what is to be remembered of it
     * @return done when it is synced to disk
     */
    CompletableFuture<Void> putBack(
            String queue,
            ClientMessage alarm,
            byte[] body,
            int attempts,
            Duration delay,
            Consumer<ClientMessage> marks) {
        ClientMessage copy = copy(alarm, body);
        marks.accept(copy);
        copy.putIntProperty(ATTEMPTS, attempts);
        copy.putLongProperty(
                Message.HDR_SCHEDULED_DELIVERY_TIME.toString(), System.currentTimeMillis() + delay.toMillis());
        return send(queue, copy);
    }

    /**
     * Puts an alarm among the dead letters.
     *
     * @param queue the queue it comes from
     * @param alarm the alarm as it was handed out
     * @param body its body
     * @param reason why it is given up
     * @return done when it is synced to disk
     */
    CompletableFuture<Void> bury(String queue, ClientMessage alarm, byte[] body, String reason) {
        ClientMessage copy = copy(alarm, body);
        copy.putStringProperty(ORIGIN, queue);
        copy.putStringProperty(REASON, reason);
        copy.putStringProperty(GIVEN_UP_AT, Instant.now().toString());
        copy.putStringProperty(LETTER, UUID.randomUUID().toString());
        return send(DEAD_LETTERS, copy);
    }

    private ClientMessage copy(ClientMessage alarm, byte[] body) {
        ClientMessage copy = sending.createMessage(true);
        Optional.ofNullable(alarm.getStringProperty(ALARM_ID)).ifPresent(id -> copy.putStringProperty(ALARM_ID, id));
        Optional.ofNullable(alarm.getStringProperty(Message.HDR_GROUP_ID.toString()))
                .ifPresent(group -> copy.putStringProperty(Message.HDR_GROUP_ID.toString(), group));
        if (alarm.containsProperty(RECEIVED_AT)) {
            copy.putLongProperty(RECEIVED_AT, alarm.getLongProperty(RECEIVED_AT));
        }
        if (alarm.containsProperty(TOLD)) {
            copy.putBooleanProperty(TOLD, true);
        }
        copy.getBodyBuffer().writeBytes(body);
        return copy;
    }

    /** @return the bytes of a message's body, also of a large one */
    static byte[] body(ClientMessage message) {
        var buffer = message.getBodyBuffer();
        byte[] body = new byte[buffer.readableBytes()];
        buffer.readBytes(body);
        return body;
    }

    private CompletableFuture<Void> send(String queue, ClientMessage message) {
        var confirmed = new CompletableFuture<Void>();
        var handler = new SendAcknowledgementHandler() {
            @Override
            public void sendAcknowledged(Message sent) {
                confirmed.complete(null);
            }

            @Override
            public void sendFailed(Message sent, Exception cause) {
                confirmed.completeExceptionally(new NotStored(cause.getMessage()));
            }
        };
        try {
            synchronized (sending) {
                producer.send(SimpleString.of(queue), message, handler);
            }
        } catch (ActiveMQException e) {
            confirmed.completeExceptionally(new NotStored(e.getMessage()));
        }
        unconfirmed.add(new Unconfirmed(System.nanoTime(), confirmed));
        return confirmed;
    }

    /** @return done when the embedded broker has stopped by itself, as it does when it can no longer write to the disk */
    public CompletableFuture<Void> broken() {
        return broken;
    }

    private void watch() {
        giveUpOldWrites();
        if (broker.isPresent() && !broker.get().isStarted() && !closed.get()) {
            broken.complete(null);
        }
    }

    /** Writes come in the order of their time, so looking at the oldest is enough; a timer for each would cost more than the write. */
    private void giveUpOldWrites() {
        for (Unconfirmed oldest = unconfirmed.peek(); oldest != null; oldest = unconfirmed.peek()) {
            if (!oldest.confirmed().isDone() && System.nanoTime() - oldest.since() < CONFIRMATION.toNanos()) {
                return;
            }
            unconfirmed.poll();
            oldest.confirmed().completeExceptionally(new NotStored("the disk did not confirm the write in time"));
        }
    }

    /**
     * Lists what is in a queue, without taking it out.
     *
     * @param queue the queue
     * @return a line an entry: the alarm's id and, for dead letters, the reason
     * @throws IllegalStateException when the journal cannot be read
     */
    public List<String> browse(String queue) {
        var lines = new ArrayList<String>();
        try (ClientSession session = session(lookingFactory);
                ClientConsumer browser = session.createConsumer(queue, null, true)) {
            session.start();
            for (ClientMessage entry = browser.receiveImmediate(); entry != null; entry = browser.receiveImmediate()) {
                lines.add(entry.getStringProperty(ALARM_ID)
                        + Optional.ofNullable(entry.getStringProperty(REASON))
                                .map(reason -> ": " + reason)
                                .orElse(""));
            }
        } catch (ActiveMQException e) {
            throw new IllegalStateException("The journal cannot be read: " + e.getMessage(), e);
        }
        return lines;
    }

    /**
     * A dead letter.
     *
     * @param id its own id
     * @param queue the queue it comes from, and goes back to
     * @param reason why it was given up
     * @param givenUpAt when (UTC)
     * @param alarm the alarm; nothing when it cannot be read
     */
    public record Letter(String id, String queue, String reason, Instant givenUpAt, Optional<CameraAlarm> alarm) {}

    /**
     * @param most how many at most
     * @return the dead letters, oldest first
     * @throws IllegalStateException when the journal cannot be read
     */
    public List<Letter> deadLetters(int most) {
        var letters = new ArrayList<Letter>();
        try (ClientSession session = session(lookingFactory);
                ClientConsumer browser = session.createConsumer(DEAD_LETTERS, null, true)) {
            session.start();
            for (ClientMessage entry = browser.receiveImmediate();
                    entry != null && letters.size() < most;
                    entry = browser.receiveImmediate()) {
                letters.add(letter(entry, body(entry)));
            }
        } catch (ActiveMQException e) {
            throw new IllegalStateException("The journal cannot be read: " + e.getMessage(), e);
        }
        return letters;
    }

    private static Letter letter(ClientMessage entry, byte[] body) {
        return new Letter(
                property(entry, LETTER),
                property(entry, ORIGIN),
                property(entry, REASON),
                Instant.parse(property(entry, GIVEN_UP_AT)),
                readable(body));
    }

    private static String property(ClientMessage entry, String name) {
        return Optional.ofNullable(entry.getStringProperty(name)).orElse("");
    }

    private static Optional<CameraAlarm> readable(byte[] body) {
        try {
            return Optional.of(CameraAlarm.ofJson(body));
        } catch (Undelivered.Never unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Puts dead letters back into the queues they come from, as if they had just been received; they are not mailed as a fallback once
     * more.
     *
     * @param ids the letters' own ids
     * @return those of them that were there
     * @throws IllegalStateException when the journal cannot do it
     */
    public List<Letter> replay(List<String> ids) {
        return take(ids, (letter, body) -> {
            ClientMessage again = copy(letter, body);
            again.putLongProperty(RECEIVED_AT, System.currentTimeMillis());
            again.putBooleanProperty(TOLD, true);
            String queue = property(letter, ORIGIN);
            queue(queue);
            return send(queue, again);
        });
    }

    /**
     * Throws a dead letter away.
     *
     * @param id the letter's own id
     * @return the letter; nothing when it was not there
     * @throws IllegalStateException when the journal cannot do it
     */
    public Optional<Letter> discard(String id) {
        return take(List.of(id), (letter, body) -> CompletableFuture.completedFuture(null)).stream()
                .findFirst();
    }

    private interface Handling {
        CompletableFuture<Void> handle(ClientMessage letter, byte[] body) throws ActiveMQException;
    }

    private List<Letter> take(List<String> ids, Handling handling) {
        var taken = new ArrayList<Letter>();
        try (ClientSession session = session(lookingFactory)) {
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
        var letters = new ArrayList<Letter>();
        var handled = new LinkedHashMap<ClientMessage, CompletableFuture<Void>>();
        try (ClientConsumer consumer = session.createConsumer(DEAD_LETTERS, filter)) {
            for (ClientMessage letter = consumer.receiveImmediate();
                    letter != null;
                    letter = consumer.receiveImmediate()) {
                byte[] body = body(letter);
                handled.put(letter, handling.handle(letter, body));
                letters.add(letter(letter, body));
            }
            for (var each : handled.entrySet()) {
                each.getValue().join();
                each.getKey().individualAcknowledge();
            }
        }
        return letters;
    }

    /**
     * @param count how many alarms wait
     * @param oldest how long the oldest has waited; zero where that cannot be told
     */
    public record Waiting(long count, Duration oldest) {}

    /**
     * @param queue a queue's name
     * @return what waits in it, also with a delay or just being delivered
     */
    public Waiting waiting(String queue) {
        if (closed.get()) {
            return new Waiting(0, Duration.ZERO);
        }
        if (broker.isPresent()) {
            return broker.get().waiting(queue);
        }
        try {
            synchronized (sending) {
                return new Waiting(sending.queueQuery(SimpleString.of(queue)).getMessageCount(), Duration.ZERO);
            }
        } catch (ActiveMQException e) {
            return new Waiting(0, Duration.ZERO);
        }
    }

    /**
     * @param queue a queue's name
     * @return its channel: {@code event} of {@code event.main}
     */
    public static String channel(String queue) {
        int dot = queue.indexOf('.');
        return dot < 0 ? queue : queue.substring(0, dot);
    }

    /** @return how long ago an entry's alarm was received; zero when that is not noted */
    static Duration sinceReceived(ClientMessage entry) {
        return entry.containsProperty(RECEIVED_AT)
                ? Duration.ofMillis(System.currentTimeMillis() - entry.getLongProperty(RECEIVED_AT))
                : Duration.ZERO;
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

    /** @return a session that confirms each alarm by itself */
    ClientSession session() throws ActiveMQException {
        return session(receivingFactory);
    }

    private ClientSession session(ClientSessionFactory factory) throws ActiveMQException {
        return username.isEmpty()
                ? factory.createSession(true, true, 0)
                : factory.createSession(username, password, false, true, true, false, 0);
    }

    /** Runs something later, on a thread that may wait. */
    void later(Runnable task, Duration delay) {
        timer.schedule(() -> threads.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** @return threads that may wait */
    Executor threads() {
        return threads;
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

    /** @return whether alarms can be stored now */
    public boolean isWritable() {
        return !closed.get()
                && broker.map(b -> b.isStarted() && !b.isFull()).orElseGet(() -> !sendingFactory.isClosed());
    }

    @Override
    public void close() throws Exception {
        if (closed.getAndSet(true)) {
            return;
        }
        sending.close();
        sendingLocator.close();
        receivingLocator.close();
        lookingLocator.close();
        if (broker.isPresent()) {
            broker.get().close();
        }
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private static ThreadFactory daemon(String name) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
