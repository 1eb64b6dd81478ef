package ualarm.journal;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.camel.http.base.HttpOperationFailedException;
import ualarm.alarm.Undelivered;
import ualarm.alarm.Undelivered.Kind;

/**
 * How an attempt to deliver ended.
 *
 * @param failure what went wrong; nothing when it was delivered
 * @param took how long it took
 */
record Ending(Optional<Exception> failure, Duration took) {

    boolean isDelivered() {
        return failure.isEmpty();
    }

    /** @return whether another attempt cannot help */
    boolean isFinal() {
        return failure.filter(Undelivered.Never.class::isInstance).isPresent();
    }

    /** @return whether the far end has answered, or refused to, rather than kept silent */
    boolean isAnswer() {
        return kind() != Kind.TIMEOUT
                && failure.filter(f -> f instanceof TimeoutException || f instanceof InterruptedIOException)
                        .isEmpty();
    }

    Kind kind() {
        return later().map(Undelivered.Later::kind).orElse(Kind.OTHER);
    }

    /** @return how long the far end asked us to wait, if it did */
    Optional<Duration> after() {
        return later().flatMap(Undelivered.Later::after);
    }

    private Optional<Undelivered.Later> later() {
        return failure.filter(Undelivered.Later.class::isInstance).map(Undelivered.Later.class::cast);
    }

    /** @return what went wrong, in words; empty when it was delivered */
    String reason() {
        return failure.map(Ending::words).orElse("");
    }

    private static String words(Exception failure) {
        if (failure instanceof HttpOperationFailedException http) {
            // Camel's words have the whole address, which is the key to many a webhook.
            return ("The far end answered " + http.getStatusCode() + " "
                            + Objects.requireNonNullElse(http.getStatusText(), ""))
                    .strip();
        }
        return failure instanceof Undelivered
                ? failure.getMessage()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    /**
     * @param waited how long the alarm has waited
     * @return why it is given up; nothing when it is not
     */
    Optional<String> givesUp(Duration waited) {
        if (isDelivered() || isFinal()) {
            return failure.map(never -> reason());
        }
        return waited.compareTo(Ladder.PATIENCE) <= 0
                ? Optional.empty()
                : Optional.of("Not delivered for " + Ladder.PATIENCE.toDays() + " days. Last: " + reason());
    }

    /** @return the step to note */
    Watcher.Step step(boolean isGivenUp) {
        var result = isDelivered() ? Watcher.Result.DELIVERED : isGivenUp ? Watcher.Result.DEAD : Watcher.Result.LATER;
        return new Watcher.Step(result, took, reason(), kind());
    }
}
