package ualarm.routes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Building blocks: Kamelets and route templates, and whether those who use them give what they need. */
final class Blocks {

    /** What a Kamelet takes whichever it is. */
    private static final Set<String> OF_EVERY = Set.of(
            "bridgeErrorHandler",
            "exceptionHandler",
            "exchangePattern",
            "block",
            "failIfNoConsumers",
            "lazyStartProducer",
            "timeout",
            "location",
            "noErrorHandler",
            "routeId",
            "templateId");

    private final CamelContext camel;
    private final Faults faults;
    private final Map<String, Block> kamelets = new HashMap<>();
    private final Map<String, Block> templates = new HashMap<>();
    private final Map<String, List<Map<String, String>>> uses = new HashMap<>();
    private final Set<String> uncertain = new HashSet<>();

    Blocks(CamelContext camel, Faults faults) {
        this.camel = camel;
        this.faults = faults;
    }

    /**
     * A building block.
     *
     * @param parameters each with whether it must be given
     * @param defaults what the others are when they are not given
     */
    private record Block(Map<String, Boolean> parameters, Map<String, String> defaults) {}

    /**
     * @param file a file with a building block
     * @param root what is written in it
     */
    void kamelet(RouteFile file, Node root) {
        String name = file.name().replaceFirst(".*/", "").replace(RouteFile.KAMELET, "");
        kamelets.put(name, block(root));
        Optional<Node> told = YamlText.member(root, "metadata").flatMap(node -> YamlText.member(node, "name"));
        String own = told.flatMap(YamlText::text).orElse("");
        if (!own.equals(name)) {
            faults.add(
                    file.name(),
                    told.map(YamlText::line).orElse(1),
                    "the building block calls itself " + (own.isEmpty() ? "nothing" : own)
                            + ", not as its file is called",
                    "Write " + name + " below metadata:, at name:.");
        }
    }

    private static Block block(Node root) {
        var parameters = new LinkedHashMap<String, Boolean>();
        Optional<Node> definition = YamlText.member(root, "spec").flatMap(node -> YamlText.member(node, "definition"));
        Set<String> required = new HashSet<>();
        if (definition.flatMap(node -> YamlText.member(node, "required")).orElse(null) instanceof SequenceNode names) {
            names.getValue().forEach(each -> YamlText.text(each).ifPresent(required::add));
        }
        definition
                .flatMap(node -> YamlText.member(node, "properties"))
                .ifPresent(properties -> YamlText.members(properties).forEach(each -> {
                    String name = YamlText.text(each.getKeyNode()).orElse("");
                    parameters.put(
                            name,
                            required.contains(name)
                                    && YamlText.member(each.getValueNode(), "default")
                                            .isEmpty());
                }));
        return new Block(parameters, Map.of());
    }

    /** @param element a route template */
    void template(Element element) {
        var parameters = new LinkedHashMap<String, Boolean>();
        var defaults = new HashMap<String, String>();
        if (element.member("parameters").orElse(null) instanceof SequenceNode items) {
            items.getValue().forEach(each -> defaults.putAll(pair(each, "defaultValue")));
            items.getValue()
                    .forEach(each -> YamlText.member(each, "name")
                            .flatMap(YamlText::text)
                            .ifPresent(name -> parameters.put(
                                    name,
                                    YamlText.member(each, "defaultValue").isEmpty()
                                            && YamlText.member(each, "required")
                                                    .flatMap(YamlText::text)
                                                    .filter("false"::equals)
                                                    .isEmpty())));
        }
        element.text("id").ifPresent(id -> templates.put(id, new Block(parameters, defaults)));
    }

    /** @param names of what may be templates, in files that cannot be read */
    void mayDeclare(Set<String> names) {
        uncertain.addAll(names);
    }

    /**
     * @param element uses a Kamelet
     * @param node where it is named
     * @param name the Kamelet
     * @param given its parameters, and where they stand
     */
    void check(Element element, Node node, String name, Map<String, Node> given) {
        boolean isOwnEnd = element.isInTemplate() && (name.equals("source") || name.equals("sink"));
        if (isOwnEnd || name.isEmpty()) {
            return;
        }
        Optional<Block> block = find(name);
        if (block.isEmpty()) {
            if (!uncertain.contains(name)) {
                faults.add(
                        element,
                        node,
                        "there is no building block " + name,
                        Spelling.nearest(name, kamelets.keySet())
                                .map(near -> "Write " + near + ".")
                                .orElse("Put it into routes/kamelets/" + name + RouteFile.KAMELET + "."));
            }
            return;
        }
        Map<String, Boolean> parameters = block.get().parameters();
        given.forEach((each, place) -> {
            if (!parameters.containsKey(each) && !OF_EVERY.contains(each)) {
                faults.add(
                        element,
                        place,
                        "the building block " + name + " has no parameter " + each,
                        remedy(each, parameters.keySet()));
            }
        });
        parameters.forEach((each, must) -> {
            if (must && !given.containsKey(each) && !isSet("camel.kamelet." + name + "." + each)) {
                faults.add(
                        element,
                        node,
                        "the building block " + name + " needs the parameter " + each,
                        "Write " + each + ": below parameters:.");
            }
        });
    }

