package ualarm.routes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.support.PatternHelper;
import org.snakeyaml.engine.v2.nodes.Node;

/** Whether ids are there once: of routes and steps, of the configurations that routes name, and of what the connector runs itself. */
final class RouteIds {

    /** Routes that the connector has run at a time; each bears the name of its file. */
    private static final List<String> RUN = List.of("refresh-site", "refresh-token", "refresh-mail-token", "supervise");

    private final Faults faults;
    private final Map<String, Element> ids = new HashMap<>();
    private final Map<String, Element> routes = new HashMap<>();
    private final Set<String> configurations = new HashSet<>();
    private final Set<String> uncertain = new HashSet<>();

    RouteIds(Faults faults) {
        this.faults = faults;
    }

    /** @param names of what may be ids, in files that cannot be read */
    void mayDeclare(Set<String> names) {
        uncertain.addAll(names);
    }

    /** @param element anything; what has no id is passed over */
    void note(Element element) {
        if (element.is("RouteConfigurationDefinition")) {
            element.text("id").ifPresent(configurations::add);
        } else if (element.isInTemplate()) {
            return;
        } else if (element.is("RouteDefinition")) {
            element.member("id").ifPresent(id -> taken(element, id));
            element.text("id").ifPresent(id -> routes.putIfAbsent(id, element));
        } else if (element.is("TemplatedRouteDefinition")) {
            element.member("routeId").ifPresent(id -> taken(element, id));
        } else if (isStep(element)) {
            element.member("id").ifPresent(id -> taken(element, id));
        }
    }

    private static boolean isStep(Element element) {
        return element.within("RouteDefinition").isPresent()
                && element.shape().name().endsWith("Definition")
                && element.shape().members().containsKey("disabled");
    }

    private void taken(Element element, Node node) {
        Optional<String> id = YamlText.text(node).filter(text -> !text.contains("{{"));
        if (id.isEmpty()) {
            return;
        }
        var here = new Element(element.file(), node, element.key(), element.shape(), node, null, Set.of());
        Element first = ids.putIfAbsent(id.get(), here);
        if (first != null) {
            faults.add(
                    element,
                    node,
                    "the id " + id.get() + " is taken by the " + (first.is("RouteDefinition") ? "route" : first.key())
                            + " at routes/" + first.file() + ":" + first.line(),
                    "Give one of them another id.");
        }
    }

    /** @param element a route */
    void checkConfiguration(Element element) {
        Optional<Node> named = element.member("routeConfigurationId");
        for (String pattern : named.flatMap(YamlText::text).orElse("").split(",")) {
            String id = pattern.strip();
            if (!id.isEmpty()
                    && !id.contains("{{")
                    && !uncertain.contains(id)
                    && configurations.stream().noneMatch(each -> PatternHelper.matchPattern(each, id))) {
                faults.add(
                        element,
                        named.orElseThrow(),
                        "there is no routeConfiguration " + id,
                        Spelling.nearest(id, configurations)
                                .map(near -> "Write " + near + ".")
                                .orElse("Write a routeConfiguration with this id, or name one of "
                                        + String.join(
                                                ", ",
                                                configurations.stream().sorted().toList()) + "."));
            }
        }
    }

    private void missing(String id) {
        String what = "the connector itself runs the route " + id + ", and none has this id";
        routes.entrySet().stream()
                .filter(each ->
                        source(each.getValue()).filter(("quartz:" + id)::equals).isPresent())
                .findFirst()
                .ifPresentOrElse(
                        each -> faults.add(
                                each.getValue(),
                                each.getValue().member("id").orElseThrow(),
                                what,
                                "Write id: " + id + "."),
                        () -> faults.add(
                                id + RouteFile.ROUTES,
                                0,
                                what,
                                "Bring back routes/" + id + RouteFile.ROUTES + ", which has it."));
    }

    private static Optional<String> source(Element route) {
        return route.member("from")
                .flatMap(from -> YamlText.member(from, "uri"))
                .flatMap(YamlText::text);
    }

    /**
     * Looks for the routes that the connector runs.
     *
     * @param placeholders fill in addresses
     */
    void checkRun(Placeholders placeholders) {
        for (String id : RUN) {
            Element route = routes.get(id);
            if (route == null) {
                if (!uncertain.contains(id)) {
                    missing(id);
                }
                continue;
            }
            Optional<Node> uri = route.member("from").flatMap(from -> YamlText.member(from, "uri"));
            uri.flatMap(YamlText::text)
                    .flatMap(text -> placeholders.resolve(text, route.parameters()))
                    .filter(from -> !from.startsWith("quartz:") && !from.equals("quartz"))
                    .ifPresent(from -> faults.add(
                            route,
                            uri.orElseThrow(),
                            "the connector itself runs the route " + id + ", which cannot be from " + from,
                            "Write quartz:" + id + "."));
        }
    }
}
