package ualarm.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.apache.activemq.artemis.core.client.impl.ClientMessageInternal;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered;

/**
 * Hands out one queue's alarms to a route. An alarm leaves the journal when its route has ended well, when its copy for a later attempt is on
 * disk, or when it is among the dead letters; until then a crash brings it back.
 */
final class QueueWorker {

    /** Header: how many attempts have failed before this one. */
    static final String ATTEMPTS = "JournalAttempts";

    /** Property: the site whose alarm it is. */
    private static final String SITE = "site";

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");
    private static final int MOST_TOLD = 1_000;
    private static final Duration MOVE_AGAIN = Duration.ofSeconds(5);

    /** An entry of the queue. Its body is taken at once: Artemis throws a large one away when its handler returns. */
    private record Entry(ClientMessage message, byte[] body) {

        String group() {
            return Optional.ofNullable(message.getStringProperty(Message.HDR_GROUP_ID.toString()))
                    .orElse("");
        }

        int attempts() {
            return message.containsProperty(Journal.ATTEMPTS) ? message.getIntProperty(Journal.ATTEMPTS) : 0;
        }
    }

    private final DefaultConsumer route;
    private final JournalEndpoint endpoint;
    private final String queue;
    private final String site;
    private final Journal journal;
    private final Ladder ladder;
    private final Breaker breaker = new Breaker();

    private final Deque<Entry> ready = new ArrayDeque<>();
    private final Map<String, Deque<Entry>> behind = new HashMap<>();
    private final ClientSession session;
    private final ClientConsumerInternal consumer;
    private int inFlight;
    private boolean pumping;
    private boolean wakingUp;
    private volatile boolean closing;
    private volatile String lastReason = "";
    private final Set<String> told = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_TOLD;
        }
    }));

    /**
     * Begins to hand out.
     *
     * @param route where the alarms go
     * @param endpoint how many at once, and whether the queue is held back
     * @param queue the queue's name
     * @param site the site whose queue it is; empty when it is nobody's
     * @throws ActiveMQException when the queue cannot be read
     */
    QueueWorker(DefaultConsumer route, JournalEndpoint endpoint, String queue, String site) throws ActiveMQException {
        this.route = route;
        this.endpoint = endpoint;
        this.queue = queue;
        this.site = site;
        this.journal = endpoint.getComponent().journal();
        this.ladder = endpoint.getComponent().ladder();
        session = journal.session();
        consumer = (ClientConsumerInternal) session.createConsumer(queue);
        // We give the credits back ourselves, when an alarm is done: so Artemis never hands out more than fits, and no
        // thread waits.
        consumer.setManualFlowMessageHandler(this::arrived);
        session.start();
    }

    /** Takes no more alarms. */
    synchronized void stop() {
        closing = true;
    }

    /**
     * Waits for the alarms under way; those that do not end in time stay in the journal and are handed out again.
     *
     * @param end {@link System#nanoTime} until which to wait
     */
    void close(long end) throws ActiveMQException, InterruptedException {
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
        var entry = new Entry(message, Journal.body(message));
        synchronized (this) {
            if (closing) {
                return;
            }
            queueUp(entry);
        }
        pump();
    }

    private void queueUp(Entry entry) {
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
        for (Entry next = take(); next != null; next = take()) {
            try {
                deliver(next);
            } finally {
                synchronized (this) {
                    pumping = false;
                }
            }
        }
    }

    private synchronized Entry take() {
        if (pumping || closing || ready.isEmpty() || inFlight >= endpoint.getInFlight()) {
            return null;
        }
        long wait = breaker.leave(System.nanoTime());
        if (wait > 0) {
            if (!wakingUp) {
                wakingUp = true;
                journal.later(this::wake, Duration.ofNanos(wait));
            }
            return null;
        }
        pumping = true;
        inFlight++;
        return ready.poll();
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
        Exchange exchange = route.createExchange(false);
        exchange.setProperty(SITE, site);
        exchange.getIn().setBody(alarm);
        exchange.getIn().setHeader(ATTEMPTS, entry.attempts());
        route.getAsyncProcessor().process(exchange, doneSync -> {
            Exception failure = exchange.getException();
            route.releaseExchange(exchange, false);
            ended(entry, alarm, failure);
        });
    }

    private void ended(Entry entry, CameraAlarm alarm, Exception failure) {
        if (failure == null) {
            if (breaker.succeeded()) {
                LOG.info("{} is worked off again", queue);
            }
            lastReason = "";
            release(entry);
        } else if (failure instanceof Undelivered.Never never) {
            breaker.succeeded();
            bury(entry, alarm.toString(), never.getMessage());
        } else {
            if (endpoint.isBreaker()) {
                breaker.failed(System.nanoTime());
            }
            putBack(entry, alarm, failure);
        }
    }

    private void putBack(Entry entry, CameraAlarm alarm, Exception failure) {
        String reason = failure instanceof Undelivered
                ? failure.getMessage()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        if (Duration.between(alarm.receivedAt(), Instant.now()).compareTo(Ladder.PATIENCE) > 0) {
            bury(entry, alarm.toString(), "Not delivered for " + Ladder.PATIENCE.toDays() + " days. Last: " + reason);
            return;
        }
        int attempts = entry.attempts() + 1;
        Duration delay =
                failure instanceof Undelivered.Later later && later.after().isPresent()
                        ? later.after().get()
                        : ladder.delay(attempts);
        // The same trouble is told once, not per alarm.
        if (reason.equals(lastReason)) {
            LOG.debug("{} waits {} ms in {}", alarm, delay.toMillis(), queue);
        } else {
            lastReason = reason;
            LOG.warn("{} waits {} ms in {}: {}", alarm, delay.toMillis(), queue, reason);
        }
        move(entry, () -> journal.putBack(queue, entry.message(), entry.body(), attempts, delay));
    }

    private void bury(Entry entry, String alarm, String reason) {
        // A camera or a setting is told about once, each of its alarms only noted.
        LOG.atLevel(told.add(reason) ? Level.WARN : Level.INFO)
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
                                LOG.error("An alarm of {} could not be put back: {}", queue, notStored.getMessage());
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
            Deque<Entry> followers = behind.get(entry.group());
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
