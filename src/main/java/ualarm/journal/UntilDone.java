package ualarm.journal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Told;

/** Does what must be done before an alarm may be let go, again and again until it has succeeded or the worker stops. */
final class UntilDone {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Journal journal;
    private final Executor threads;
    private final Told troubles = new Told();
    private volatile boolean stopped;

    /** @param threads do what follows; when that may wait, not those that bring Artemis' confirmations */
    UntilDone(Journal journal, Executor threads) {
        this.journal = journal;
        this.threads = threads;
    }

    /**
     * @param failed what to log when it fails
     * @param task begins it
     * @return done when it has succeeded
     */
    CompletableFuture<Void> run(String failed, Supplier<CompletableFuture<Void>> task) {
        var done = new CompletableFuture<Void>();
        run(failed, task, done);
        return done;
    }

    private void run(String failed, Supplier<CompletableFuture<Void>> task, CompletableFuture<Void> done) {
        task.get()
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            if (failure == null) {
                                done.complete(null);
                            } else if (!stopped) {
                                tell(failed, failure instanceof CompletionException ? failure.getCause() : failure);
                                journal.later(() -> run(failed, task, done), AGAIN, threads);
                            }
                        },
                        threads);
    }

    private void tell(String failed, Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        LOG.atLevel(troubles.isNews(reason) ? Level.ERROR : Level.DEBUG).log("{}: {}", failed, reason);
    }

    void stop() {
        stopped = true;
    }
}
