package ualarm.journal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
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
import ualarm.alarm.Told;
import ualarm.alarm.Undelivered;

/**
 * Hands out all alarms of a queue that wait, together, at most once in a while: the first at once, those that come meanwhile
 * with the next. What failed is tried again as it was, so that a far end that had taken it can tell; alarms leave the journal when
 * their hand-out has ended well or they are among the dead letters.
 */
final class BatchWorker implements Worker {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");
    private static final Duration BURY_AGAIN = Duration.ofSeconds(5);

    /** Bounds the memory; more than this wait in the journal. */
    private static final int MOST = 20_000;

    private record Entry(ClientMessage message, CameraAlarm alarm) {

        Duration sinceReceived() {
            return Journal.sinceReceived(message);
        }
    }

    private final DefaultConsumer route;
    private final String queue;
    private final String site;
    private final Duration every;
    private final int most;
    private final Journal journal;
    private final Ladder ladder;
    private final Watcher watcher;
    private final ClientSession session;
    private final ClientConsumerInternal consumer;

    private final Deque<Entry> waiting = new ArrayDeque<>();
    private List<Entry> batch = List.of();
    private int attempts;
    private long nextAt = System.nanoTime();
    private int withheld;
    private boolean planned;
    private boolean busy;
    private boolean closing;
    private final Told troubles = new Told();

    /**
     * Begins to hand out.
     *
     * @param route where the alarms go
     * @param endpoint how often
     * @param queue the queue's name
     * @param site the site whose queue it is; empty when it is nobody's
     * @throws ActiveMQException when the queue cannot be read
     */
    BatchWorker(DefaultConsumer route, JournalEndpoint endpoint, String queue, String site) throws ActiveMQException {
        this.route = route;
        this.queue = queue;
        this.site = site;
        this.every = Duration.ofSeconds(endpoint.getEvery());
        this.most = every.isZero() ? 1 : MOST;
        this.journal = endpoint.getComponent().journal();
        this.ladder = endpoint.getComponent().ladder();
        this.watcher = endpoint.getComponent().watcher();
        session = journal.session();
        consumer = (ClientConsumerInternal) session.createConsumer(queue);
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
            while (busy && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
            }
            waiting.clear();
        }
        synchronized (session) {
            session.close();
        }
    }

    private void arrived(ClientMessage message) {
        byte[] body = Journal.body(message);
        try {
            var entry = new Entry(message, CameraAlarm.ofJson(body));
            synchronized (this) {
                waiting.add(entry);
                withheld += size(message);
                giveRoom();
                plan();
            }
        } catch (Undelivered.Never unreadable) {
            bury(message, body, unreadable.getMessage()).thenRun(() -> {
                acknowledge(message);
                synchronized (this) {
                    withheld += size(message);
                    giveRoom();
                }
            });
        }
    }

    private static int size(ClientMessage message) {
        return ((ClientMessageInternal) message).getFlowControlSize();
    }

    /** The room that alarms took in Artemis' window is given back, so that it hands out more. */
    private synchronized void giveRoom() {
        if (waiting.size() >= MOST || withheld == 0) {
            return;
        }
        int room = withheld;
        withheld = 0;
        try {
            consumer.flowControl(room, false);
        } catch (ActiveMQException e) {
            LOG.error("{} is worked off no further until the next start: {}", queue, e.getMessage());
        }
    }

    private synchronized void plan() {
        if (!planned && !busy && !closing && (!batch.isEmpty() || !waiting.isEmpty())) {
            planned = true;
            journal.later(this::handOut, Duration.ofNanos(Math.max(0, nextAt - System.nanoTime())));
        }
    }

    private void handOut() {
        List<Entry> now;
        synchronized (this) {
            planned = false;
            if (closing || busy) {
                return;
            }
            if (batch.isEmpty()) {
                batch = new ArrayList<>(Math.min(most, waiting.size()));
                while (!waiting.isEmpty() && batch.size() < most) {
                    batch.add(waiting.poll());
                }
                giveRoom();
                attempts = 0;
            }
            busy = true;
            now = batch;
            nextAt = System.nanoTime() + every.toNanos();
        }
        long began = System.nanoTime();
        Exchange exchange = route.createExchange(false);
        exchange.setProperty(QueueWorker.SITE, site);
        exchange.getIn().setBody(now.stream().map(Entry::alarm).toList());
        exchange.getIn().setHeader(QueueWorker.ATTEMPTS, attempts);
        route.getAsyncProcessor().process(exchange, doneSync -> {
            Exception failure = exchange.getException();
            route.releaseExchange(exchange, false);
            var took = Duration.ofNanos(System.nanoTime() - began);
            journal.threads().execute(() -> ended(now, failure, took));
        });
    }

    private void ended(List<Entry> now, Exception failure, Duration took) {
        if (failure == null) {
            now.forEach(entry -> watcher.saw(queue, entry.alarm(), Watcher.Step.of(Watcher.Result.DELIVERED, took)));
            journal.troubled(queue, "");
            now.forEach(entry -> acknowledge(entry.message()));
            troubles.over();
            go(List.of());
            return;
        }
        String reason = failure instanceof Undelivered
                ? failure.getMessage()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
        boolean isDead = failure instanceof Undelivered.Never
                || now.get(0).sinceReceived().compareTo(Ladder.PATIENCE) > 0;
        var kind = failure instanceof Undelivered.Later later ? later.kind() : Undelivered.Kind.OTHER;
        var step = new Watcher.Step(isDead ? Watcher.Result.DEAD : Watcher.Result.LATER, took, reason, kind);
        now.forEach(entry -> watcher.saw(queue, entry.alarm(), step));
        journal.troubled(queue, isDead ? "" : reason);
        if (isDead) {
            LOG.atLevel(troubles.isNews(reason) ? Level.WARN : Level.INFO)
                    .log("{} alarms of {} are now dead letters: {}", now.size(), queue, reason);
            buryAll(now, reason);
            return;
        }
        LOG.atLevel(troubles.isNews(reason) ? Level.WARN : Level.DEBUG)
                .log("{} alarms wait in {}: {}", now.size(), queue, reason);
        synchronized (this) {
            attempts++;
            nextAt = System.nanoTime()
                    + (failure instanceof Undelivered.Later later ? later.after() : Optional.<Duration>empty())
                            .orElseGet(() -> ladder.delay(attempts))
                            .toNanos();
        }
        go(now);
    }

    private void buryAll(List<Entry> now, String reason) {
        CompletableFuture.allOf(now.stream()
                        .map(entry -> bury(entry.message(), entry.alarm().toJson(), reason))
                        .toArray(CompletableFuture[]::new))
                .thenRunAsync(
                        () -> {
                            now.forEach(entry -> acknowledge(entry.message()));
                            go(List.of());
                        },
                        journal.threads());
    }

    private CompletableFuture<Void> bury(ClientMessage message, byte[] body, String reason) {
        var done = new CompletableFuture<Void>();
        journal.bury(queue, message, body, reason).whenComplete((stored, notStored) -> {
            if (notStored == null) {
                done.complete(null);
            } else {
                journal.later(() -> bury(message, body, reason).thenRun(() -> done.complete(null)), BURY_AGAIN);
            }
        });
        return done;
    }

    private synchronized void go(List<Entry> left) {
        batch = left;
        busy = false;
        notifyAll();
        plan();
    }

    private void acknowledge(ClientMessage message) {
        try {
            synchronized (session) {
                message.individualAcknowledge();
            }
        } catch (ActiveMQException e) {
            LOG.error("A delivered alarm of {} may be delivered again: {}", queue, e.getMessage());
        }
    }
}
