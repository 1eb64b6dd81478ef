package ualarm.routes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Goes through a file along Camel's schema: what stands in it, and what may not stand where it does. */
final class Walk {

    private final Shapes shapes;
    private final RouteFile file;
    private final List<Element> elements = new ArrayList<>();
    private final List<RouteFault> faults = new ArrayList<>();
    private final List<RouteFault> certain = new ArrayList<>();

    Walk(Shapes shapes, RouteFile file, Node root) {
        this.shapes = shapes;
        this.file = file;
        if (file.isKamelet()) {
            kamelet(root);
        } else {
            routes(root);
        }
    }

    /** @return what stands in the file, from its beginning to its end */
    List<Element> elements() {
        return elements;
    }

    /** @return what may not stand where it does; Camel itself is less strict here and there */
    List<RouteFault> faults() {
        return faults;
    }

    /** @return what Camel takes and yet is wrong */
    List<RouteFault> certain() {
        return certain;
    }

    private void routes(Node root) {
        if (root instanceof SequenceNode list) {
            list.getValue().forEach(entry -> walk(entry, entry, shapes.entry(), "", null, Set.of()));
        } else {
            certain.add(new RouteFault(
                    file.name(),
                    YamlText.line(root),
                    "the file is no list of routes",
                    "Begin each with - as in - route:."));
        }
    }

    private void kamelet(Node root) {
        template(root)
                .ifPresentOrElse(
                        template -> walk(
                                template,
                                template,
                                shapes.model("RouteTemplateDefinition"),
                                "template",
                                null,
                                parameters(root)),
                        () -> fault(
                                root,
                                "the building block has no route",
                                "Write it below spec: and template:, beginning with from:."));
    }

    /**
     * @param kamelet a building block
     * @return the route in it
     */
    static Optional<Node> template(Node kamelet) {
        return YamlText.member(kamelet, "spec").flatMap(spec -> YamlText.member(spec, "template"));
    }

    /**
     * @param kamelet a building block
     * @return what {@code {{…}}} may name in it beside settings
     */
    static Set<String> parameters(Node kamelet) {
        Set<String> names = YamlText.member(kamelet, "spec")
                .flatMap(spec -> YamlText.member(spec, "definition"))
                .flatMap(definition -> YamlText.member(definition, "properties"))
                .map(Walk::keys)
                .orElse(new HashSet<>());
        template(kamelet).ifPresent(template -> names.addAll(templateParameters(template)));
        return names;
    }

    static Set<String> keys(Node mapping) {
        return YamlText.members(mapping).stream()
                .flatMap(tuple -> YamlText.text(tuple.getKeyNode()).stream())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void walk(Node at, Node node, Shape shape, String key, Element parent, Set<String> parameters) {
        if (node instanceof MappingNode mapping) {
            mapping(at, mapping, shape, key, parent, parameters);
        } else if (node instanceof SequenceNode list) {
            shape.item()
                    .ifPresentOrElse(
                            item -> list.getValue().forEach(each -> walk(each, each, item, key, parent, parameters)),
                            () -> fault(list, key + " is no list", "Take the - away."));
        } else if (shape.item().isPresent()) {
            fault(node, key + " must be a list", "Begin each of its items with - on a line of its own.");
        } else if (shape.isText()) {
            if (!shape.members().isEmpty()) {
                elements.add(new Element(file.name(), at, key, shape, node, parent, parameters));
            }
        } else if (!YamlText.isNothing(node) && !shape.isFree()) {
            fault(node, key + " cannot be a text", "Write its members below it, such as " + some(shape) + ".");
        } else if (shape.isStep()) {
            fault(node, "a step is missing after the -", "Write one, such as to: or setBody:, or take the - away.");
        }
    }

    private static String some(Shape shape) {
        return shape.members().keySet().stream().sorted().limit(3).collect(Collectors.joining(":, ", "", ":"));
    }

    private void mapping(Node at, MappingNode node, Shape shape, String key, Element parent, Set<String> parameters) {
        if (shape.isFree()) {
            return;
        }
        if (shape.item().isPresent()) {
            fault(node, key + " must be a list", "Begin each of its items with - .");
            return;
        }
        if (shape.members().isEmpty()) {
            fault(node, key + " takes one value", "Write it on the same line.");
            return;
        }
        Set<String> scope = parameters;
        if (shape.name().equals("RouteTemplateDefinition") && !file.isKamelet()) {
            scope = templateParameters(node);
        }
        var element = new Element(file.name(), at, key, shape, node, parent, scope);
        if (!shape.name().isEmpty() && !shape.isStep()) {
            elements.add(element);
        }
        Element within = shape.name().isEmpty() || shape.isStep() ? parent : element;
        var seen = new HashSet<String>();
        for (NodeTuple member : node.getValue()) {
            String name = YamlText.text(member.getKeyNode()).orElse("");
            if (!seen.add(name)) {
                certain.add(new RouteFault(
                        file.name(), YamlText.line(member.getKeyNode()), key + " has " + name + " twice", "Keep one."));
            }
            Optional<Shape> known = shape.member(name);
            if (known.isPresent()) {
                walk(member.getKeyNode(), member.getValueNode(), known.get(), name, within, scope);
            } else {
                unknown(member.getKeyNode(), name, shape, key, seen);
            }
        }
    }

    private void unknown(Node node, String name, Shape shape, String key, Set<String> before) {
        Optional<String> deeper = before.stream()
                .filter(each -> shape.isSingle() && !each.equals(name))
                .filter(each ->
                        shape.member(each).flatMap(it -> it.member(name)).isPresent())
                .findFirst();
        if (deeper.isPresent()) {
            fault(node, name + " belongs to " + deeper.get(), "Indent it more, as a member of " + deeper.get() + ".");
            return;
        }
        String what = shape.isStep()
                ? "there is no step " + name
                : key.isEmpty() ? "there is no " + name + " at the top of a file" : key + " has no member " + name;
        fault(
                node,
                what,
                Spelling.nearest(name, shape.members().keySet())
                        .map(near -> "Write " + near + ".")
                        .orElse(
                                shape.members().size() > 12
                                        ? "Take it away."
                                        : "Its members are "
                                                + String.join(
                                                        ", ", shape.members().keySet()) + "."));
    }

    static Set<String> templateParameters(Node template) {
        Set<String> names = new HashSet<>();
        for (String list : List.of("parameters", "beans")) {
            if (YamlText.member(template, list).orElse(null) instanceof SequenceNode items) {
                items.getValue()
                        .forEach(each -> YamlText.member(each, "name")
                                .flatMap(YamlText::text)
                                .ifPresent(names::add));
            }
        }
        return names;
    }

    private void fault(Node node, String what, String remedy) {
        faults.add(new RouteFault(file.name(), YamlText.line(node), what, remedy));
    }
}
