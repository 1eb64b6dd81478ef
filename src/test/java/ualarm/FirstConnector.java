package ualarm;

import ch.qos.logback.classic.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A connector in a folder, as {@code run} begins it: where no site is set it starts when it is set up, and anew when settings are changed. */
final class FirstConnector implements AutoCloseable {

    private final TraceLog log = new TraceLog(Level.INFO);
    private final CompletableFuture<Connector> started = new CompletableFuture<>();
    private final AtomicInteger starts = new AtomicInteger();
    private final Service service;
    private final CompletableFuture<Void> end;

    FirstConnector(Path folder) {
        service = new Service(folder, new Systemd(Map.of()), connector -> {
            starts.incrementAndGet();
            started.complete(connector);
        });
        end = CompletableFuture.runAsync(() -> {
            try {
                service.run();
            } catch (Exception e) {
                started.completeExceptionally(e);
            }
        });
    }

    /** @return what it has logged */
    String log() {
        return log.text();
    }

    /** @return done when it takes alarms */
    CompletableFuture<Connector> started() {
        return started;
    }

    /** @return how often a connector has begun to take alarms */
    int starts() {
        return starts.get();
    }

    @Override
    public void close() {
        service.close();
        end.join();
        log.close();
    }
}
