package ualarm;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Notes which steps of the shipped routes the tests have run. Steps of a template count once for all sites. */
final class RouteCoverage {

    private static final Set<String> ALL = ConcurrentHashMap.newKeySet();
    private static final Set<String> RUN = ConcurrentHashMap.newKeySet();

    private RouteCoverage() {}

    /** Watches a connector. */
    static void record(CamelContext camel) {
        camel.getCamelContextExtension().addInterceptStrategy((context, definition, target, next) -> {
            String step = step(definition);
            ALL.add(step);
            return new DelegateAsyncProcessor(target) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    RUN.add(step);
                    return super.process(exchange, callback);
                }
            };
        });
    }

    /** @return the steps that no test has run so far */
    static Set<String> missing() {
        var missing = new TreeSet<>(ALL);
        missing.removeAll(RUN);
        return missing;
    }

    static boolean isEmpty() {
        return ALL.isEmpty();
    }

    private static String step(NamedNode definition) {
        RouteDefinition route = ProcessorDefinitionHelper.getRoute(definition);
        String file =
                definition.getLocation() == null ? "" : definition.getLocation().replaceAll(".*/", "");
        String where =
                file.isEmpty() && route != null ? route.getRouteTemplateContext() == null ? route.getId() : "" : file;
        return where + ":" + definition.getLineNumber() + " " + definition.getShortName();
    }
}
