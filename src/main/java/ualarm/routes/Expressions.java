package ualarm.routes;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Language;
import org.snakeyaml.engine.v2.nodes.Node;

/** Whether expressions can be read: Simple ones by Camel's own parser, of others whether their language is there. */
final class Expressions {

    /** What asks whether something is so. */
    private static final Set<String> ASKING =
            Set.of("FilterDefinition", "WhenDefinition", "OnWhenDefinition", "ValidateDefinition");

    private static final Set<String> ASKING_MEMBERS =
            Set.of("handled", "continued", "retryWhile", "completionPredicate", "onWhen");

    private static final List<String> FUNCTIONS = List.of(
            "body",
            "header",
            "headers",
            "variable",
            "variables",
            "exchangeProperty",
            "exchangeId",
            "exception.message",
            "exception.stacktrace",
            "bodyAs",
            "mandatoryBodyAs",
            "bean",
            "ref",
            "type",
            "date",
            "random",
            "routeId",
            "camelContext",
            "exchange",
            "messageHistory",
            "properties",
            "prettyBody",
            "bodyOneLine",
            "uuid",
            "id",
            "sys",
            "env",
            "null",
            "true",
            "false");

    private static final Pattern UNKNOWN = Pattern.compile("Unknown function: (.*?)(?: at location.*|$)");
    private static final Pattern BEAN = Pattern.compile("\\$\\{bean:([\\w-]+)(?:\\?method=|\\.|::)?(\\w+)?");
    private static final Pattern REF = Pattern.compile("\\$\\{ref:([\\w-]+)");
    private static final Pattern TYPE = Pattern.compile("\\$\\{(?:bodyAs|mandatoryBodyAs)\\(([\\w.$]+)\\)");
    private static final Pattern IS = Pattern.compile(" !?is '([a-z]\\w*(?:\\.[\\w$]+)+)'");

    private final CamelContext camel;
    private final CamelParts parts;
    private final Placeholders placeholders;
    private final Beans beans;
    private final Faults faults;

    Expressions(CamelContext camel, CamelParts parts, Placeholders placeholders, Beans beans, Faults faults) {
        this.camel = camel;
        this.parts = parts;
        this.placeholders = placeholders;
        this.beans = beans;
        this.faults = faults;
    }

    /** @param element an expression of whatever language */
    void check(Element element) {
        switch (element.key()) {
            case "method" -> method(element);
            case "ref" ->
                expression(element)
                        .ifPresent(name -> beans.check(
                                element, element.member("expression").orElseThrow(), name));
            case "simple", "csimple" ->
                expression(element)
                        .ifPresent(text -> simple(
                                element, element.member("expression").orElseThrow(), text, isPredicate(element)));
            case "language" -> {
                Optional<String> name = element.text("language");
                name.ifPresent(
                        each -> language(element, element.member("language").orElseThrow(), each));
                if (name.filter("simple"::equals).isPresent()) {
                    expression(element)
                            .ifPresent(text -> simple(
                                    element, element.member("expression").orElseThrow(), text, isPredicate(element)));
                }
            }
            default -> language(element, element.at(), element.key());
        }
    }

    private Optional<String> expression(Element element) {
        return element.text("expression").flatMap(text -> placeholders.resolve(text, element.parameters()));
    }

    private void language(Element element, Node node, String name) {
        if (!parts.has(CamelParts.Kind.LANGUAGE, name)) {
            faults.add(element, node, "there is no language " + name, parts.remedy(CamelParts.Kind.LANGUAGE, name));
        }
    }

    private void method(Element element) {
        Optional<Node> method = element.member("method");
        Optional<Node> ref = element.member("ref");
        Optional<Node> type = element.member("beanType");
        Optional<Node> text = element.member("expression");
        if (text.isPresent()) {
            expression(element).ifPresent(call -> call(element, text.get(), call));
        } else if (ref.isPresent()) {
            bean(element, ref.get(), method);
        } else if (type.isPresent() && method.isPresent()) {
            beanType(element, type.get(), method.get());
        }
    }

