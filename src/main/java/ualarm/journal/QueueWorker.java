package ualarm.journal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.apache.activemq.artemis.core.client.impl.ClientMessageInternal;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Told;
import ualarm.alarm.Undelivered;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Waits;

/**
 * Hands out a queue's alarms one by one, one camera's in order. An alarm leaves the journal when its route has ended well, when its
 * copy for a later attempt is on disk, or when it is among the dead letters; until then a crash brings it back. One that has waited
 * too long, or is given up, is first told about, once.
 */
final class QueueWorker implements Worker {

    /** Header: how many attempts have failed before this one. */
    static final String ATTEMPTS = "JournalAttempts";

    /** Property: the site whose alarm it is. */
    static final String SITE = "site";

    /** Property of an alarm that is told about: why it was not taken. */
    private static final String REASON = "reason";

    /** While the far end takes nothing, an alarm that was told about stays away for as long as the breaker does. */
    private static final Duration PAUSE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    /** While the far end takes nothing, alarms that were told about make room for others: soon when many wait, else after the next probe. */
    private static final int MANY = 100;

    private static final Duration REST_OF_MANY = Duration.ofMillis(200);
    private static final Duration REST_OF_FEW = Duration.ofSeconds(20);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration MOVE_AGAIN = Duration.ofSeconds(5);

    /** An entry of the queue. Its body is taken at once: Artemis throws a large one away when its handler returns. */
    private record Entry(ClientMessage message, byte[] body, long arrived) {

        String group() {
            return Optional.ofNullable(message.getStringProperty(Message.HDR_GROUP_ID.toString()))
                    .orElse("");
        }

        int attempts() {
            return message.containsProperty(Journal.ATTEMPTS) ? message.getIntProperty(Journal.ATTEMPTS) : 0;
        }

        boolean isTold() {
            return message.containsProperty(Journal.TOLD);
        }

        Duration sinceReceived() {
            return Journal.sinceReceived(message);
        }

        /** How long it must still wait for its next attempt. */
        Duration rest() {
            long rest = message.containsProperty(Journal.NOT_BEFORE)
                    ? message.getLongProperty(Journal.NOT_BEFORE) - System.currentTimeMillis()
                    : 0;
            return Duration.ofMillis(Math.max(0, rest));
        }

        String lastReason() {
            return Optional.ofNullable(message.getStringProperty(Journal.REASON))
                    .orElse("");
        }
    }

    /** What is an entry's turn. */
    private enum Turn {
        /** To be delivered. */
        TRY,
        /** To be told about: it has waited too long. */
        TELL,
        /** To make room for others. */
        REST
    }

    private record Work(Entry entry, Turn turn) {}

    private final DefaultConsumer route;
    private final ProducerTemplate template;
    private final Optional<Duration> patience;
    private final JournalEndpoint endpoint;
    private final String queue;
    private final String site;
    private final Journal journal;
    private final Ladder ladder;
    private final Watcher watcher;
    private final Breaker breaker = new Breaker();

    private final Deque<Entry> ready = new ArrayDeque<>();
    private final Map<String, Deque<Entry>> behind = new HashMap<>();

    /** Entries taken from behind another: nothing waits for them. */
    private final Set<Entry> outOfLine = new HashSet<>();

    private final ClientSession session;
    private final ClientConsumerInternal consumer;
    private int inFlight;
    private boolean pumping;
    private boolean wakingUp;
    private boolean ticking;
    private int held;
    private volatile boolean closing;
    private volatile String lastReason = "";
    private final Told troubles = new Told();
    private final Told givenUp = new Told();

