package ualarm.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Whether an address can be used: its component, its options by what Camel says of them, and what it leads to. */
final class Addresses {

    private static final Set<String> SOURCES =
            Set.of("FromDefinition", "RouteFromDefinitionDeserializer", "OutputAwareFromDefinition");

    private static final Set<String> CALLS_SOMEWHERE = Set.of(
            "RecipientListDefinition",
            "RoutingSlipDefinition",
            "DynamicRouterDefinition",
            "EnrichDefinition",
            "PollEnrichDefinition",
            "KameletDefinition");

    private static final Set<String> DYNAMIC = Set.of("ToDynamicDefinition", "WireTapDefinition", "PollDefinition");

    private static final Pattern DURATION = Pattern.compile(
            "[+-]?\\d+|(\\d+\\s*(ms|millis|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\\s*)+|P.+",
            Pattern.CASE_INSENSITIVE);

    /** What an option's value is where it is found out only when an alarm comes. */
    private static final String LATER = "\u0001";

    private final CamelParts parts;
    private final Placeholders placeholders;
    private final Beans beans;
    private final Expressions expressions;
    private final Blocks blocks;
    private final RouteLinks links;
    private final Faults faults;

    Addresses(
            CamelParts parts,
            Placeholders placeholders,
            Beans beans,
            Expressions expressions,
            Blocks blocks,
            RouteLinks links,
            Faults faults) {
        this.parts = parts;
        this.placeholders = placeholders;
        this.beans = beans;
        this.expressions = expressions;
        this.blocks = blocks;
        this.links = links;
        this.faults = faults;
    }

    /** An option as it is given, and where. */
    private record Option(Node node, String value) {}

    static boolean isSource(Element element) {
        return SOURCES.contains(element.shape().name());
    }

    /** @param element anything; what has no address is passed over */
    void check(Element element) {
        if (isSource(element)
                || element.is("ToDefinition")
                || element.is("SagaActionUriDefinition")
                || DYNAMIC.contains(element.shape().name())) {
            element.member("uri").ifPresent(uri -> check(element, uri, element.member("parameters")));
        }
        element.member("deadLetterUri").ifPresent(uri -> check(element, uri, Optional.empty()));
        if (element.is("ConstantExpression")
                && element.parent() != null
                && (element.parent().is("EnrichDefinition") || element.parent().is("PollEnrichDefinition"))) {
            element.member("expression").ifPresent(uri -> check(element, uri, Optional.empty()));
        }
        if (CALLS_SOMEWHERE.contains(element.shape().name()) && !element.isDisabled()) {
            links.callSomewhere(origin(element));
        }
        if (element.is("KameletDefinition")) {
            element.member("name").ifPresent(name -> kamelet(element, name));
        }
    }

    private void kamelet(Element element, Node name) {
        YamlText.text(name)
                .flatMap(text -> placeholders.resolve(text, element.parameters()))
                .ifPresent(text -> {
                    Map<String, Option> options = query(name, text);
                    element.member("parameters").ifPresent(all -> options.putAll(parameters(element, all)));
                    blocks.check(element, name, text.replaceFirst("\\?.*", ""), nodes(options));
                });
    }

    private void check(Element element, Node node, Optional<Node> parameters) {
        String written = YamlText.text(node).orElse("");
        if (written.isBlank()) {
            faults.add(element, node, "the address is empty", "Write one, such as direct:store-alarm.");
            return;
        }
        Optional<String> resolved = placeholders.resolve(written, element.parameters());
        if (resolved.isEmpty()) {
            linkUnknown(element, node, written);
            return;
        }
        String address = resolved.get();
        if (DYNAMIC.contains(element.shape().name()) && address.contains("${")) {
            expressions.simple(element, node, address, false);
        }
        Map<String, Option> below =
                parameters.map(all -> parameters(element, all)).orElse(Map.of());
        if (address.equals("journal")) {
            faults.add(element, node, "the address names no queue", "Write journal:<queue>.");
            return;
        }
        link(element, node, whole(address, below), element.isInTemplate());
        String path = later(address);
        String scheme = path.replaceFirst("(?s)[:?].*", "");
        if (scheme.contains(LATER) || scheme.equals("language")) {
            return;
        }
        if (!parts.has(CamelParts.Kind.COMPONENT, scheme)) {
            faults.add(
                    element,
                    node,
                    path.contains(":") ? "there is no component " + scheme : scheme + " is no address",
                    path.contains(":")
                                    || !parts.remedy(CamelParts.Kind.COMPONENT, scheme)
                                            .startsWith("There")
                            ? parts.remedy(CamelParts.Kind.COMPONENT, scheme)
                            : "Write one with its component, such as direct:" + scheme + ".");
            return;
        }
        if (path.contains("?") && parameters.isPresent()) {
            faults.add(
                    element,
                    node,
                    "options stand behind the address and below parameters:",
                    "Write all of them below parameters:.");
        }
        Map<String, Option> options = query(node, path);
        options.putAll(below);
        String name = path.replaceFirst("(?s)\\?.*", "").replaceFirst("^[^:]*:?(//)?", "");
        options(element, node, scheme, name.isEmpty(), options);
        lead(element, node, scheme, name, options);
    }

