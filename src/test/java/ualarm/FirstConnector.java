package ualarm;

import ch.qos.logback.classic.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A connector in a folder without a site, as {@code run} begins it: it starts when it is set up. */
final class FirstConnector implements AutoCloseable {

    private final TraceLog log = new TraceLog(Level.INFO);
    private final CompletableFuture<Connector> started;

    FirstConnector(Path folder) {
        started = CompletableFuture.supplyAsync(() -> {
            try {
                var connector = new Connector(Program.settings(folder, new Systemd(Map.of())), camel -> {});
                connector.start();
                return connector;
            } catch (Exception e) {
                throw new IllegalStateException(e);
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

    @Override
    public void close() {
        if (started.isDone() && !started.isCompletedExceptionally()) {
            started.join().close();
        }
        log.close();
    }
}
