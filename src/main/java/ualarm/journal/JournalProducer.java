package ualarm.journal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import ualarm.alarm.CameraAlarm;

/** Stores alarms. No thread waits for the disk, so alarms that arrive together share a sync. */
final class JournalProducer extends DefaultAsyncProducer {

    /** Header: whether the queue had this alarm already, so that it was not stored again. */
    static final String DUPLICATE = "JournalDuplicate";

    /** Variable: of several queues, the channels of those that the alarm goes into, separated by commas. */
    private static final String CHANNELS = "channels";

    private final JournalEndpoint endpoint;
    private Journal journal;

    JournalProducer(JournalEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        journal = endpoint.getComponent().journal();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CameraAlarm alarm = exchange.getMessage().getBody(CameraAlarm.class);
        if (alarm == null) {
            exchange.setException(new IllegalArgumentException(
                    "journal:" + endpoint.queue() + " stores alarms at a camera; the body is none."));
            callback.done(true);
            return true;
        }
        long began = System.nanoTime();
        var queues = endpoint.of(alarm.site(), Optional.ofNullable(exchange.getVariable(CHANNELS, String.class)));
        if (queues.isEmpty()) {
            callback.done(true);
            return true;
        }
        journal.put(endpoint.getComponent().besides().with(queues, alarm), alarm)
                .whenComplete((news, failure) -> {
                    if (failure == null) {
                        // An alarm that goes into several queues is a duplicate only where each had it.
                        // A header may be the sender's, at an adapter that takes none off; a property never is.
                        boolean isDuplicate = news.isEmpty() && exchange.getProperty(DUPLICATE, true, boolean.class);
                        exchange.setProperty(DUPLICATE, isDuplicate);
                        exchange.getMessage().setHeader(DUPLICATE, isDuplicate);
                        if (!news.isEmpty()) {
                            var step =
                                    Watcher.Step.of(Watcher.Result.STORED, Duration.ofNanos(System.nanoTime() - began));
                            news.forEach(
                                    queue -> endpoint.getComponent().watcher().saw(queue, alarm, step));
                        }
                    } else {
                        exchange.setException(failure instanceof CompletionException ? failure.getCause() : failure);
                    }
                    callback.done(false);
                });
        return false;
    }
}
