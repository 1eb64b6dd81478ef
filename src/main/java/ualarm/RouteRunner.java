package ualarm;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.ExchangeBuilder;

/** Runs a route by itself, on a thread of its own: a far end that hangs costs nobody else one. */
final class RouteRunner {

    private final CamelContext camel;
    private final ProducerTemplate template;
    private final ExecutorService threads;

    RouteRunner(CamelContext camel, ExecutorService threads) {
        this.camel = camel;
        this.template = camel.createProducerTemplate();
        this.threads = threads;
    }

    /**
     * @param route the name of a {@code direct:} route
     * @param variables what it finds in its variables
     * @param result what its body is in the end
     * @return the body; fails as the route does
     */
    <T> CompletableFuture<T> run(String route, Map<String, Object> variables, Class<T> result) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Exchange exchange = ExchangeBuilder.anExchange(camel).build();
                    variables.forEach(exchange::setVariable);
                    template.send("direct:" + route, exchange);
                    if (exchange.getException() != null) {
                        throw new CompletionException(exchange.getException());
                    }
                    return exchange.getMessage().getBody(result);
                },
                threads);
    }

    /**
     * Runs a route to its end.
     *
     * @param route the name of a {@code direct:} route
     * @param body what it gets
     * @return what it failed with, if it did
     */
    Optional<Throwable> failure(String route, Object body) {
        Exchange exchange = ExchangeBuilder.anExchange(camel).withBody(body).build();
        return Optional.ofNullable(template.send("direct:" + route, exchange).getException());
    }
}
