package ualarm.proof;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import ualarm.cluster.Book;
import ualarm.cluster.Sending;

/** Very many alarms wait for an XProtect that is away, over a kill; then they are worked off. */
final class Million {

    /** Far more than it takes: each sender sends its next alarm when the one before is answered. */
    private static final int AS_FAST_AS_THEY_ARE_TAKEN = 100_000;

    private final Stand stand;
    private String remarks = "";

    /** @param stand its connector runs with the flags that are shipped */
    Million(Stand stand) throws IOException {
        this.stand = stand;
        Files.readAllLines(Path.of("src", "bin", "java.options")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("-"))
                .forEach(stand.connector()::option);
    }

    Book.Sum run(int count) throws InterruptedException, IOException {
        stand.connector().start();
        stand.connector().awaitReady();
        stand.awaitCameras();
        stand.reachable(false);
        long stored = System.nanoTime();
        try (Sending sending = stand.send(AS_FAST_AS_THEY_ARE_TAKEN)) {
            await().atMost(Duration.ofHours(1))
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> stand.book().sum().accepted() >= count);
        }
        double storing = seconds(stored);
        long resident = resident();
        stand.connector().kill();
        long begun = System.nanoTime();
        stand.connector().start();
        stand.connector().awaitReady();
        double start = seconds(begun);
        long residentThen = resident();
        int logins = stand.xprotect().logins();
        long back = System.nanoTime();
        stand.reachable(true);
        Book.Sum sum = stand.settle(Duration.ofHours(1));
        double draining = seconds(back);
        remarks = String.format(
                Locale.ROOT,
                "%.0f stored a second; resident %d MB with them, %d MB after a start of %.1f s, %d MB in the end; worked off at %.0f a second with %d logins; %d out of order",
                sum.accepted() / storing,
                resident,
                residentThen,
                start,
                resident(),
                sum.delivered() / draining,
                stand.xprotect().logins() - logins,
                sum.outOfOrder());
        return sum;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private long resident() throws IOException {
        List<String> lines = Files.readAllLines(
                Path.of("/proc", String.valueOf(stand.connector().pid()), "status"));
        return lines.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    @Override
    public String toString() {
        return remarks;
    }
}
