package ualarm.routes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Looks whether files of routes would work together, without starting any of them. What may stand where is judged by Camel's own YAML
 * schema, but only where Camel's loader refuses a file; options are judged by what each component says of itself.
 */
public final class RouteCheck {

    private static final Pattern SOURCE = Pattern.compile("from:\\s+uri: *[\"']?([^\\s\"']+)");
    private static final Pattern ID = Pattern.compile("(?m)^[\\s-]*id: *[\"']?([^\\s\"']+)");
    private static final Pattern BEAN = Pattern.compile("- name: *[\"']?([^\\s\"']+)[\"']?\\s+type:");

    private final Consumer<CamelContext> rooms;
    private final Collection<String> sites;
    private final RouteFolder folder;

    /**
     * @param rooms give a Camel that is never started the beans, components and properties that routes name
     * @param sites the names of all sites, which a {@code *} in a queue's name stands for; empty when they are not known
     * @param folder where the files lie
     */
    public RouteCheck(Consumer<CamelContext> rooms, Collection<String> sites, RouteFolder folder) {
        this.rooms = rooms;
        this.sites = sites;
        this.folder = folder;
    }

    /**
     * @param files all files that are to serve together
     * @return what would not work, by file and line; nothing when all is right
     */
    public List<RouteFault> faults(List<RouteFile> files) {
        try (var camel = new DefaultCamelContext()) {
            rooms.accept(camel);
            camel.build();
            return new Run(camel).faults(files);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One look at all files. */
    private final class Run {

        private final Faults faults = new Faults();
        private final CamelReading reading;
        private final Placeholders placeholders;
        private final Beans beans;
        private final Blocks blocks;
        private final RouteIds ids;
        private final RouteLinks links;
        private final Expressions expressions;
        private final Members members;
        private final Addresses addresses;

        /** What templates are given; they may use it also where they do not ask for it. */
        private final Set<String> given = new HashSet<>();

        /** What Camel says itself, where nothing else is found. */
        private final List<RouteFault> refused = new ArrayList<>();

        Run(CamelContext camel) {
            var parts = new CamelParts(camel);
            reading = new CamelReading(camel);
            placeholders = new Placeholders(camel);
            beans = new Beans(camel, faults);
            blocks = new Blocks(camel, faults);
            ids = new RouteIds(faults);
            links = new RouteLinks(sites, folder);
            expressions = new Expressions(camel, parts, placeholders, beans, faults);
            members = new Members(camel, parts, placeholders, beans, expressions, faults);
            addresses = new Addresses(parts, placeholders, beans, expressions, blocks, links, faults);
        }

        List<RouteFault> faults(List<RouteFile> files) {
            var shapes = new Shapes();
            Map<RouteFile, Node> read = new LinkedHashMap<>();
            var elements = new ArrayList<Element>();
            for (RouteFile file : files) {
                YamlText text = YamlText.of(file);
                text.fault().ifPresent(faults::add);
                text.root().ifPresentOrElse(root -> read.put(file, root), () -> unreadable(file));
            }
            read.forEach((file, root) -> elements.addAll(walk(shapes, file, root)));
            elements.forEach(this::note);
            elements.stream()
                    .filter(element -> element.key().equals("routeTemplate"))
                    .forEach(template -> template.parameters().addAll(given));
            elements.forEach(this::check);
            read.forEach((file, root) -> {
                if (file.isKamelet()) {
                    Walk.template(root).ifPresent(template -> scalars(file, template, Walk.parameters(root)));
                } else {
                    scalars(file, root, Set.of());
                }
            });
            ids.checkRun(placeholders);
            links.faults().forEach(faults::add);
            refused.stream().filter(faults::isNew).forEach(faults::add);
            return faults.sorted();
        }

        /** What a file declares that cannot be read is nobody else's fault. */
        private void unreadable(RouteFile file) {
            mayDeclare(file);
            SOURCE.matcher(file.text()).results().forEach(from -> links.perhaps(from.group(1)));
        }

        private void mayDeclare(RouteFile file) {
            Set<String> known = all(ID, file.text());
            if (file.isKamelet()) {
                known.add(file.name().replaceFirst(".*/", "").replace(RouteFile.KAMELET, ""));
            }
            blocks.mayDeclare(known);
            ids.mayDeclare(known);
            beans.mayDeclare(all(BEAN, file.text()));
        }

        private static Set<String> all(Pattern pattern, String text) {
            return pattern.matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .collect(Collectors.toCollection(HashSet::new));
        }

        /** Where a member is misspelt, the routes in it are not seen as such. */
        private void perhaps(Node node) {
            if (node instanceof SequenceNode list) {
                list.getValue().forEach(this::perhaps);
            } else if (YamlText.member(node, "uri").isPresent()
                    && Walk.keys(node).size() > 1) {
                YamlText.member(node, "uri").flatMap(YamlText::text).ifPresent(links::perhaps);
            }
            YamlText.members(node).forEach(each -> perhaps(each.getValueNode()));
        }

        private List<Element> walk(Shapes shapes, RouteFile file, Node root) {
            var walk = new Walk(shapes, file, root);
            if (file.isKamelet()) {
                blocks.kamelet(file, root);
            }
            walk.certain().forEach(faults::add);
            reading.fault(file, root).ifPresent(fault -> {
                if (walk.faults().isEmpty()) {
                    refused.add(fault);
                }
                walk.faults().forEach(faults::add);
                mayDeclare(file);
                perhaps(root);
            });
            return walk.elements();
        }

        private void note(Element element) {
            ids.note(element);
            if (element.is("BeanFactoryDefinition")) {
                element.text("name")
                        .ifPresent(name -> beans.declare(
                                name,
                                element.member("script").isPresent()
                                                || element.member("factoryMethod")
                                                        .isPresent()
                                                || element.member("factoryBean").isPresent()
                                                || element.member("builderClass")
                                                        .isPresent()
                                        ? Optional.empty()
                                        : element.text("type")));
            } else if (element.is("RouteTemplateDefinition")) {
                blocks.template(element);
            } else if (element.is("TemplatedRouteDefinition")) {
                given.addAll(Walk.templateParameters(element.node()));
                blocks.noteUse(element);
            } else if (element.shape().isDataFormat()) {
                element.text("id").ifPresent(id -> beans.declare(id, Optional.empty()));
            }
        }

        private void check(Element element) {
            members.check(element);
            addresses.check(element);
            if (element.shape().isLanguage()) {
                expressions.check(element);
            } else if (element.is("RouteDefinition")) {
                ids.checkConfiguration(element);
            } else if (element.is("TemplatedRouteDefinition")) {
                blocks.use(element);
            } else if (element.is("InterceptSendToEndpointDefinition")) {
                faults.add(
                        element,
                        element.at(),
                        "interceptSendToEndpoint cannot be taken back while the connector runs",
                        "Write its steps before the to: that it is for.");
            } else if (element.is("RestDefinition")) {
                faults.add(
                        element,
                        element.at(),
                        "nothing here serves rest:",
                        "Write a route from platform-http:/ and the path.");
            }
        }

        private void scalars(RouteFile file, Node node, Set<String> scope) {
            if (node instanceof SequenceNode list) {
                list.getValue().forEach(each -> scalars(file, each, scope));
            } else if (node instanceof MappingNode) {
                for (NodeTuple each : YamlText.members(node)) {
                    String key = YamlText.text(each.getKeyNode()).orElse("");
                    if (key.equals("routeTemplate")) {
                        var inner = new HashSet<>(scope);
                        inner.addAll(Walk.templateParameters(each.getValueNode()));
                        inner.addAll(given);
                        scalars(file, each.getValueNode(), inner);
                    } else if (!key.equals("description") && !key.equals("note")) {
                        scalars(file, each.getValueNode(), scope);
                    }
                }
            } else {
                YamlText.text(node)
                        .filter(text -> text.contains("{{"))
                        .ifPresent(text -> placeholders.check(
                                text,
                                scope,
                                missing -> faults.add(
                                        file.name(),
                                        YamlText.line(node),
                                        "{{" + missing + "}} is set nowhere",
                                        missing.startsWith("env:")
                                                ? "Set the environment variable " + missing.substring(4)
                                                        + ", or write {{" + missing + ":<value>}}."
                                                : "Write " + missing
                                                        + "= with its value into application.properties.")));
            }
        }
    }
}
