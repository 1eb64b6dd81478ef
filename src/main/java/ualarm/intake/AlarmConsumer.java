package ualarm.intake;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.MessageHelper;

/**
 * The consumer behind the gate, but that no thread waits while an alarm is being stored: Camel's own keeps one for each
 * request, which is woken only to hand the answer to another. Routes still begin on a thread that may wait.
 */
final class AlarmConsumer extends GatedConsumer {

    private static final int OK = 200;

    /**
     * @param endpoint what is asked for
     * @param route what answers it
     * @param handlers come before it
     * @param router name of the port's router
     * @param workers begin the route, and unpack what is packed
     * @param door has let requests in
     * @param gate hands them on
     */
    AlarmConsumer(
            PlatformHttpEndpoint endpoint,
            Processor route,
            List<Handler<RoutingContext>> handlers,
            String router,
            WorkerExecutor workers,
            Door door,
            Gate gate) {
        super(endpoint, route, handlers, router, workers, door, gate);
    }

    @Override
    void take(RoutingContext request) {
        if (isSuspended()) {
            fail(request, new IllegalStateException("The route that takes alarms is suspended."));
            return;
        }
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        Context connection = request.vertx().getOrCreateContext();
        processHttpRequest(exchange, request)
                .compose(read -> workers.<Void>executeBlocking(() -> begin(request, exchange, connection), false))
                .onFailure(failure -> fail(request, failure));
    }

    private void fail(RoutingContext request, Throwable failure) {
        leave();
        request.fail(failure);
    }

    private Void begin(RoutingContext request, Exchange exchange, Context connection) throws Exception {
        createUoW(exchange);
        getAsyncProcessor().process(exchange, onThisThread -> connection.runOnContext(go -> end(request, exchange)));
        return null;
    }

    private void end(RoutingContext request, Exchange exchange) {
        try {
            answer(request, exchange);
        } catch (RuntimeException e) {
            // A header that HTTP does not allow, a body that is none.
            request.fail(e);
        } finally {
            leave();
            doneUoW(exchange);
            releaseExchange(exchange, false);
        }
    }

    private void answer(RoutingContext request, Exchange exchange) {
        var response = request.response();
        if (response.ended()) {
            return;
        }
        if (exchange.getException() != null) {
            request.fail(exchange.getException());
            return;
        }
        Message answer = exchange.getMessage();
        response.setStatusCode(answer.getHeader(Exchange.HTTP_RESPONSE_CODE, OK, int.class));
        HeaderFilterStrategy filter = getEndpoint().getHeaderFilterStrategy();
        answer.getHeaders().forEach((name, value) -> {
            if (value != null && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
                response.putHeader(name, value.toString());
            }
        });
        String type = MessageHelper.getContentType(answer);
        if (type != null) {
            response.putHeader(Exchange.CONTENT_TYPE, type);
        }
        byte[] body = answer.getBody(byte[].class);
        response.end(body == null ? Buffer.buffer() : Buffer.buffer(body));
    }
}
