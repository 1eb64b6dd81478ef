package ualarm.routes;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.model.DataFormatDefinition;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Whether what is written at the members of steps and the like can be: values, beans, classes, texts in Simple, and what must not lack. */
final class Members {

    private static final Set<String> BEANS = Set.of(
            "aggregateController",
            "aggregationRepository",
            "aggregationStrategy",
            "comparator",
            "consumerListener",
            "errorHandlerRef",
            "executorService",
            "executorServiceRef",
            "idempotentRepository",
            "logger",
            "loggerRef",
            "objectMapper",
            "onExceptionOccurredRef",
            "onPrepare",
            "onPrepareFailureRef",
            "onRedeliveryRef",
            "predicateExceptionFactory",
            "redeliveryPolicyRef",
            "resumeStrategy",
            "retryWhileRef",
            "routePolicy",
            "sagaService",
            "timeoutCheckerExecutorService");

    private static final Set<String> CLASSES = Set.of(
            "beanType", "builderClass", "collectionType", "exceptionType", "jsonView", "resultType", "unmarshalType");

    /** Their {@code ref} names a bean. */
    private static final Set<String> WITH_REF = Set.of(
            "CustomDataFormat",
            "CustomLoadBalancerDefinition",
            "PolicyDefinition",
            "ProcessDefinition",
            "RefErrorHandlerDefinition",
            "TransactedDefinition");

    /** Their {@code type} names a class. */
    private static final Set<String> WITH_TYPE = Set.of(
            "BeanFactoryDefinition", "ConvertBodyDefinition", "ConvertHeaderDefinition", "ConvertVariableDefinition");

    private static final Set<String> IN_SIMPLE = Set.of(
            "LogDefinition.message",
            "ThrowExceptionDefinition.message",
            "SetHeaderDefinition.name",
            "SetPropertyDefinition.name",
            "SetVariableDefinition.name");

    /** Camel takes the body where nothing is said. */
    private static final Set<String> NEED_NOT_SAY =
            Set.of("SortDefinition", "ResequenceDefinition", "AggregateDefinition", "ThrottleDefinition");

    private final CamelContext camel;
    private final CamelParts parts;
    private final Placeholders placeholders;
    private final Beans beans;
    private final Expressions expressions;
    private final Faults faults;

    Members(
            CamelContext camel,
            CamelParts parts,
            Placeholders placeholders,
            Beans beans,
            Expressions expressions,
            Faults faults) {
        this.camel = camel;
        this.parts = parts;
        this.placeholders = placeholders;
        this.beans = beans;
        this.expressions = expressions;
        this.faults = faults;
    }

    /** @param element anything */
    void check(Element element) {
        required(element);
        bean(element);
        if (element.shape().isDataFormat()) {
            dataFormat(element);
        }
        if (element.is("RouteDefinition")) {
            value(element, "precondition")
                    .ifPresent(text -> expressions.simple(
                            element, element.member("precondition").orElseThrow(), text, true));
        }
        for (NodeTuple each : YamlText.members(element.node())) {
            YamlText.text(each.getKeyNode()).ifPresent(name -> member(element, name, each.getValueNode()));
        }
        String byText = element.shape().byText();
        if (YamlText.text(element.node()).isPresent()
                && !byText.isEmpty()
                && !element.shape().isLanguage()) {
            member(element, byText, element.node());
        }
    }

    private Optional<String> value(Element element, String name) {
        return element.text(name).flatMap(text -> placeholders.resolve(text, element.parameters()));
    }

    private void required(Element element) {
        boolean isMapping = YamlText.text(element.node()).isEmpty();
        boolean isKamelet = element.is("RouteTemplateDefinition")
                && element.parent() == null
                && element.key().equals("template");
        // A member that is misspelt is told of by itself.
        boolean isAllKnown = element.shape().members().keySet().containsAll(Walk.keys(element.node()));
        if (!isMapping || isKamelet || !isAllKnown) {
            return;
        }
        for (String name : element.shape().required().stream().sorted().toList()) {
            boolean isThere = element.member(name)
                    .filter(node -> !YamlText.isNothing(node))
                    .isPresent();
            // A list may be empty, and a template's bean may come by a script.
            if (!isThere
                    && element.shape().members().containsKey(name)
                    && !name.equals("steps")
                    && !(element.is("BeanFactoryDefinition") && element.isInTemplate())) {
                faults.add(
                        element.file(),
                        element.line(),
                        element.key() + " has no " + name,
                        "Write " + name + ": below it.");
            }
        }
        if (needsExpression(element) && languages(element).isEmpty()) {
            faults.add(
                    element.file(),
                    element.line(),
                    element.key() + " has no expression",
                    "Write simple:, constant: or method: below it.");
        }
    }

    private static boolean needsExpression(Element element) {
        Map<String, ?> members = element.shape().members();
        return members.containsKey("simple")
                && members.containsKey("xpath")
                && !element.is("ExpressionDefinition")
                && !element.shape().name().startsWith("ServiceCall")
                && !NEED_NOT_SAY.contains(element.shape().name());
    }

