package ualarm.history;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.journal.Watcher.Step;

/**
 * Writes the history on a thread of its own. Deliveries leave their steps in a bounded queue and never wait; after a fault of the disk
 * the file is opened again. The lock on this guards only the pauses between two writes.
 */
final class HistoryWriter {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final int MOST_WAITING = 50_000;

    /** Most alarms are over within this time, and are then written once. */
    private static final Duration GATHERED = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration CLOSING = Duration.ofSeconds(3);

    private record Line(Instant at, String queue, CameraAlarm alarm, Step step) {}

    private final HistoryFile file;
    private final Duration kept;
    private final long largest;
    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<UUID, Gathered> gathered = new LinkedHashMap<>();
    private final AtomicLong missing = new AtomicLong();
    private final Thread thread = new Thread(this::run, "history");
    private volatile boolean isOpen;
    private volatile boolean closing;

    /**
     * @param file where it writes
     * @param kept how long alarms are kept
     * @param largest how large the file may grow, in bytes
     */
    HistoryWriter(HistoryFile file, Duration kept, long largest) {
        this.file = file;
        this.kept = kept;
        this.largest = largest;
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    void start() {
        thread.start();
    }

    /** @return whether there is a file that can be searched */
    boolean isOpen() {
        return isOpen;
    }

    /** @return how many steps could not be written since the start */
    long missing() {
        return missing.get();
    }

    void add(String queue, CameraAlarm alarm, Step step) {
        if (!waiting.offer(new Line(Instant.now(), queue, alarm.brief(), step)) && missing.incrementAndGet() == 1) {
            LOG.warn("The history cannot follow: steps are missing in it. No alarm is");
        }
    }

    private void run() {
        while (!isOver()) {
            try (Connection connection = file.open()) {
                isOpen = true;
                follow(connection);
            } catch (IOException | SQLException e) {
                if (missing.getAndIncrement() == 0) {
                    LOG.warn(
                            "The history cannot be written, steps are missing in it: {}",
                            (e.getCause() == null ? e : e.getCause()).toString());
                }
                if (closing) {
                    return;
                }
                recover(e);
            }
        }
    }

    private void recover(Exception failure) {
        if (HistoryFile.isDamaged(failure)) {
            isOpen = false;
            try {
                file.putAside();
                return;
            } catch (IOException e) {
                LOG.warn("The damaged history cannot be put aside: {}", e.getMessage());
            }
        }
        pause(AGAIN.toNanos());
    }

    private boolean isOver() {
        return closing && waiting.isEmpty() && gathered.isEmpty();
    }

    private void follow(Connection connection) throws SQLException {
        while (!isOver()) {
            long began = System.nanoTime();
            if (!file.exists()) {
                isOpen = false;
                throw new SQLException("its file is gone; it begins anew");
            }
            gather();
            store(connection);
            HistoryFile.forget(connection, Instant.now().minus(kept), largest);
            connection.commit();
            // It may take a third of a processor at most, whatever comes in.
            pause(Math.max(PAUSE.toNanos(), 2 * (System.nanoTime() - began)));
        }
    }

    private void gather() {
        var lines = new ArrayList<Line>();
        waiting.drainTo(lines);
        for (Line line : lines) {
            gathered.computeIfAbsent(line.alarm().uniqueId(), uid -> new Gathered(line.alarm(), line.at()))
                    .add(line.at(), line.queue(), line.alarm(), line.step());
        }
    }

    private void store(Connection connection) throws SQLException {
        Instant old = closing ? Instant.MAX : Instant.now().minus(GATHERED);
        try (PreparedStatement statement = connection.prepareStatement(Gathered.WRITE)) {
            for (var each = gathered.values().iterator(); each.hasNext(); ) {
                Gathered next = each.next();
                if (next.since().isBefore(old)) {
                    next.bind(statement);
                    statement.addBatch();
                    each.remove();
                }
            }
            statement.executeBatch();
        }
    }

    private synchronized void pause(long nanos) {
        try {
            if (!closing) {
                TimeUnit.NANOSECONDS.timedWait(this, nanos);
            }
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    /** Writes what is left. */
    void close() {
        synchronized (this) {
            closing = true;
            isOpen = false;
            notifyAll();
        }
        try {
            thread.join(CLOSING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
