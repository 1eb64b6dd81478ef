package ualarm.proof;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import ualarm.Proxy;
import ualarm.cluster.Book;
import ualarm.cluster.Sending;

/** XProtect, or the network before it, misbehaves under a stream of alarms; then it is well again. */
final class FarEnds implements AutoCloseable {

    private static final int RATE = 20;

    /** The ladder's longest quick wait, the longest wait for an answer, and time for a slow machine. */
    private static final Duration LONGEST = Duration.ofSeconds(100);

    private static final String HTML = "<html><body>Please log in.</body></html>";

    private final Stand stand;
    private final Map<String, Runnable> faults = new LinkedHashMap<>();

    FarEnds(Path folder) {
        stand = new Stand(folder.resolve("connector"), "");
        for (Proxy.Fault fault : Proxy.Fault.values()) {
            if (fault.compareTo(Proxy.Fault.ANSWER) < 0 && fault != Proxy.Fault.NONE) {
                faults.put(fault.name(), () -> stand.proxy().fail(fault));
            }
        }
        answers("200 with HTML", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 40\r\n\r\n" + HTML);
        answers(
                "JSON cut in half",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n{\"dat");
        answers("endless headers", "HTTP/1.1 200 OK\r\n" + "X-Filler: more of the same\r\n".repeat(100_000));
        faults.put(
                "a byte a second",
                () -> stand.proxy().answer(Proxy.Fault.DRIP, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"));
        refuses("401", "401 Unauthorized");
        refuses("429 Retry-After: 8", "429 Too Many Requests\r\nRetry-After: 8");
        faults.put(
                "429 Retry-After: a date",
                () -> stand.xprotect()
                        .refuse("429 Too Many Requests\r\nRetry-After: "
                                + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(8))));
        for (String member : new String[] {"\"expires_in\":1,", "\"expires_in\":0,", "\"expires_in\":-1,", ""}) {
            faults.put("expires_in: " + member, () -> {
                stand.xprotect().grant(member);
                // The token that is there is no longer known.
                stand.reachable(false);
                stand.reachable(true);
            });
        }
        stand.connector().start();
        stand.connector().awaitReady();
        await().until(() -> stand.console("/api/status").at("/sites/0/cameras").asInt() == Stand.CAMERAS);
    }

    private void answers(String name, String answer) {
        faults.put(name, () -> stand.proxy().answer(Proxy.Fault.ANSWER, answer));
    }

    private void refuses(String name, String answer) {
        faults.put(name, () -> stand.xprotect().refuse(answer));
    }

    /** @return the faults by name */
    Map<String, Runnable> faults() {
        return faults;
    }

    Stand stand() {
        return stand;
    }

    /** The fault lasts for some time, while alarms come in and are answered with 200. */
    Book.Sum during(String fault, Duration time) throws InterruptedException {
        try (Sending sending = stand.send(RATE)) {
            faults.get(fault).run();
            LockSupport.parkNanos(time.toNanos());
            if (sending.refused() > 0) {
                throw new IllegalStateException("Alarms are refused for a fault of XProtect: " + fault);
            }
            stand.proxy().fail(Proxy.Fault.NONE);
            stand.xprotect().refuse("");
        }
        return stand.settle(LONGEST);
    }

    @Override
    public void close() {
        stand.close();
    }
}
