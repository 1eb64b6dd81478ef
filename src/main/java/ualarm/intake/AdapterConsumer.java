package ualarm.intake;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;

/** Camel's consumer of {@code platform-http:} for adapters and webhooks, whose routes may wait for somebody: behind the gate as well. */
final class AdapterConsumer extends VertxPlatformHttpConsumer {

    private final Gate gate;

    /**
     * @param endpoint what is asked for
     * @param route what answers it
     * @param handlers come before it
     * @param router name of the port's router
     * @param gate lets requests in
     */
    AdapterConsumer(
            PlatformHttpEndpoint endpoint,
            Processor route,
            List<Handler<RoutingContext>> handlers,
            String router,
            Gate gate) {
        super(endpoint, route, handlers, router);
        this.gate = gate;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        gate.set(getEndpoint().getPath(), this::take);
    }

    @Override
    protected void handleRequest(RoutingContext request) {
        gate.enter(getEndpoint().getPath(), request);
    }

    private void take(RoutingContext request) {
        request.addEndHandler(end -> gate.leave(getEndpoint().getPath()));
        super.handleRequest(request);
    }
}
