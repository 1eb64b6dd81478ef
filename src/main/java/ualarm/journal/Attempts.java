package ualarm.journal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultConsumer;

/** Hands alarms to a route, which may end on the thread that began it or on any other. */
final class Attempts {

    /** Variable: the site whose alarm it is; empty when it is nobody's. */
    static final String SITE = "site";

    /** Variable: how many attempts have failed before this one. */
    static final String ATTEMPTS = "attempts";

    private final DefaultConsumer route;
    private final String site;
    private final Executor threads;

    /**
     * @param route where alarms go
     * @param site the site whose alarms they are; empty when they are nobody's
     * @param threads go on when a route has ended on a thread that is not ours, which must not wait
     */
    Attempts(DefaultConsumer route, String site, Executor threads) {
        this.route = route;
        this.site = site;
        this.threads = threads;
    }

    /**
     * Begins an attempt.
     *
     * @param body what is delivered
     * @param failed how many attempts have failed before
     * @return how it ended; done before this returns, or later on one of our threads
     */
    CompletableFuture<Ending> begin(Object body, int failed) {
        var ended = new CompletableFuture<Ending>();
        long began = System.nanoTime();
        Exchange exchange = route.createExchange(false);
        exchange.getIn().setBody(body);
        exchange.setVariable(ATTEMPTS, failed);
        exchange.setVariable(SITE, site);
        route.getAsyncProcessor().process(exchange, doneSync -> {
            var ending = new Ending(
                    Optional.ofNullable(exchange.getException()), Duration.ofNanos(System.nanoTime() - began));
            route.releaseExchange(exchange, false);
            if (doneSync) {
                ended.complete(ending);
            } else {
                threads.execute(() -> ended.complete(ending));
            }
        });
        return ended;
    }
}