    /**
     * Begins to hand out.
     *
     * @param route where the alarms go
     * @param template tells about alarms that wait too long
     * @param endpoint how many at once, and whether the queue is held back
     * @param queue the queue's name
     * @param site the site whose queue it is; empty when it is nobody's
     * @throws ActiveMQException when the queue cannot be read
     */
    QueueWorker(DefaultConsumer route, ProducerTemplate template, JournalEndpoint endpoint, String queue, String site)
            throws ActiveMQException {
        this.route = route;
        this.template = template;
        this.patience = endpoint.patience(site);
        this.endpoint = endpoint;
        this.queue = queue;
        this.site = site;
        this.journal = endpoint.getComponent().journal();
        this.ladder = endpoint.getComponent().ladder();
        this.watcher = endpoint.getComponent().watcher();
        session = journal.session();
        consumer = (ClientConsumerInternal) session.createConsumer(queue);
        // We give the credits back ourselves, when an alarm is done: so Artemis never hands out more than fits, and no
        // thread waits.
        consumer.setManualFlowMessageHandler(this::arrived);
        session.start();
    }

    @Override
    public synchronized void stop() {
        closing = true;
    }

    @Override
    public void close(long end) throws ActiveMQException, InterruptedException {
        synchronized (this) {
            while (inFlight > 0 && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
            }
            ready.clear();
            behind.clear();
        }
        synchronized (session) {
            session.close();
        }
    }

    private void arrived(ClientMessage message) {
        var entry = new Entry(message, Journal.body(message), System.nanoTime());
        synchronized (this) {
            if (closing) {
                return;
            }
            queueUp(entry);
        }
        pump();
    }

    private void queueUp(Entry entry) {
        held++;
        Deque<Entry> ahead = behind.get(entry.group());
        if (ahead == null) {
            behind.put(entry.group(), new ArrayDeque<>(2));
            ready.add(entry);
        } else {
            ahead.add(entry);
        }
    }

    /** Starts what may be started. One thread at a time does, so a route that ends at once cannot pile up calls on a stack. */
    private void pump() {
        for (Work next = take(); next != null; next = take()) {
            try {
                Entry entry = next.entry();
                switch (next.turn()) {
                    case TRY -> deliver(entry);
                    case TELL -> tell(entry, lateReason(entry), () -> told(entry));
                    case REST -> rest(entry);
                }
            } finally {
                synchronized (this) {
                    pumping = false;
                }
            }
        }
    }

    private synchronized Work take() {
        if (pumping || closing || ready.isEmpty()) {
            return null;
        }
        Optional<Work> overdue = patience.flatMap(this::overdue);
        if (overdue.isPresent()) {
            takeOut(overdue.get().entry());
            return begin(overdue.get());
        }
        long wait = inFlight < endpoint.getInFlight() ? breaker.leave(System.nanoTime()) : Long.MAX_VALUE;
        if (wait == 0) {
            return begin(new Work(ready.poll(), Turn.TRY));
        }
        if (wait < Long.MAX_VALUE && !wakingUp) {
            wakingUp = true;
            journal.later(this::wake, Duration.ofNanos(wait));
        }
        if (patience.isPresent() && !ticking) {
            ticking = true;
            journal.later(this::tick, TICK);
        }
        return null;
    }

    private Work begin(Work work) {
        pumping = true;
        inFlight++;
        return work;
    }

    /** An alarm that waits behind another of its camera grows late, too. */
    private Optional<Work> overdue(Duration longest) {
        boolean isOpen = breaker.isOpen();
        Duration rest = held > MANY ? REST_OF_MANY : REST_OF_FEW;
        return Stream.concat(ready.stream(), behind.values().stream().flatMap(Deque::stream))
                .flatMap(entry -> {
                    if (!entry.isTold() && entry.sinceReceived().compareTo(longest) >= 0) {
                        return Stream.of(new Work(entry, Turn.TELL));
                    }
                    boolean isInTheWay =
                            isOpen && entry.isTold() && System.nanoTime() - entry.arrived() > rest.toNanos();
                    return isInTheWay ? Stream.of(new Work(entry, Turn.REST)) : Stream.empty();
                })
                .findFirst();
    }

    private void takeOut(Entry entry) {
        if (!ready.remove(entry)) {
            behind.get(entry.group()).remove(entry);
            outOfLine.add(entry);
        }
    }

    private String lateReason(Entry entry) {
        String last = entry.lastReason().isEmpty() ? lastReason : entry.lastReason();
        return last.isEmpty() ? "XProtect has not taken it yet." : last;
    }

