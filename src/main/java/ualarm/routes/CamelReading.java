package ualarm.routes;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Has Camel's own loader read a file, without anything being made of it. */
final class CamelReading {

    private static final Pattern ORDER = Pattern.compile("(\\w+) must be defined before any routes.*");

    private final CamelContext camel;

    CamelReading(CamelContext camel) {
        this.camel = camel;
    }

    /**
     * @param file the file
     * @param root what is written in it
     * @return why Camel refuses it; nothing when it does not
     */
    Optional<RouteFault> fault(RouteFile file, Node root) {
        String text = withoutBeans(file, root);
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            var resource = ResourceHelper.fromString("routes/" + file.name(), text);
            for (RoutesBuilder each : PluginHelper.getRoutesLoader(camel).findRoutesBuilders(resource)) {
                if (each instanceof RouteConfigurationBuilder configurations) {
                    configurations.setCamelContext(camel);
                    configurations.configuration();
                }
                if (each instanceof RouteBuilder routes) {
                    routes.setCamelContext(camel);
                    routes.configure();
                }
            }
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(fault(file, root, e));
        }
    }

    /** Beans would be made, and whatever they do would be done. */
    private static String withoutBeans(RouteFile file, Node root) {
        String[] lines = file.text().replaceFirst("^\uFEFF", "").split("\n", -1);
        if (root instanceof SequenceNode entries) {
            for (Node entry : entries.getValue()) {
                if (YamlText.member(entry, "beans").isPresent()) {
                    int begin = YamlText.line(entry) - 1;
                    int end = entry.getEndMark()
                            .map(mark -> mark.getLine() + (mark.getColumn() > 0 ? 1 : 0))
                            .orElse(begin + 1);
                    for (int line = begin; line < Math.max(end, begin + 1) && line < lines.length; line++) {
                        lines[line] = "";
                    }
                }
            }
        }
        return String.join("\n", lines);
    }

    private static RouteFault fault(RouteFile file, Node root, Exception e) {
        Throwable cause = e;
        int line = 0;
        String said = "";
        while (cause != null) {
            if (cause instanceof MarkedYamlEngineException marked) {
                line = marked.getProblemMark().map(YamlText::line).orElse(line);
                said = marked.getProblem() == null ? "" : marked.getProblem();
            } else if (said.isEmpty() && cause.getCause() == null) {
                said = String.valueOf(cause.getMessage());
            }
            cause = cause.getCause();
        }
        String words = said.replaceAll("\\s+", " ").strip().replaceFirst("\\.$", "");
        Matcher order = ORDER.matcher(words);
        if (order.matches() && root instanceof SequenceNode entries) {
            for (Node entry : entries.getValue()) {
                Optional<Node> early = YamlText.member(entry, order.group(1));
                if (early.isPresent()) {
                    return new RouteFault(
                            file.name(),
                            YamlText.line(entry),
                            order.group(1) + " stands after a route",
                            "Move it before the first - route: of the file.");
                }
            }
        }
        return new RouteFault(
                file.name(),
                Math.max(1, line),
                "Camel cannot read this: " + words,
                "The files packed in the jar show how it is written.");
    }
}