    private static Set<String> languages(Element element) {
        return Walk.keys(element.node()).stream()
                .filter(name -> name.equals("expression")
                        || name.equals("expressionType")
                        || element.shape()
                                .member(name)
                                .filter(shape ->
                                        shape.isLanguage() || shape.name().contains("Expression"))
                                .isPresent())
                .collect(Collectors.toSet());
    }

    private void bean(Element element) {
        Optional<Node> ref = element.member("ref");
        Optional<Node> type = element.member("beanType");
        Optional<Node> method = element.member("method");
        if (element.is("BeanDefinition")) {
            if (ref.isPresent()) {
                expressions.bean(element, ref.get(), method);
            } else if (type.isPresent() && method.isPresent()) {
                expressions.beanType(element, type.get(), method.get());
            }
        } else if (WITH_REF.contains(element.shape().name()) && ref.isPresent()) {
            value(element, "ref").ifPresent(name -> reference(element, ref.get(), name));
        }
        if (WITH_TYPE.contains(element.shape().name())) {
            value(element, "type").ifPresent(name -> {
                String bare = name.replaceFirst("^#class:", "").replaceFirst("[(#].*", "");
                if (!bare.isEmpty() && !name.startsWith("#type:")) {
                    beans.checkClass(element, element.member("type").orElseThrow(), bare);
                }
            });
        }
    }

    private void reference(Element element, Node node, String name) {
        if (name.startsWith("#")) {
            beans.checkReference(element, node, name);
        } else if (!name.contains("$") && !name.isBlank()) {
            beans.check(element, node, name.strip());
        }
    }

    private void member(Element element, String name, Node node) {
        if (name.equals("exception") && node instanceof SequenceNode all) {
            all.getValue()
                    .forEach(each -> text(element, each).ifPresent(type -> beans.checkClass(element, each, type)));
            return;
        }
        Optional<String> text = text(element, node);
        if (text.isEmpty()) {
            return;
        }
        String value = text.get();
        if (BEANS.contains(name) && !element.is("KameletDefinition")) {
            for (String each : name.equals("routePolicy") ? value.split(",") : new String[] {value}) {
                if (!isThreadPool(name, each)) {
                    reference(element, node, each.strip());
                }
            }
        } else if (CLASSES.contains(name) && !value.startsWith("#")) {
            beans.checkClass(element, node, value);
        } else if (IN_SIMPLE.contains(element.shape().name() + "." + name) && value.contains("${")) {
            expressions.simple(element, node, value, false);
        } else if (element.shape().isDataFormat() && value.startsWith("#") && value.length() > 1) {
            beans.checkReference(element, node, value);
        }
        element.shape().member(name).ifPresent(shape -> value(element, name, node, value, shape));
    }

    private boolean isThreadPool(String name, String value) {
        return name.toLowerCase(Locale.ROOT).contains("executorservice")
                && camel.getExecutorServiceManager().getThreadPoolProfile(value) != null;
    }

    private void value(Element element, String name, Node node, String value, Shape shape) {
        List<String> choices = shape.choices().stream().sorted().toList();
        if (!value.startsWith("#") && !Addresses.isRight(shape.type(), choices, value)) {
            faults.add(
                    element,
                    node,
                    name + " of " + element.key() + " cannot be " + value,
                    Addresses.wanted(shape.type(), choices, value));
        }
    }

    private Optional<String> text(Element element, Node node) {
        return YamlText.text(node).flatMap(text -> placeholders.resolve(text, element.parameters()));
    }

    private void dataFormat(Element element) {
        String name = dataFormatName(element);
        if (!name.isEmpty() && !parts.has(CamelParts.Kind.DATAFORMAT, name)) {
            faults.add(
                    element.file(),
                    element.line(),
                    "there is no data format " + element.key(),
                    parts.remedy(CamelParts.Kind.DATAFORMAT, name));
        }
    }

    /** JSON has several makers; bindy several forms. */
    private String dataFormatName(Element element) {
        String library = value(element, "library").orElse("");
        boolean isLibrary = element.shape()
                .member("library")
                .filter(shape ->
                        !library.isEmpty() && !Addresses.isRight(shape.type(), List.copyOf(shape.choices()), library))
                .isEmpty();
        if (!isLibrary) {
            return "";
        }
        if (element.is("JsonDataFormat")) {
            return library.isEmpty() ? "jackson" : library.toLowerCase(Locale.ROOT);
        }
        if (element.is("CustomDataFormat") || !library.isEmpty() || element.is("BindyDataFormat")) {
            return "";
        }
        try {
            Class<?> model = Class.forName(
                    "org.apache.camel.model.dataformat." + element.shape().name());
            return model.getConstructor().newInstance() instanceof DataFormatDefinition made
                            && made.getDataFormatName() != null
                    ? made.getDataFormatName()
                    : "";
        } catch (ReflectiveOperationException e) {
            return "";
        }
    }
}
