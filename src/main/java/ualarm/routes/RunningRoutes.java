package ualarm.routes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.SuspendableService;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Text;

/**
 * The files whose routes run. They are exchanged for edited ones a file at a time, and when those do not start, the ones before come
 * back. Meanwhile no message is between a route that goes and one that comes: sources that lead there hand out nothing and have
 * nothing under way, senders wait at the gate. Used by one thread at a time.
 */
final class RunningRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(RunningRoutes.class);

    /** Longer than any request that a route makes. */
    private static final int DRAIN_SECONDS = 90;

    /** What a file has brought into Camel. */
    private record Brought(
            RouteParts parts,
            Set<String> routes,
            List<RouteConfigurationDefinition> configurations,
            List<RouteTemplateDefinition> templates) {}

    private final CamelContext camel;
    private final Model model;
    private final Surroundings surroundings;
    private final Function<RouteFile, String> location;
    private final Map<String, Brought> running = new LinkedHashMap<>();

    /** Of those files that somebody has asked about: the console does each second. */
    private final Map<String, Set<String>> entrances = new HashMap<>();

    /**
     * @param camel is started
     * @param surroundings the ways in, and what keeps routes' appointments
     * @param location where Camel says that a file lies
     */
    RunningRoutes(CamelContext camel, Surroundings surroundings, Function<RouteFile, String> location) {
        this.camel = camel;
        this.model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        this.surroundings = surroundings;
        this.location = location;
    }

    /** @return the files whose routes run */
    List<RouteFile> files() {
        return running.values().stream().map(brought -> brought.parts().file()).toList();
    }

    /** @return the ids of a file's routes; none when it does not run */
    Set<String> routes(String file) {
        return running.containsKey(file) ? running.get(file).routes() : Set.of();
    }

    /** @return the ids of a file's routes that none of its other routes calls; none when it does not run */
    Set<String> entrances(String file) {
        return running.containsKey(file)
                ? entrances.computeIfAbsent(file, name -> entrances(running.get(name)))
                : Set.of();
    }

    private Set<String> entrances(Brought brought) {
        var found = new LinkedHashSet<>(brought.routes());
        found.removeIf(id -> Optional.ofNullable(model.getRouteDefinition(id))
                .map(route -> route.getInput().getEndpointUri())
                .filter(address ->
                        address.startsWith("direct:") && brought.parts().calls(address))
                .isPresent());
        return found.isEmpty() ? brought.routes() : found;
    }

    /**
     * Starts the routes of files, where none run yet.
     *
     * @throws NotStarted when one does not; then none runs
     */
    void start(Collection<RouteFile> files) throws NotStarted {
        surroundings.awaitReady();
        try {
            load(files.stream().map(RouteParts::new).toList());
        } catch (NotStarted e) {
            remove(List.copyOf(running.values()));
            throw e;
        }
    }

    /** What is known of a file; of one that runs already, what was read then. */
    private RouteParts parts(RouteFile file) {
        return Optional.ofNullable(running.get(file.name()))
                .map(Brought::parts)
                .filter(before -> before.file().equals(file))
                .orElseGet(() -> new RouteParts(file));
    }

    private void load(List<RouteParts> parts) throws NotStarted {
        for (RouteParts each : inOrder(parts)) {
            load(each);
        }
    }

    /** Those first that others are made of. */
    private static List<RouteParts> inOrder(List<RouteParts> parts) {
        var byKind = parts.stream().collect(Collectors.partitioningBy(RouteParts::isMaterial));
        return Stream.of(true, false).map(byKind::get).flatMap(List::stream).toList();
    }

    private void load(RouteParts parts) throws NotStarted {
        RouteFile file = parts.file();
        Set<String> routes = ids();
        var configurations = new ArrayList<>(model.getRouteConfigurationDefinitions());
        var templates = new ArrayList<>(model.getRouteTemplateDefinitions());
        try {
            Resource resource = ResourceHelper.fromString(location.apply(file), file.text());
            PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
        } catch (Exception | LinkageError e) {
            // A jar in lib/ may lack what it needs.
            throw new NotStarted(file, e);
        } finally {
            var brought = new Brought(
                    parts,
                    ids(),
                    new ArrayList<>(model.getRouteConfigurationDefinitions()),
                    new ArrayList<>(model.getRouteTemplateDefinitions()));
            brought.routes().removeAll(routes);
            brought.configurations().removeAll(configurations);
            brought.templates().removeAll(templates);
            running.put(file.name(), brought);
        }
    }

    private Set<String> ids() {
        var ids =
                camel.getRoutes().stream().map(Route::getRouteId).collect(Collectors.toCollection(LinkedHashSet::new));
        model.getRouteDefinitions().forEach(route -> ids.add(route.getRouteId()));
        return ids;
    }

    /**
     * Exchanges what differs.
     *
     * @param files all files whose routes are to run
     * @throws NotStarted when one does not start; then those before run again
     */
    void exchange(Collection<RouteFile> files) throws NotStarted {
        var wanted = new LinkedHashMap<String, RouteParts>();
        files.forEach(file -> wanted.put(file.name(), parts(file)));
        Set<String> affected = affected(wanted);
        List<Brought> leaving =
                affected.stream().filter(running::containsKey).map(running::get).toList();
        List<RouteParts> coming =
                affected.stream().filter(wanted::containsKey).map(wanted::get).toList();
        List<Route> there = leading(affected).stream()
                .flatMap(file -> routes(file).stream())
                .map(camel::getRoute)
                .filter(Objects::nonNull)
                .toList();
        try {
            hold(there);
            remove(leaving);
            try {
                load(coming);
            } catch (NotStarted e) {
                remove(affected.stream()
                        .filter(running::containsKey)
                        .map(running::get)
                        .toList());
                putBack(leaving);
                throw e;
            }
        } finally {
            release(there);
        }
    }

    private void putBack(List<Brought> before) {
        for (RouteParts each : inOrder(before.stream().map(Brought::parts).toList())) {
            try {
                load(each);
            } catch (NotStarted e) {
                LOG.error(
                        "{} ran before and does not start again: {} Restart the connector; alarms are kept until then.",
                        e.file().name(),
                        e.getMessage());
            }
        }
    }

    /** What has changed, and what is made of it. */
    private Set<String> affected(Map<String, RouteParts> wanted) {
        var affected = new LinkedHashSet<String>();
        var changed = new ArrayList<RouteParts>();
        running.forEach((name, brought) -> {
            RouteParts next = wanted.get(name);
            if (next == null || !next.file().equals(brought.parts().file())) {
                affected.add(name);
                changed.add(brought.parts());
                if (next != null) {
                    changed.add(next);
                }
            }
        });
        wanted.forEach((name, parts) -> {
            if (!running.containsKey(name)) {
                affected.add(name);
                changed.add(parts);
            }
        });
        for (int i = 0; i < changed.size(); i++) {
            RouteParts material = changed.get(i);
            wanted.forEach((name, parts) -> {
                if (parts.isMadeOf(material) && affected.add(name)) {
                    changed.add(parts);
                }
            });
        }
        return affected;
    }

    /** The running files from which a message may come to those, and those. */
    private Set<String> leading(Set<String> affected) {
        var leading = new LinkedHashSet<>(affected);
        boolean isMore = true;
        while (isMore) {
            isMore = false;
            for (Brought caller : running.values()) {
                String name = caller.parts().file().name();
                isMore |= !leading.contains(name)
                        && leading.stream()
                                .filter(running::containsKey)
                                .anyMatch(called ->
                                        caller.parts().calls(running.get(called).parts()))
                        && leading.add(name);
            }
        }
        return leading;
    }

    /** Senders wait at the gate only where their messages come to what is exchanged. */
    private void hold(List<Route> routes) {
        routes.stream()
                .filter(RunningRoutes::isSource)
                .forEach(route -> ((SuspendableService) route.getConsumer()).suspend());
        Set<String> paths = routes.stream()
                .map(Route::getEndpoint)
                .filter(PlatformHttpEndpoint.class::isInstance)
                .map(endpoint -> ((PlatformHttpEndpoint) endpoint).getPath())
                .collect(Collectors.toSet());
        if (!paths.isEmpty()) {
            surroundings.shut(paths);
        }
    }

    /** What other routes call cannot be held: what is under way in those would wait for it. */
    private static boolean isSource(Route route) {
        String address = route.getEndpoint().getEndpointUri();
        return route.getConsumer() instanceof Suspendable
                && route.getConsumer() instanceof SuspendableService
                && !(route.getEndpoint() instanceof PlatformHttpEndpoint)
                && !address.startsWith("direct:")
                && !address.startsWith("kamelet:");
    }

    private void release(List<Route> routes) {
        surroundings.open();
        routes.stream()
                .filter(RunningRoutes::isSource)
                .filter(route -> camel.getRoute(route.getRouteId()) == route)
                .forEach(route -> ((SuspendableService) route.getConsumer()).resume());
    }

    /** Those first that call others, so that none waits for one that has gone. */
    private void remove(List<Brought> leaving) {
        var left = new ArrayList<>(leaving);
        while (!left.isEmpty()) {
            Brought next = left.stream()
                    .filter(each -> left.stream()
                            .noneMatch(
                                    caller -> caller != each && caller.parts().calls(each.parts())))
                    .findFirst()
                    .orElse(left.get(0));
            left.remove(next);
            remove(next);
        }
    }

    private void remove(Brought brought) {
        running.remove(brought.parts().file().name());
        entrances.remove(brought.parts().file().name());
        // Building blocks last: when those that call them have gone, it shows whether others do.
        var byKind = brought.routes().stream()
                .collect(Collectors.partitioningBy(id -> block(id).isPresent()));
        for (String id :
                Stream.of(false, true).map(byKind::get).flatMap(List::stream).toList()) {
            if (block(id).filter(this::isLeftToAnother).isPresent()) {
                continue;
            }
            try {
                Route route = camel.getRoute(id);
                if (route != null) {
                    surroundings.leaves(route);
                    camel.getRouteController().stopRoute(id, DRAIN_SECONDS, TimeUnit.SECONDS);
                    camel.removeRoute(id);
                }
                var definition = model.getRouteDefinition(id);
                if (definition != null) {
                    model.removeRouteDefinition(definition);
                }
            } catch (Exception e) {
                LOG.error("The route {} cannot be stopped: {}", id, e.getMessage());
            }
        }
        model.getRouteConfigurationDefinitions().removeAll(brought.configurations());
        model.getRouteTemplateDefinitions().removeAll(brought.templates());
    }

    /** @return what calls the building block that a route is made of; nothing when it is none, or nobody calls it */
    private Optional<KameletEndpoint> block(String id) {
        return Optional.ofNullable(camel.getRoute(id))
                .map(Route::getEndpoint)
                .filter(KameletEndpoint.class::isInstance)
                .flatMap(inside -> camel.getEndpoints().stream()
                        .filter(endpoint -> endpoint != inside)
                        .filter(KameletEndpoint.class::isInstance)
                        .map(KameletEndpoint.class::cast)
                        .filter(block -> id.equals(block.getRouteId()))
                        .findFirst());
    }

    /** Files that call a building block with the same parameters share its route, which came with the first of them. */
    private boolean isLeftToAnother(KameletEndpoint block) {
        return running.values().stream()
                .filter(other -> other.parts().names(block.getTemplateId()))
                .findFirst()
                .map(other -> other.routes().add(block.getRouteId()))
                .orElse(false);
    }

    /** A file whose routes do not start. */
    static final class NotStarted extends Exception {
        private static final long serialVersionUID = 1;

        private final transient RouteFile file;

        NotStarted(RouteFile file, Throwable cause) {
            super(Text.root(cause), cause);
            this.file = file;
        }

        RouteFile file() {
            return file;
        }
    }
}
