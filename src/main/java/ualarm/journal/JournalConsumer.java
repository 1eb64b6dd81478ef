package ualarm.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered;

/**
 * Hands out a queue's alarms. An alarm leaves the journal when its route has ended well, when its copy for a later attempt is on
 * disk, or when it is among the dead letters; until then a crash brings it back.
 */
final class JournalConsumer extends DefaultConsumer {

    /** Header: how many attempts have failed before this one. */
    static final String ATTEMPTS = "JournalAttempts";

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");
    private static final Duration DRAIN = Duration.ofSeconds(12);
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

    private final JournalEndpoint endpoint;
    private final Ladder ladder;
    private final Breaker breaker = new Breaker();

    private final Deque<Entry> ready = new ArrayDeque<>();
    private final Map<String, Deque<Entry>> behind = new HashMap<>();
    private int inFlight;
    private boolean pumping;
    private boolean wakingUp;
    private volatile boolean closing;
    private volatile String lastReason = "";

    private Journal journal;
    private ClientSession session;
    private ClientConsumerInternal consumer;

    JournalConsumer(JournalEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.ladder = endpoint.getComponent().ladder();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        journal = endpoint.getComponent().journal();
        journal.queue(endpoint.queue());
        closing = false;
        session = journal.session();
        consumer = (ClientConsumerInternal) session.createConsumer(endpoint.queue());
        // We give the credits back ourselves, when an alarm is done: so Artemis never hands out more than fits, and no
        // thread waits.
        consumer.setManualFlowMessageHandler(this::arrived);
        session.start();
    }

    /** Waits for the alarms under way; those that do not end in time stay in the journal and are handed out again. */
    @Override
    protected void doStop() throws Exception {
        synchronized (this) {
            closing = true;
            long end = System.nanoTime() + DRAIN.toNanos();
            while (inFlight > 0 && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
            }
            ready.clear();
            behind.clear();
        }
        if (session != null) {
            synchronized (session) {
                session.close();
            }
        }
        super.doStop();
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
        Exchange exchange = createExchange(false);
        exchange.getIn().setBody(alarm);
        exchange.getIn().setHeader(ATTEMPTS, entry.attempts());
        getAsyncProcessor().process(exchange, doneSync -> {
            Exception failure = exchange.getException();
            releaseExchange(exchange, false);
            ended(entry, alarm, failure);
        });
    }

    private void ended(Entry entry, CameraAlarm alarm, Exception failure) {
        if (failure == null) {
            if (breaker.succeeded()) {
                LOG.info("{} is worked off again", endpoint.queue());
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
            LOG.debug("{} waits {} ms in {}", alarm, delay.toMillis(), endpoint.queue());
        } else {
            lastReason = reason;
            LOG.warn("{} waits {} ms in {}: {}", alarm, delay.toMillis(), endpoint.queue(), reason);
        }
        move(entry, () -> journal.putBack(endpoint.queue(), entry.message(), entry.body(), attempts, delay));
    }

    private void bury(Entry entry, String alarm, String reason) {
        LOG.warn("{} of {} is now a dead letter: {}", alarm, endpoint.queue(), reason);
        move(entry, () -> journal.bury(endpoint.queue(), entry.message(), entry.body(), reason));
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
                                LOG.error(
                                        "An alarm of {} could not be put back: {}",
                                        endpoint.queue(),
                                        notStored.getMessage());
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
            LOG.error("A delivered alarm of {} may be delivered again: {}", endpoint.queue(), e.getMessage());
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