    /** Has the alarm told about; what follows waits until that is on disk. */
    private void tell(Entry entry, String reason, Runnable then) {
        Exchange exchange = endpoint.createExchange();
        exchange.setProperty(SITE, site);
        exchange.setProperty(REASON, reason);
        CameraAlarm alarm;
        try {
            alarm = CameraAlarm.ofJson(entry.body());
        } catch (Undelivered.Never unreadable) {
            then.run();
            return;
        }
        exchange.getIn().setBody(alarm);
        template.asyncSend(endpoint.getWhenLate(), exchange)
                .whenCompleteAsync(
                        (done, failure) -> {
                            Throwable problem = failure == null ? exchange.getException() : failure;
                            if (problem == null) {
                                watcher.saw(
                                        queue,
                                        alarm,
                                        new Watcher.Step(Watcher.Result.LATE, Duration.ZERO, reason, Kind.OTHER));
                                then.run();
                            } else if (!closing) {
                                LOG.atLevel(level(problem))
                                        .log("An alarm of {} could not be told about: {}", queue, problem.getMessage());
                                journal.later(() -> tell(entry, reason, then), MOVE_AGAIN);
                            }
                        },
                        journal.threads());
    }

    private Level level(Throwable problem) {
        return troubles.isNews(String.valueOf(problem.getMessage())) ? Level.ERROR : Level.DEBUG;
    }

    private void told(Entry entry) {
        Duration rest = breaker.isOpen() && entry.rest().isZero() ? PAUSE : entry.rest();
        move(
                entry,
                () -> journal.putBack(queue, entry.message(), entry.body(), entry.attempts(), rest, copy -> {
                    copy.putBooleanProperty(Journal.TOLD, true);
                }));
    }

    private void rest(Entry entry) {
        // A young outage may end any moment; what has waited for long can wait a minute more.
        Duration quarter = entry.sinceReceived().dividedBy(4);
        Duration rest = Waits.within(PAUSE, quarter, ladder.slow());
        move(entry, () -> journal.putBack(queue, entry.message(), entry.body(), entry.attempts(), rest, copy -> {}));
    }

    private void tick() {
        synchronized (this) {
            ticking = false;
        }
        pump();
    }

    private void wake() {
        synchronized (this) {
            wakingUp = false;
        }
        pump();
    }

    private void deliver(Entry entry) {
        CameraAlarm alarm;
        try {
            alarm = CameraAlarm.ofJson(entry.body());
        } catch (Undelivered.Never unreadable) {
            breaker.succeeded();
            bury(entry, "An alarm", unreadable.getMessage());
            return;
        }
        long began = System.nanoTime();
        Exchange exchange = route.createExchange(false);
        exchange.setProperty(SITE, site);
        exchange.getIn().setBody(alarm.mailed(entry.isTold()));
        exchange.getIn().setHeader(ATTEMPTS, entry.attempts());
        route.getAsyncProcessor().process(exchange, doneSync -> {
            Exception failure = exchange.getException();
            route.releaseExchange(exchange, false);
            ended(entry, alarm, failure, Duration.ofNanos(System.nanoTime() - began));
        });
    }

    private void ended(Entry entry, CameraAlarm alarm, Exception failure, Duration took) {
        if (failure == null) {
            if (breaker.succeeded()) {
                LOG.info("{} is worked off again", queue);
            }
            if (!lastReason.isEmpty()) {
                lastReason = "";
                troubles.over();
                journal.troubled(queue, "");
            }
            watcher.saw(queue, alarm, Watcher.Step.of(Watcher.Result.DELIVERED, took));
            release(entry);
        } else if (failure instanceof Undelivered.Never never) {
            breaker.succeeded();
            watcher.saw(queue, alarm, new Watcher.Step(Watcher.Result.DEAD, took, never.getMessage(), Kind.OTHER));
            bury(entry, alarm.toString(), never.getMessage());
        } else {
            if (endpoint.isBreaker()) {
                breaker.failed(System.nanoTime());
            }
            putBack(entry, alarm, failure, took);
        }
    }