    private static String remedy(String name, Set<String> names) {
        return Spelling.nearest(name, names)
                .map(near -> "Write " + near + ".")
                .orElse(names.isEmpty() ? "It has none: take it away." : "It has " + String.join(", ", names) + ".");
    }

    private boolean isSet(String property) {
        return camel.getPropertiesComponent().resolveProperty(property).isPresent();
    }

    /** Those in the jar serve beside those in the folder. */
    private Optional<Block> find(String name) {
        if (!kamelets.containsKey(name)) {
            packed(name).ifPresent(root -> kamelets.put(name, block(root)));
        }
        return Optional.ofNullable(kamelets.get(name));
    }

    private Optional<Node> packed(String name) {
        try (var in = camel.getClassResolver().loadResourceAsStream("kamelets/" + name + RouteFile.KAMELET)) {
            return in == null
                    ? Optional.empty()
                    : YamlText.of(new RouteFile(
                                    name + RouteFile.KAMELET, new String(in.readAllBytes(), StandardCharsets.UTF_8)))
                            .root();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> pair(Node node, String valued) {
        Optional<String> name = YamlText.member(node, "name").flatMap(YamlText::text);
        Optional<String> value = YamlText.member(node, valued).flatMap(YamlText::text);
        return name.isPresent() && value.isPresent() ? Map.of(name.get(), value.get()) : Map.of();
    }

    /** @param element makes a route of a template */
    void noteUse(Element element) {
        var given = new HashMap<String, String>();
        if (element.member("parameters").orElse(null) instanceof SequenceNode items) {
            items.getValue().forEach(each -> given.putAll(pair(each, "value")));
        }
        element.text("routeTemplateRef")
                .ifPresent(name ->
                        uses.computeIfAbsent(name, each -> new ArrayList<>()).add(given));
    }

    /**
     * @param template a template's id
     * @param text something in it
     * @return the same in each route that is made of it; nothing when no file makes one
     */
    List<String> filled(String template, String text) {
        Map<String, String> defaults =
                templates.containsKey(template) ? templates.get(template).defaults() : Map.of();
        return uses.getOrDefault(template, List.of()).stream()
                .map(given -> {
                    String full = text;
                    var all = new HashMap<>(defaults);
                    all.putAll(given);
                    for (Map.Entry<String, String> each : all.entrySet()) {
                        full = full.replaceAll(
                                "\\{\\{\\??" + Pattern.quote(each.getKey()) + "(:[^{}]*)?}}",
                                Matcher.quoteReplacement(each.getValue()));
                    }
                    return full;
                })
                .toList();
    }

    /** @param element makes a route of a template */
    void use(Element element) {
        Optional<Node> reference = element.member("routeTemplateRef");
        Optional<String> named = reference.flatMap(YamlText::text);
        if (named.isEmpty()) {
            return;
        }
        String name = named.get();
        Block block = templates.get(name);
        if (block == null) {
            if (!uncertain.contains(name) && !name.contains("{{")) {
                faults.add(
                        element,
                        reference.get(),
                        "there is no template " + name,
                        Spelling.nearest(name, new TreeSet<>(templates.keySet()))
                                .map(near -> "Write " + near + ".")
                                .orElse("Write a routeTemplate with this id."));
            }
            return;
        }
        Set<String> given = new HashSet<>();
        if (element.member("parameters").orElse(null) instanceof SequenceNode items) {
            items.getValue()
                    .forEach(each -> YamlText.member(each, "name")
                            .flatMap(YamlText::text)
                            .ifPresent(given::add));
        }
        block.parameters().forEach((each, must) -> {
            if (must && !given.contains(each)) {
                faults.add(
                        element,
                        reference.get(),
                        "the template " + name + " needs the parameter " + each,
                        "Write - name: " + each + " with its value: below parameters:.");
            }
        });
    }
}
