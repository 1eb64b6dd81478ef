package ualarm.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    private final JournalEndpoint endpoint;
    private final Ladder ladder;
    private final Breaker breaker = new Breaker();

    private final Deque<ClientMessage> ready = new ArrayDeque<>();
    private final Map<String, Deque<ClientMessage>> behind = new HashMap<>();
    private int inFlight;
    private boolean pumping;
    private boolean wakingUp;
    private boolean closing;
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
        synchronized (this) {
            if (closing) {
                return;
            }
            queueUp(message);
        }
        pump();
    }

    private void queueUp(ClientMessage message) {
        Deque<ClientMessage> ahead = behind.get(group(message));
        if (ahead == null) {
            behind.put(group(message), new ArrayDeque<>(2));
            ready.add(message);
        } else {
            ahead.add(message);
        }
    }

    private static String group(ClientMessage message) {
        return Optional.ofNullable(message.getStringProperty(Message.HDR_GROUP_ID.toString()))
                .orElse("");
    }

    /** Starts what may be started. One thread at a time does, so a route that ends at once cannot pile up calls on a stack. */
    private void pump() {
        for (ClientMessage next = take(); next != null; next = take()) {
            deliver(next);
            synchronized (this) {
                pumping = false;
            }
        }
    }

    private synchronized ClientMessage take() {
        if (pumping || closing || ready.isEmpty() || inFlight >= endpoint.getInFlight()) {
            return null;
        }
        long wait = breaker.leave(System.nanoTime());
        if (wait > 0) {
            if (!wakingUp) {
                wakingUp = true;
                journal.timer().schedule(this::wake, wait, TimeUnit.NANOSECONDS);
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

    private void deliver(ClientMessage message) {
        CameraAlarm alarm;
        try {
            alarm = CameraAlarm.ofJson(Journal.body(message));
        } catch (Undelivered.Never unreadable) {
            breaker.succeeded();
            bury(message, "An alarm", unreadable.getMessage());
            return;
        }
        Exchange exchange = createExchange(false);
        exchange.getIn().setBody(alarm);
        exchange.getIn().setHeader(ATTEMPTS, attempts(message));
        getAsyncProcessor().process(exchange, doneSync -> {
            Exception failure = exchange.getException();
            releaseExchange(exchange, false);
            ended(message, alarm, failure);
        });
    }

    private static int attempts(ClientMessage message) {
        return message.containsProperty(Journal.ATTEMPTS) ? message.getIntProperty(Journal.ATTEMPTS) : 0;
    }

    private void ended(ClientMessage message, CameraAlarm alarm, Exception failure) {
        if (failure == null) {
            if (breaker.succeeded()) {
                LOG.info("{} is worked off again", endpoint.queue());
            }
            lastReason = "";
            release(message);
        } else if (failure instanceof Undelivered.Never never) {
            breaker.succeeded();
            bury(message, alarm.toString(), never.getMessage());
        } else {
            if (endpoint.isBreaker()) {
                breaker.failed(System.nanoTime());
            }
            putBack(message, alarm, failure);
        }
    }

    private void putBack(ClientMessage message, CameraAlarm alarm, Exception failure) {
        String reason = failure instanceof Undelivered
                ? failure.getMessage()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        if (Duration.between(alarm.receivedAt(), Instant.now()).compareTo(Ladder.PATIENCE) > 0) {
            bury(message, alarm.toString(), "Not delivered for " + Ladder.PATIENCE.toDays() + " days. Last: " + reason);
            return;
        }
        int attempts = attempts(message) + 1;
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
        journal.putBack(endpoint.queue(), message, attempts, delay)
                .whenComplete((done, notStored) -> settled(message, notStored));
    }

    private void bury(ClientMessage message, String alarm, String reason) {
        LOG.warn("{} of {} is now a dead letter: {}", alarm, endpoint.queue(), reason);
        journal.bury(endpoint.queue(), message, reason).whenComplete((done, notStored) -> settled(message, notStored));
    }

    /** Without a copy on disk the alarm must not be acknowledged: it stays, unacknowledged, and comes back with the next start. */
    private void settled(ClientMessage message, Throwable notStored) {
        if (notStored == null) {
            release(message);
        } else {
            LOG.error(
                    "An alarm of {} could not be put back; it comes back with the next start: {}",
                    endpoint.queue(),
                    notStored.getMessage());
            leave(message);
        }
    }

    private void release(ClientMessage message) {
        try {
            synchronized (session) {
                message.individualAcknowledge();
                consumer.flowControl(((ClientMessageInternal) message).getFlowControlSize(), false);
            }
        } catch (ActiveMQException e) {
            LOG.error("A delivered alarm of {} may be delivered again: {}", endpoint.queue(), e.getMessage());
        }
        leave(message);
    }

    private void leave(ClientMessage message) {
        synchronized (this) {
            inFlight--;
            Deque<ClientMessage> followers = behind.get(group(message));
            if (followers != null && followers.isEmpty()) {
                behind.remove(group(message));
            } else if (followers != null) {
                ready.add(followers.poll());
            }
            notifyAll();
        }
        pump();
    }
}
