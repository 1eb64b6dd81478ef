package ualarm.journal;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import ualarm.alarm.CameraAlarm;

/** Stores alarms. No thread waits for the disk, so alarms that arrive together share a sync. */
final class JournalProducer extends DefaultAsyncProducer {

    /** Header: whether the queue had this alarm already, so that it was not stored again. */
    static final String DUPLICATE = "JournalDuplicate";

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
        String name = endpoint.of(alarm.site());
        long began = System.nanoTime();
        journal.put(name, alarm).whenComplete((isNew, failure) -> {
            if (failure == null) {
                // An alarm that goes into several queues is a duplicate only where each had it.
                boolean wasDuplicate = exchange.getMessage().getHeader(DUPLICATE, true, boolean.class);
                exchange.getMessage().setHeader(DUPLICATE, !isNew && wasDuplicate);
                if (isNew) {
                    endpoint.getComponent()
                            .watcher()
                            .saw(
                                    name,
                                    alarm,
                                    Watcher.Step.of(
                                            Watcher.Result.STORED, Duration.ofNanos(System.nanoTime() - began)));
                }
            } else {
                exchange.setException(failure instanceof CompletionException ? failure.getCause() : failure);
            }
            callback.done(false);
        });
        return false;
    }
}