    /** What depends on a template's parameters leads somewhere in each route that is made of it. */
    private void linkUnknown(Element element, Node node, String written) {
        List<String> filled = element.within("RouteTemplateDefinition")
                .flatMap(template -> template.text("id"))
                .map(id -> blocks.filled(id, written))
                .orElse(List.of());
        for (String each : filled) {
            placeholders
                    .resolve(each, Set.of())
                    .ifPresentOrElse(address -> link(element, node, address, false), () -> unknown(element, each));
        }
        if (filled.isEmpty()) {
            unknown(element, written);
        }
    }

    private void unknown(Element element, String written) {
        if (isSource(element)) {
            links.unknown(written);
        } else {
            links.callSomewhere(origin(element));
        }
    }

    private void link(Element element, Node node, String address, boolean isTemplate) {
        if (isSource(element)) {
            links.source(address, element.file(), YamlText.line(node), isTemplate);
        } else if (!element.isDisabled()) {
            links.call(address, origin(element), element.file(), YamlText.line(node));
        }
    }

    /** @return from where the route is that has this step; empty where that is not known, or it is in no route */
    private String origin(Element step) {
        for (Element each = step; each != null; each = each.parent()) {
            if (isSource(each)) {
                Element source = each;
                return source.text("uri")
                        .flatMap(uri -> placeholders.resolve(uri, source.parameters()))
                        .map(uri -> whole(
                                uri,
                                source.member("parameters")
                                        .map(all -> parameters(source, all))
                                        .orElse(Map.of())))
                        .map(uri -> uri.replaceFirst("(?s)\\?.*", "").replaceFirst(":(//)", ":"))
                        .orElse("");
            }
        }
        return "";
    }

    /** Visual editors write the path of an address below its parameters. */
    private String whole(String address, Map<String, Option> parameters) {
        return address.contains(":")
                ? address
                : parts.schema(address)
                        .map(schema -> schema.path("properties"))
                        .flatMap(known -> parameters.entrySet().stream()
                                .filter(given -> known.path(given.getKey())
                                        .path("kind")
                                        .asText()
                                        .equals("path"))
                                .findFirst())
                        .map(path -> address + ":" + path.getValue().value())
                        .orElse(address);
    }

    private static String later(String address) {
        String text = address;
        String before;
        do {
            before = text;
            text = text.replaceAll("\\$\\{[^{}]*}", LATER);
        } while (!text.equals(before));
        return text;
    }

    private Map<String, Option> query(Node node, String address) {
        var options = new LinkedHashMap<String, Option>();
        int mark = address.indexOf('?');
        if (mark >= 0) {
            try {
                URISupport.parseQuery(address.substring(mark + 1), false, true)
                        .forEach((name, value) -> options.put(name, new Option(node, text(value))));
            } catch (URISyntaxException e) {
                // Camel says so itself when it reads the file, or takes it as it is.
                return options;
            }
        }
        return options;
    }

    private static String text(Object value) {
        String text = value instanceof List<?> several ? String.valueOf(several.get(0)) : String.valueOf(value);
        return text.matches("(?s)RAW[({].*[)}]") ? LATER : text;
    }

    private Map<String, Option> parameters(Element element, Node all) {
        var options = new LinkedHashMap<String, Option>();
        for (NodeTuple each : YamlText.members(all)) {
            String value = YamlText.text(each.getValueNode())
                    .flatMap(text -> placeholders.resolve(text, element.parameters()))
                    .map(Addresses::later)
                    .orElse(LATER);
            YamlText.text(each.getKeyNode())
                    .ifPresent(name ->
                            options.put(StringHelper.dashToCamelCase(name), new Option(each.getKeyNode(), value)));
        }
        return options;
    }

    private static Map<String, Node> nodes(Map<String, Option> options) {
        var nodes = new LinkedHashMap<String, Node>();
        options.forEach((name, option) -> nodes.put(name, option.node()));
        return nodes;
    }

    private void lead(Element element, Node node, String scheme, String name, Map<String, Option> options) {
        if (name.contains(LATER)) {
            return;
        }
        switch (scheme) {
            case "bean" -> {
                Option method = options.get("method");
                if (name.isEmpty()) {
                    return;
                }
                if (method == null
                        || method.value().contains(LATER) && !method.value().contains("(")) {
                    beans.check(element, node, name);
                } else {
                    beans.check(element, node, name, method.node(), method.value());
                }
            }
            case "class" -> {
                beans.checkClass(element, node, name);
                Option method = options.get("method");
                if (method != null) {
                    beans.resolve(name)
                            .ifPresent(type -> beans.checkMethod(element, method.node(), name, type, method.value()));
                }
            }
            case "ref" -> beans.check(element, node, name);
            case "kamelet" -> blocks.check(element, node, name.replaceFirst("/.*", ""), nodes(options));
            case "journal" -> {
                Option late = options.get("whenLate");
                if (late != null
                        && !late.value().contains(LATER)
                        && !late.value().isEmpty()) {
                    links.call(late.value(), origin(element), element.file(), YamlText.line(late.node()));
                }
            }
            default -> {}
        }
    }

