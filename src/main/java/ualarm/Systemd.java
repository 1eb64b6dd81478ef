package ualarm;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd, where it started this process, when alarms are accepted, and that they still can be stored ({@code Type=notify},
 * {@code WatchdogSec=}). It is told by systemd's own program, a process of some milliseconds: its socket takes datagrams, which Java
 * cannot send to a path, and a library that can brings native code for each processor.
 *
 * <p>What is told, and what was told last, belongs to the one thread that tells it.
 */
final class Systemd implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.connector");
    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final Duration WITHOUT_WATCHDOG = Duration.ofMinutes(1);
    private static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_CALL = 10;

    /** systemd ends all of a service's processes together. */
    private static final int ENDED = 143;

    private final Optional<String> socket;
    private final long every;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        var worker = new Thread(work, "systemd");
        worker.setDaemon(true);
        return worker;
    });
    private String status = "";
    private BooleanSupplier well = () -> false;
    private boolean isBeating;
    private boolean isTroubleTold;
    private boolean isFailureTold;

    /** @param environment the process', where systemd says how it wants to be told */
    Systemd(Map<String, String> environment) {
        this.socket = Optional.ofNullable(environment.get(SOCKET));
        // Three chances within the watchdog's time.
        this.every = Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .map(micros -> TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros)) / 3)
                .orElse(WITHOUT_WATCHDOG.toNanos());
    }

    /**
     * The process has come so far that systemd may take it for started, and goes on well as long as somebody says so.
     *
     * @param what what it does now, for {@code systemctl status}
     * @param isWell asked before the watchdog is fed
     */
    void started(String what, BooleanSupplier isWell) {
        if (socket.isPresent()) {
            thread.execute(() -> {
                status = what;
                well = isWell;
                if (!isBeating) {
                    isBeating = true;
                    beat();
                }
            });
        }
    }

    /** That it has started is told each time: a systemd that was too busy for the first call has it by the next. */
    private void beat() {
        boolean isWell = well.getAsBoolean();
        if (isWell) {
            tell("READY=1", "WATCHDOG=1", "STATUS=" + status);
        } else if (!isTroubleTold) {
            tell("STATUS=Alarms cannot be stored, so senders are told to wait; see the log.");
        }
        isTroubleTold = !isWell;
        thread.schedule(this::beat, isWell ? every : LOOK_AGAIN, TimeUnit.NANOSECONDS);
    }

    private void tell(String... assignments) {
        String trouble;
        try {
            var builder = new ProcessBuilder(Stream.concat(Stream.of("systemd-notify"), Stream.of(assignments))
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put(SOCKET, socket.orElseThrow());
            Process call = builder.start();
            boolean isOver = call.waitFor(LONGEST_CALL, TimeUnit.SECONDS);
            if (isOver && (call.exitValue() == 0 || call.exitValue() == ENDED)) {
                return;
            }
            call.destroyForcibly();
            trouble = isOver ? "exit code " + call.exitValue() : "no end";
        } catch (IOException e) {
            trouble = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (!isFailureTold) {
            isFailureTold = true;
            LOG.warn(
                    "systemd cannot be told how the connector is: systemd-notify: {}. Without it, set Type=exec and WatchdogSec=0 in the unit.",
                    trouble);
        }
    }

    /** The process is about to end. */
    @Override
    public void close() {
        if (socket.isPresent()) {
            CompletableFuture.runAsync(() -> tell("STOPPING=1", "STATUS=Stopping"), thread)
                    .join();
            thread.shutdownNow();
        }
    }
}
