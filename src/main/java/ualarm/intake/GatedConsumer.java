package ualarm.intake;

import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;

/** Camel's consumer of {@code platform-http:}, behind the gate: for adapters and webhooks as it is, whose routes may wait for somebody. */
class GatedConsumer extends VertxPlatformHttpConsumer {

    final WorkerExecutor workers;
    private final Door door;
    private final Gate gate;

    /**
     * @param endpoint what is asked for
     * @param route what answers it
     * @param handlers come before it
     * @param router name of the port's router
     * @param workers unpack what is packed
     * @param door has let requests in
     * @param gate hands them on
     */
    GatedConsumer(
            PlatformHttpEndpoint endpoint,
            Processor route,
            List<Handler<RoutingContext>> handlers,
            String router,
            WorkerExecutor workers,
            Door door,
            Gate gate) {
        super(endpoint, route, handlers, router);
        this.workers = workers;
        this.door = door;
        this.gate = gate;
    }

    @Override
    protected final void doStart() throws Exception {
        super.doStart();
        gate.set(getEndpoint().getPath(), this::take);
    }

    @Override
    protected final void handleRequest(RoutingContext request) {
        door.measure(request, workers, () -> gate.enter(getEndpoint().getPath(), request));
    }

    /** Answers a request that was let in, and then has it {@link #leave}. */
    void take(RoutingContext request) {
        request.addEndHandler(end -> leave());
        super.handleRequest(request);
    }

    /** A request is answered. */
    final void leave() {
        gate.leave(getEndpoint().getPath());
    }
}
