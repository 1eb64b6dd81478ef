package ualarm.milestone;

import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import ualarm.site.Site;

/** Opens the events WebSocket of each site that has one, and hands on what it shows. */
final class EventsConsumer extends DefaultConsumer {

    private static final int TICK_MILLIS = 1_000;

    private final EventsEndpoint endpoint;
    private final Map<Site, EventsSocket> sockets = new LinkedHashMap<>();
    private Vertx vertx;
    private long tick;

    EventsConsumer(EventsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        vertx = endpoint.getCamelContext().getRegistry().lookupByNameAndType("vertx", Vertx.class);
        EventsComponent component = endpoint.getComponent();
        for (Site site : endpoint.sites()) {
            var socket = new EventsSocket(
                    vertx,
                    site,
                    endpoint.getSilenceMillis(),
                    () -> component.wanted(site),
                    () -> component.bearer(site),
                    new EventsSocket.Listener() {
                        @Override
                        public void happened(SeenEvent event) {
                            hand(site, event);
                        }

                        @Override
                        public void missed() {
                            component.arrivals().forget(site.name());
                        }
                    });
            sockets.put(site, socket);
            component.opened(site, socket);
            socket.open();
        }
        tick = vertx.setPeriodic(TICK_MILLIS, now -> check());
    }

    private void hand(Site site, SeenEvent event) {
        Exchange exchange = createExchange(true);
        exchange.setVariable("site", site.name());
        exchange.getIn().setBody(event);
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            getExceptionHandler().handleException("An event of XProtect of " + site, exchange, exchange.getException());
        }
    }

    private void check() {
        sockets.forEach((site, socket) -> {
            EventsComponent component = endpoint.getComponent();
            socket.caughtUp().ifPresent(ago -> component.arrivals().check(site.name(), ago));
            if (!socket.isLive() && component.canBeAsked(site)) {
                component.arrivals().sample(site.name());
            }
        });
    }

    @Override
    protected void doStop() throws Exception {
        vertx.cancelTimer(tick);
        sockets.values().forEach(EventsSocket::close);
        sockets.clear();
        super.doStop();
    }
}
