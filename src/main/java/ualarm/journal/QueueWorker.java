package ualarm.journal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultConsumer;

/**
 * Hands out a queue's alarms one by one, one camera's in order. An alarm leaves the journal when its route has ended well, when its
 * copy for a later attempt is on disk, or when it is among the dead letters; until then a crash brings it back.
 *
 * <p>A delivery may take its thread for as long as it lasts. A thread that has ended one takes the next itself. The lock on this guards
 * what is held and what is under way.
 */
final class QueueWorker implements Worker, HandOut.Taker {

    /** While the far end takes nothing, alarms that were told about make room for others: soon when many wait, else after the next probe. */
    private static final int MANY = 100;

    private static final Duration REST_OF_MANY = Duration.ofMillis(200);
    private static final Duration REST_OF_FEW = Duration.ofSeconds(20);
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Journal journal;
    private final Watcher watcher;
    private final String queue;
    private final Optional<Duration> patience;
    private final int most;
    private final Executor pool;
    private final Attempts attempts;
    private final Source source;
    private final FarEnd farEnd;
    private final UntilDone untilDone;
    private final PuttingBack puttingBack;

    private final CameraOrder order = new CameraOrder();
    private final Overdue overdue = new Overdue();
    private int underWay;
    private int trying;
    private boolean isWaking;
    private long wakesAt;
    private boolean closing;

    QueueWorker(
            DefaultConsumer route,
            ProducerTemplate template,
            JournalEndpoint endpoint,
            String queue,
            String site,
            Executor pool)
            throws ActiveMQException {
        this.journal = endpoint.getComponent().journal();
        this.watcher = endpoint.getComponent().watcher();
        this.queue = queue;
        this.patience = endpoint.patience(site);
        this.most = endpoint.getInFlight();
        this.pool = pool;
        this.attempts = new Attempts(route, site, this::begin);
        this.untilDone = new UntilDone(journal, this::begin);
        this.source = new Source(journal, queue, journal.handOut(queue), untilDone);
        this.farEnd = new FarEnd(journal::troubled, queue, endpoint.isBreaker());
        this.puttingBack = new PuttingBack(endpoint, template, queue, site, farEnd, source, untilDone, this::letGo);
        source.start(this);
    }

    @Override
    public void arrived(Entry entry) {
        synchronized (this) {
            order.add(entry);
            overdue.add(entry);
        }
        beginAll();
    }

    @Override
    public synchronized boolean leave(Entry entry) {
        boolean isWaiting = overdue.remove(entry);
        if (isWaiting) {
            order.takeOut(entry);
            order.done(entry);
        }
        return isWaiting;
    }

    /** Begins what may begin now, each on a thread of its own. */
    private void beginAll() {
        for (Runnable next = next(); next != null; next = next()) {
            begin(next);
        }
    }

    private void begin(Runnable task) {
        try {
            pool.execute(() -> work(task));
        } catch (OutOfMemoryError e) {
            // The system has no more threads for us. What was taken out must not be forgotten: it is done here.
            work(task);
        }
    }

    private void work(Runnable first) {
        first.run();
        for (Runnable next = next(); next != null; next = next()) {
            // This one may take long; the others do not wait for it.
            beginAll();
            next.run();
        }
    }

    /** @return what is to be done now; null when that is nothing */
    private synchronized Runnable next() {
        if (closing || overdue.size() == 0) {
            return null;
        }
        // On a full disk nothing can be told, and nothing may wait for that: what is delivered makes room.
        Optional<Entry> late = patience.flatMap(overdue::untold).filter(any -> journal.isWritable());
        if (late.isPresent()) {
            return takeOut(late.get(), () -> puttingBack.late(late.get()));
        }
        Optional<Entry> inTheWay = patience.flatMap(any -> inTheWay());
        if (inTheWay.isPresent()) {
            return takeOut(inTheWay.get(), () -> puttingBack.rest(inTheWay.get()));
        }
        long wait = order.hasReady() && underWay < most ? farEnd.leave(trying) : FarEnd.NOT_NOW;
        if (wait == 0) {
            Entry entry = order.next();
            overdue.remove(entry);
            underWay++;
            trying++;
            return () -> deliver(entry);
        }
        wakeIn(patience.isPresent() ? Math.min(wait, TICK.toNanos()) : wait);
        return null;
    }

    private Optional<Entry> inTheWay() {
        return farEnd.isOpen() ? overdue.told(overdue.size() > MANY ? REST_OF_MANY : REST_OF_FEW) : Optional.empty();
    }

    private Runnable takeOut(Entry entry, Runnable task) {
        order.takeOut(entry);
        overdue.remove(entry);
        underWay++;
        return task;
    }

    private void wakeIn(long nanos) {
        long at = System.nanoTime() + nanos;
        if (nanos != FarEnd.NOT_NOW && (!isWaking || at - wakesAt < 0)) {
            isWaking = true;
            wakesAt = at;
            journal.later(() -> wake(at), Duration.ofNanos(nanos), this::begin);
        }
    }

    private synchronized void wake(long at) {
        isWaking = isWaking && at != wakesAt;
    }

    private void deliver(Entry entry) {
        attempts.begin(entry.alarm().mailed(entry.isTold()), entry.attempts())
                .thenAccept(ending -> ended(entry, ending));
    }

    private void ended(Entry entry, Ending ending) {
        farEnd.ended(ending);
        synchronized (this) {
            trying--;
        }
        if (ending.isDelivered()) {
            watcher.saw(queue, entry.alarm(), ending.step(false));
            letGo(entry);
        } else {
            puttingBack.failed(entry, ending);
        }
    }

    private void letGo(Entry entry) {
        source.letGo(entry);
        synchronized (this) {
            underWay--;
            order.done(entry);
            notifyAll();
        }
    }

    @Override
    public synchronized void stop() {
        closing = true;
        untilDone.stop();
    }

    @Override
    public void close(long end) throws ActiveMQException, InterruptedException {
        synchronized (this) {
            while (underWay > 0 && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
            }
        }
        source.close();
    }
}
