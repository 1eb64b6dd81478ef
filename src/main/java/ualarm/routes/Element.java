package ualarm.routes;

import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Something that stands in a file of routes and that Camel makes an object of: a route, a step, an expression.
 *
 * @param file the file's name
 * @param at the key under which it stands, or itself where it is in a list
 * @param key under which key it stands
 * @param shape what it is
 * @param node what is written
 * @param parent what it is in; null at the top
 * @param parameters what {@code {{…}}} may name beside settings, because it is in a template
 */
record Element(String file, Node at, String key, Shape shape, Node node, Element parent, Set<String> parameters) {

    boolean is(String model) {
        return shape.name().equals(model);
    }

    int line() {
        return YamlText.line(at);
    }

    /** @return a member as it is written, also where a text alone stands for it */
    Optional<Node> member(String name) {
        if (YamlText.text(node).isPresent()) {
            return shape.byText().equals(name) ? Optional.of(node) : Optional.empty();
        }
        return YamlText.member(node, name);
    }

    Optional<String> text(String name) {
        return member(name).flatMap(YamlText::text);
    }

    /** @return the nearest element of that kind that it is in, itself included */
    Optional<Element> within(String model) {
        for (Element each = this; each != null; each = each.parent()) {
            if (each.is(model)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** @return whether it, or what it is in, is switched off */
    boolean isDisabled() {
        return text("disabled").filter("true"::equals).isPresent() || parent != null && parent.isDisabled();
    }

    boolean isInTemplate() {
        return within("RouteTemplateDefinition").isPresent();
    }
}