    private void putBack(Entry entry, CameraAlarm alarm, Exception failure, Duration took) {
        String reason = failure instanceof Undelivered
                ? failure.getMessage()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        Kind kind = failure instanceof Undelivered.Later later ? later.kind() : Kind.OTHER;
        boolean isOver = entry.sinceReceived().compareTo(Ladder.PATIENCE) > 0;
        watcher.saw(
                queue,
                alarm,
                new Watcher.Step(isOver ? Watcher.Result.DEAD : Watcher.Result.LATER, took, reason, kind));
        if (endpoint.isBreaker()) {
            journal.troubled(queue, reason);
        }
        if (isOver) {
            bury(entry, alarm.toString(), "Not delivered for " + Ladder.PATIENCE.toDays() + " days. Last: " + reason);
            return;
        }
        int attempts = entry.attempts() + 1;
        Duration delay =
                failure instanceof Undelivered.Later later && later.after().isPresent()
                        ? later.after().get()
                        : ladder.delay(attempts);
        lastReason = reason;
        LOG.atLevel(troubles.isNews(reason) ? Level.WARN : Level.DEBUG)
                .log("{} waits {} ms in {}: {}", alarm, delay.toMillis(), queue, reason);
        // It comes back to be told about, and then waits for the rest of its delay.
        Duration untilLate = patience.filter(longest -> !entry.isTold())
                .map(longest -> longest.minus(entry.sinceReceived()))
                .filter(left -> left.compareTo(delay) < 0)
                .map(left -> left.isNegative() ? Duration.ZERO : left)
                .orElse(delay);
        long notBefore = System.currentTimeMillis() + delay.toMillis();
        move(
                entry,
                () -> journal.putBack(queue, entry.message(), entry.body(), attempts, untilLate, copy -> {
                    copy.putLongProperty(Journal.NOT_BEFORE, notBefore);
                    copy.putStringProperty(Journal.REASON, reason);
                }));
    }

    private void bury(Entry entry, String alarm, String reason) {
        if (patience.isPresent() && !entry.isTold()) {
            tell(entry, reason, () -> buryTold(entry, alarm, reason));
        } else {
            buryTold(entry, alarm, reason);
        }
    }

    private void buryTold(Entry entry, String alarm, String reason) {
        // A camera or a setting is told about once, each of its alarms only noted.
        LOG.atLevel(givenUp.isNews(reason) ? Level.WARN : Level.INFO)
                .log("{} of {} is now a dead letter: {}", alarm, queue, reason);
        move(entry, () -> journal.bury(queue, entry.message(), entry.body(), reason));
    }

    /**
     * Acknowledges an entry once its copy is on disk; while the disk does not take the copy, tries again. What follows an entry is
     * started on a thread of our own: the one that brings confirmations must not wait for a far end.
     */
    private void move(Entry entry, Supplier<CompletableFuture<Void>> copy) {
        copy.get()
                .whenCompleteAsync(
                        (done, notStored) -> {
                            if (notStored == null) {
                                release(entry);
                            } else if (!closing) {
                                LOG.atLevel(level(notStored))
                                        .log("An alarm of {} could not be put back: {}", queue, notStored.getMessage());
                                journal.later(() -> move(entry, copy), MOVE_AGAIN);
                            }
                        },
                        journal.threads());
    }

    private void release(Entry entry) {
        try {
            synchronized (session) {
                entry.message().individualAcknowledge();
                consumer.flowControl(((ClientMessageInternal) entry.message()).getFlowControlSize(), false);
            }
        } catch (ActiveMQException e) {
            LOG.error("A delivered alarm of {} may be delivered again: {}", queue, e.getMessage());
        }
        synchronized (this) {
            inFlight--;
            held--;
            Deque<Entry> followers = outOfLine.remove(entry) ? null : behind.get(entry.group());
            if (followers != null && followers.isEmpty()) {
                behind.remove(entry.group());
            } else if (followers != null) {
                ready.add(followers.poll());
            }
            notifyAll();
        }
        pump();
    }
}
