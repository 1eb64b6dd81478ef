package ualarm.proof;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import ualarm.cluster.Book;

/**
 * The clock of a connector's machine is set while alarms wait for a later attempt.
 */
final class ClockJumps implements AutoCloseable {

    private static final int SOME = 10;

    /** The ladder's and the breaker's longest waits while alarms wait for less than two minutes, and time for a slow machine. */
    private static final Duration LONGEST = Duration.ofSeconds(45);

    /** However far the clock is set back, the alarms' times are before it. */
    private static final Duration BEFORE = Duration.ofDays(5);

    private final Instant begin;
    private final Stand stand;
    private final ClockOf clock;

    /**
     * @param more settings
     * @param begin the time of day at which it is started
     */
    ClockJumps(Path folder, Path layer, String more, Instant begin) throws IOException {
        this.begin = begin;
        stand = new Stand(folder.resolve("connector"), more);
        stand.book().begin(begin.minus(BEFORE));
        clock = new ClockOf(folder.resolve("clock"));
        stand.connector().environment(clock.environment(layer));
        stand.connector().option("-Duser.timezone=Europe/Budapest");
    }

    Stand stand() {
        return stand;
    }

    /** Starts it. */
    void start() {
        clock.set(begin);
        stand.connector().start();
        stand.connector().awaitReady();
        stand.awaitCameras();
        send();
        await().atMost(LONGEST).until(() -> stand.book().sum().lost() == 0);
    }

    private void send() {
        IntStream.range(0, SOME).forEach(i -> stand.sendOne());
    }

    /** The clock jumps. */
    void jump(Duration by) {
        clock.jump(by);
    }

    /**
     * The clock jumps while alarms wait for a later attempt; what is there then is delivered in time.
     *
     * @param isAway whether XProtect is away; else it lives, and refuses events
     */
    Book.Sum jump(Duration by, boolean isAway) {
        takes(false, isAway);
        send();
        await().atMost(LONGEST).until(() -> waitsFor() >= 3);
        jump(by);
        send();
        if (!isAway) {
            awaitRefusal();
        }
        takes(true, isAway);
        return stand.settle(LONGEST);
    }

    /** Only an attempt that fails may give an alarm up. */
    private void awaitRefusal() {
        int tried = stand.xprotect().tried();
        await().atMost(LONGEST).until(() -> stand.xprotect().tried() >= tried + 3);
    }

    private void takes(boolean takes, boolean isAway) {
        if (isAway) {
            stand.reachable(takes);
        } else {
            stand.xprotect().refuse(takes ? "" : "503 Service Unavailable\r\nRetry-After: 20");
        }
    }

    private int waitsFor() {
        return stand.console("/api/status").at("/sites/0/oldestWaitingSeconds").asInt();
    }

    @Override
    public void close() {
        stand.close();
    }
}