    /** As {@code tokens?method=bearer}, {@code tokens.bearer} or {@code tokens}. */
    private void call(Element element, Node node, String call) {
        String[] parts = call.split("\\?method=|::|\\.", 2);
        if (parts[0].startsWith("type:")) {
            return;
        }
        if (parts.length > 1) {
            beans.check(element, node, parts[0], node, parts[1]);
        } else {
            beans.check(element, node, parts[0]);
        }
    }

    /**
     * @param element calls a bean
     * @param ref where it is named
     * @param method where its method is named, if it is
     */
    void bean(Element element, Node ref, Optional<Node> method) {
        Optional<String> name = value(element, ref).map(each -> each.replaceFirst("^#(bean:)?", ""));
        Optional<String> called = method.flatMap(each -> value(element, each));
        if (name.isEmpty() || name.get().contains(":")) {
            return;
        }
        if (called.isPresent()) {
            beans.check(element, ref, name.get(), method.get(), called.get());
        } else {
            beans.check(element, ref, name.get());
        }
    }

    void beanType(Element element, Node type, Node method) {
        value(element, type)
                .flatMap(beans::resolve)
                .ifPresent(each -> value(element, method)
                        .ifPresent(name -> beans.checkMethod(element, method, each.getName(), each, name)));
    }

    private Optional<String> value(Element element, Node node) {
        return YamlText.text(node).flatMap(text -> placeholders.resolve(text, element.parameters()));
    }

    private static boolean isPredicate(Element element) {
        Element around = element.parent();
        while (around != null && (around.key().equals("expression") || around.is("ExpressionDefinition"))) {
            around = around.parent();
        }
        if (around == null) {
            return false;
        }
        return ASKING.contains(around.shape().name())
                || ASKING_MEMBERS.contains(around.key())
                || around.is("LoopDefinition")
                        && around.text("doWhile").filter("true"::equals).isPresent();
    }

    /**
     * @param element where it stands
     * @param node the very place
     * @param text a Simple expression, filled in
     * @param isPredicate whether it asks whether something is so
     */
    void simple(Element element, Node node, String text, boolean isPredicate) {
        // The parser looks for beans as well, and says less about those that are not there.
        boolean isKnown = BEAN.matcher(text).results().allMatch(call -> beans.has(call.group(1), call.group(2)));
        if (isKnown) {
            parse(element, node, text, isPredicate);
        }
        BEAN.matcher(text).results().forEach(call -> {
            if (call.group(2) == null) {
                beans.check(element, node, call.group(1));
            } else {
                beans.check(element, node, call.group(1), node, call.group(2));
            }
        });
        REF.matcher(text).results().forEach(ref -> beans.check(element, node, ref.group(1)));
        var classes = new HashSet<String>();
        TYPE.matcher(text).results().forEach(type -> classes.add(type.group(1)));
        IS.matcher(text).results().forEach(type -> classes.add(type.group(1)));
        classes.forEach(name -> beans.checkClass(element, node, name));
    }

    private void parse(Element element, Node node, String text, boolean isPredicate) {
        Language simple = camel.resolveLanguage("simple");
        try {
            if (isPredicate) {
                simple.createPredicate(text);
            } else {
                simple.createExpression(text);
            }
        } catch (RuntimeException e) {
            unreadable(element, node, text, e);
        }
    }

    private void unreadable(Element element, Node node, String text, RuntimeException e) {
        String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        Matcher unknown = UNKNOWN.matcher(said);
        if (unknown.find()) {
            String function = unknown.group(1);
            String name = function.replaceFirst("(?s)[.:\\[(].*", "");
            faults.add(
                    element,
                    node,
                    "Simple has no function ${" + function + "}",
                    Spelling.nearest(name, FUNCTIONS)
                            .filter(near -> !near.equals(name))
                            .map(near -> "Write ${" + near + function.substring(name.length()) + "}.")
                            .orElse("Write one that it has, such as ${variable.site}, ${header.name} or ${body}."));
            return;
        }
        faults.add(
                element,
                node,
                "the Simple expression " + shown(text) + " cannot be read: "
                        + said.replaceFirst("\\.$", "")
                                .replace("expected symbol functionEnd but was eol", "a } is missing")
                                .replaceFirst(" at location \\d+$", ""),
                "Close each ${ and quote, and write comparisons as ${variable.status} == 200.");
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() > 60 ? line.substring(0, 60) + "…" : line;
    }
}
