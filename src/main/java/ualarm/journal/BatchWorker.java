package ualarm.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Told;

/**
 * Hands out all alarms of a queue that wait, together, at most once in a while: the first at once, those that come meanwhile
 * with the next. What failed is tried again as it was, so that a far end that had taken it can tell; alarms leave the journal when
 * their hand-out has ended well or they are among the dead letters. One thread does it all; the lock on this guards its pauses and its end.
 */
final class BatchWorker implements Worker {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    /**
     * Bounds the memory, and what was in vain when a connector dies over it; more than this wait in the journal for the next. With ten times as many,
     * connectors that were killed every five seconds got no mail out any more.
     */
    private static final int MOST = 2_000;

    /** With pictures, far fewer are enough: each is in memory some four times. */
    private static final long MOST_BYTES = 8L << 20;

    private static final Duration AWAY = Duration.ofMillis(500);

    private final JournalEndpoint endpoint;
    private final Journal journal;
    private final String queue;
    private final Duration every;
    private final Attempts attempts;
    private final UntilDone untilDone;
    private final ClientHandOut handOut;
    private final Source source;
    private final Consumer<Worker> failed;
    private final Told troubles = new Told();
    private long nextAt = System.nanoTime();
    private boolean isBusy;
    private volatile boolean closing;

    /** @param failed closes it, and has another one read the queue */
    BatchWorker(
            DefaultConsumer route,
            JournalEndpoint endpoint,
            String queue,
            String site,
            Executor pool,
            Consumer<Worker> failed)
            throws ActiveMQException {
        this.endpoint = endpoint;
        this.journal = endpoint.getComponent().journal();
        this.queue = queue;
        this.failed = failed;
        this.every = Duration.ofSeconds(endpoint.getEvery());
        // What follows on other threads is short.
        this.attempts = new Attempts(route, site, Runnable::run);
        this.untilDone = new UntilDone(journal, Runnable::run);
        this.handOut = journal.handOutOneByOne(queue);
        this.source = new Source(journal, queue, handOut, untilDone);
        handOut.start();
        pool.execute(this::work);
    }

    private void work() {
        try {
            while (!closing) {
                long breaks = handOut.breaks();
                handOut(take(), breaks);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("{} is begun anew after a fault in the connector. Tell who looks after it.", queue, e);
            stop();
            ends();
            failed.accept(this);
        }
    }

    /** @return all that wait; it waits for the first. Empty when the worker was closed, or Artemis is away */
    private List<Entry> take() throws InterruptedException {
        var batch = new ArrayList<Entry>();
        try {
            Optional<Entry> next = take(true);
            waitUntil(nextAt);
            long size = 0;
            while (next.isPresent()) {
                batch.add(next.get());
                size += next.get().size();
                boolean isFull = every.isZero() || batch.size() == MOST || size > MOST_BYTES;
                next = isFull ? Optional.empty() : take(false);
            }
        } catch (ActiveMQException e) {
            if (!closing) {
                LOG.debug("{} waits for Artemis: {}", queue, e.getMessage());
                waitUntil(System.nanoTime() + AWAY.toNanos());
            }
        }
        return batch;
    }

    private Optional<Entry> take(boolean waits) throws ActiveMQException {
        Optional<Entry> next = handOut.take(waits);
        while (next.isPresent() && !source.isReadable(next.get())) {
            next = handOut.take(waits);
        }
        return next;
    }

    /** @param before how many breaks of the connection there were before it was taken: after another one it is handed out again */
    private void handOut(List<Entry> taken, long before) throws InterruptedException {
        List<Entry> batch = taken;
        long breaks = before;
        for (int failed = 0; !batch.isEmpty() && begins(); failed++) {
            long now = handOut.breaks();
            if (now != breaks) {
                breaks = now;
                batch = handOut.keep(batch);
                if (batch.isEmpty()) {
                    ends();
                    return;
                }
            }
            nextAt = System.nanoTime() + every.toNanos();
            Ending ending = attempts.begin(batch.stream().map(Entry::alarm).toList(), failed)
                    .join();
            boolean isOver = isOver(batch, ending);
            ends();
            if (isOver) {
                return;
            }
            Ladder ladder = endpoint.getComponent().ladder();
            int failures = failed + 1;
            waitUntil(System.nanoTime()
                    + ending.after().orElseGet(() -> ladder.delay(failures)).toNanos());
        }
    }

    private boolean isOver(List<Entry> batch, Ending ending) {
        Optional<String> end = ending.givesUp(batch.get(0).sinceReceived());
        var step = ending.step(end.isPresent());
        batch.forEach(entry -> endpoint.getComponent().watcher().saw(queue, entry.alarm(), step));
        journal.troubled(queue, end.isPresent() ? "" : ending.reason());
        if (ending.isDelivered()) {
            batch.forEach(source::letGo);
            troubles.over();
        } else if (end.isPresent()) {
            LOG.atLevel(troubles.isNews(end.get()) ? Level.WARN : Level.INFO)
                    .log("{} alarms of {} are now dead letters: {}", batch.size(), queue, end.get());
            CompletableFuture.allOf(batch.stream()
                            .map(entry -> source.bury(entry, end.get()).thenRun(() -> source.letGo(entry)))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } else {
            LOG.atLevel(troubles.isNews(ending.reason()) ? Level.WARN : Level.DEBUG)
                    .log("{} alarms wait in {}: {}", batch.size(), queue, ending.reason());
        }
        return ending.isDelivered() || end.isPresent();
    }

    private synchronized boolean begins() {
        isBusy = !closing;
        return isBusy;
    }

    private synchronized void ends() {
        isBusy = false;
        notifyAll();
    }

    private synchronized void waitUntil(long end) throws InterruptedException {
        for (long left = end - System.nanoTime(); left > 0 && !closing; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, left));
        }
    }

    @Override
    public synchronized void stop() {
        closing = true;
        untilDone.stop();
        notifyAll();
    }

    @Override
    public void close(long end) throws ActiveMQException, InterruptedException {
        synchronized (this) {
            while (isBusy && System.nanoTime() < end) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
            }
        }
        source.close();
    }
}