    private void options(Element element, Node node, String scheme, boolean isBare, Map<String, Option> given) {
        Optional<JsonNode> schema = parts.schema(scheme);
        if (schema.isEmpty() || schema.get().has("apis")) {
            return;
        }
        JsonNode known = schema.get().path("properties");
        boolean isLenient =
                schema.get().path("component").path("lenientProperties").asBoolean();
        given.forEach((name, option) -> {
            Optional<JsonNode> what = find(known, name);
            if (what.isPresent()) {
                value(element, scheme, name, option, what.get());
            } else if (!isLenient && !isExtra(known, name) && !name.contains(LATER)) {
                faults.add(
                        element,
                        option.node(),
                        "the component " + scheme + " has no option " + name,
                        remedy(known, name));
            } else if (option.value().startsWith("#")) {
                beans.checkReference(element, option.node(), option.value());
            }
        });
        for (Iterator<Map.Entry<String, JsonNode>> each = known.fields(); each.hasNext(); ) {
            Map.Entry<String, JsonNode> option = each.next();
            boolean isGiven = given.containsKey(option.getKey());
            boolean isPath = option.getValue().path("kind").asText().equals("path");
            // What is set for the whole component need not be said again.
            boolean isForAll = schema.get().path("componentProperties").has(option.getKey());
            if (option.getValue().path("required").asBoolean()
                    && !isGiven
                    && !isForAll
                    && (!isPath || isBare)
                    && !option.getValue().has("defaultValue")) {
                faults.add(
                        element,
                        node,
                        isPath
                                ? "the address names no " + option.getKey()
                                : "the component " + scheme + " needs the option " + option.getKey(),
                        isPath ? "Write " + scheme + ":<" + option.getKey() + ">." : "Write it below parameters:.");
            }
        }
    }

    private static Optional<JsonNode> find(JsonNode known, String name) {
        if (known.has(name)) {
            return Optional.of(known.get(name));
        }
        for (JsonNode each : known) {
            String prefix = each.path("optionalPrefix").asText();
            if (!prefix.isEmpty() && name.startsWith(prefix) && known.has(name.substring(prefix.length()))) {
                return Optional.of(known.get(name.substring(prefix.length())));
            }
        }
        return Optional.empty();
    }

    /** As {@code trigger.repeatCount}: any name after a prefix. */
    private static boolean isExtra(JsonNode known, String name) {
        for (JsonNode each : known) {
            String prefix = each.path("prefix").asText();
            if (!prefix.isEmpty() && name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static String remedy(JsonNode known, String name) {
        var names = new LinkedHashSet<String>();
        known.fields().forEachRemaining(each -> names.add(each.getKey()));
        return Spelling.nearest(name, names)
                .map(near -> "Write " + near + ".")
                .orElse(names.size() > 12 ? "Take it away." : "It has " + String.join(", ", names) + ".");
    }

    private void value(Element element, String scheme, String name, Option option, JsonNode what) {
        String value = option.value();
        if (value.startsWith("#") && value.length() > 1) {
            beans.checkReference(element, option.node(), value);
            return;
        }
        if (value.contains(LATER) || value.startsWith("$simple{")) {
            return;
        }
        var choices = new ArrayList<String>();
        what.path("enum").forEach(each -> choices.add(each.asText()));
        String type = what.path("type").asText();
        if (!isRight(type, choices, value)) {
            faults.add(
                    element,
                    option.node(),
                    name + " of " + scheme + " cannot be " + (value.isEmpty() ? "empty" : value),
                    wanted(type, choices, value));
        }
    }

    static boolean isRight(String type, List<String> choices, String value) {
        if (!choices.isEmpty()) {
            return choices.stream().map(Addresses::bare).anyMatch(bare(value)::equals);
        }
        return switch (type) {
            case "boolean" -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
            // Camel takes 5s for 5000 also where it says that it wants a number.
            case "integer" -> value.matches("\\s*[+-]?\\d+\\s*") || isDuration(value);
            case "number" -> value.matches("\\s*[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?\\s*");
            case "duration" -> isDuration(value);
            default -> true;
        };
    }

    private static String bare(String choice) {
        return choice.replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
    }

    private static boolean isDuration(String value) {
        return DURATION.matcher(value.strip()).matches();
    }

    static String wanted(String type, List<String> choices, String value) {
        if (!choices.isEmpty()) {
            return Spelling.nearest(value, choices)
                    .map(near -> "Write " + near + ".")
                    .orElse("Write one of " + choices.stream().sorted().collect(Collectors.joining(", ")) + ".");
        }
        return switch (type) {
            case "boolean" -> "Write true or false.";
            case "duration" -> "Write a time, such as 5s or 500.";
            default -> "Write a number.";
        };
    }
}
