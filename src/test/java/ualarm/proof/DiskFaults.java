package ualarm.proof;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import ualarm.cluster.Book;
import ualarm.cluster.Sending;

/** The disk of a connector fails while alarms come in, and is well again. */
final class DiskFaults implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final int RATE = 50;

    private final Stand stand;
    private final Faults faults;

    DiskFaults(Path folder, Path layer) throws IOException {
        this(folder, layer, "");
    }

    /** @param more settings */
    DiskFaults(Path folder, Path layer, String more) throws IOException {
        stand = new Stand(folder.resolve("connector"), more);
        faults = new Faults(stand.data(), folder.resolve("faults"));
        stand.connector().environment(faults.environment(layer));
        stand.connector().start();
        stand.connector().awaitReady();
    }

    Stand stand() {
        return stand;
    }

    Faults faults() {
        return faults;
    }

    /**
     * What the connector does while the disk fails.
     *
     * @param sum what became of the alarms in the end
     * @param refused how many were not answered with 200 meanwhile, and sent again
     * @param health the HTTP status and text of the console's health meanwhile
     * @param hasEnded whether the process ended, and was started again as by its service
     */
    record Outcome(Book.Sum sum, int refused, String health, boolean hasEnded) {}

    /** The fault lasts until alarms are refused, or the process has ended; then it is lifted. */
    Outcome during(Runnable fault) throws InterruptedException {
        return during(fault, Duration.ZERO);
    }

    /** The fault lasts for some time. */
    Outcome during(Runnable fault, Duration longest) throws InterruptedException {
        String health;
        int refused;
        boolean hasEnded;
        try (Sending sending = stand.send(RATE)) {
            int before = stand.book().sum().accepted();
            await().atMost(LONGEST).until(() -> stand.book().sum().accepted() >= before + RATE);
            fault.run();
            if (longest.isZero()) {
                await().atMost(LONGEST).until(() -> !stand.connector().isRunning() || sending.refused() > RATE);
            } else {
                java.util.concurrent.locks.LockSupport.parkNanos(longest.toNanos());
            }
            health = stand.connector().console("/observe/health");
            refused = sending.refused();
            faults.lift();
            hasEnded = !stand.connector().isRunning();
            stand.connector().awaitReady();
            int then = stand.book().sum().accepted();
            await().atMost(LONGEST).until(() -> stand.book().sum().accepted() >= then + RATE);
        }
        return new Outcome(stand.settle(LONGEST), refused, health, hasEnded);
    }

    @Override
    public void close() {
        stand.close();
    }
}
