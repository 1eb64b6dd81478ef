package ualarm.routes;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/** How many messages each route has handled since the start, and how many of them failed in it. An edit of a route changes neither. */
final class RouteCounts implements RoutePolicyFactory {

    /**
     * What has passed through a route.
     *
     * @param handled how many messages, failed ones included
     * @param failed how many of them failed
     */
    record Count(LongAdder handled, LongAdder failed) {}

    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    /** @return what has passed through a route */
    Count of(String route) {
        return counts.computeIfAbsent(route, id -> new Count(new LongAdder(), new LongAdder()));
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext camel, String route, NamedNode definition) {
        Count count = of(route);
        return new RoutePolicySupport() {
            @Override
            public void onExchangeDone(Route done, Exchange exchange) {
                count.handled().increment();
                if (exchange.isFailed()) {
                    count.failed().increment();
                }
            }
        };
    }
}
