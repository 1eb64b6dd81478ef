package ualarm.routes;

import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A file's YAML with the line of everything in it, read as Camel reads it; or why it is none. */
final class YamlText {

    private final Node root;
    private final RouteFault fault;

    private YamlText(Node root, RouteFault fault) {
        this.root = root;
        this.fault = fault;
    }

    static YamlText of(RouteFile file) {
        String text = file.text().replaceFirst("^\uFEFF", "");
        int foreign = text.indexOf('\uFFFD');
        if (foreign >= 0) {
            return broken(
                    file,
                    (int) text.substring(0, foreign).lines().count(),
                    "a letter on this line is not in UTF-8",
                    "Write it anew and save the file as UTF-8.");
        }
        try {
            Optional<Node> root =
                    new Compose(LoadSettings.builder().setLabel(file.name()).build()).composeString(text);
            return root.filter(node -> !isEmpty(node))
                    .map(node -> new YamlText(node, null))
                    .orElseGet(() -> broken(
                            file,
                            1,
                            "the file is empty",
                            file.isKamelet()
                                    ? "Write the building block, or take the file away."
                                    : "Write a route that begins with - route:, or take the file away."));
        } catch (MarkedYamlEngineException e) {
            return broken(file, e, unclosed(text));
        } catch (YamlEngineException e) {
            return broken(file, 1, "it cannot be read: " + oneLine(e.getMessage()), "Correct the file.");
        }
    }

    /** A quote that is not closed ends at the next one, lines later, and only what follows there makes no sense. */
    private static int unclosed(String text) {
        int line = 0;
        try {
            for (Event event : new Parse(LoadSettings.builder().build()).parseString(text)) {
                if (event instanceof ScalarEvent scalar && isQuoted(scalar)) {
                    int begin = scalar.getStartMark().map(YamlText::line).orElse(0);
                    boolean isLong = scalar.getEndMark().map(YamlText::line).orElse(0) > begin;
                    line = isLong ? begin : 0;
                }
            }
        } catch (YamlEngineException e) {
            return line;
        }
        return 0;
    }

    private static boolean isQuoted(ScalarEvent scalar) {
        return scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED
                || scalar.getScalarStyle() == ScalarStyle.SINGLE_QUOTED;
    }

    private static YamlText broken(RouteFile file, MarkedYamlEngineException e, int quote) {
        if (quote > 0) {
            return broken(file, quote, "the quote that begins here is not closed", "Close it with the same quote.");
        }
        String problem = oneLine(e.getProblem());
        int line = e.getProblemMark().map(YamlText::line).orElse(1);
        int begin = e.getContextMark().map(YamlText::line).orElse(line);
        String context = e.getContext() == null ? "" : e.getContext();
        if (problem.contains("\\t(TAB)")) {
            return broken(file, line, "a tab stands where only blanks may", "Indent with blanks.");
        }
        if (context.contains("quoted scalar")) {
            return broken(file, begin, "the quote that begins here is not closed", "Close it with the same quote.");
        }
        if (context.contains("flow ")) {
            return broken(
                    file,
                    begin,
                    "the " + (context.contains("sequence") ? "[" : "{") + " that begins here is not closed",
                    "Close it, or put the text into quotes.");
        }
        if (problem.contains("mapping values are not allowed")) {
            return broken(
                    file,
                    line,
                    "a colon stands where none may",
                    "Indent the line as those of its kind, or put a text with a colon into quotes.");
        }
        if (problem.contains("block end") || context.contains("block ")) {
            return broken(
                    file,
                    line,
                    "the line is not indented as those it belongs to",
                    "Let it begin exactly below them, each list item with - and a blank.");
        }
        return broken(
                file,
                line,
                "it is no YAML: " + (problem.isEmpty() ? oneLine(e.getMessage()) : problem),
                "Correct this line or the one before.");
    }

    private static YamlText broken(RouteFile file, int line, String what, String remedy) {
        return new YamlText(null, new RouteFault(file.name(), Math.max(1, line), what, remedy));
    }

    private static boolean isEmpty(Node node) {
        return node instanceof ScalarNode scalar && scalar.getValue().isBlank();
    }

    private static String oneLine(String text) {
        return text == null ? "" : text.replaceAll("\\s+", " ").strip();
    }

    /** @return what is written; nothing when it cannot be read */
    Optional<Node> root() {
        return Optional.ofNullable(root);
    }

    /** @return why it cannot be read; nothing when it can */
    Optional<RouteFault> fault() {
        return Optional.ofNullable(fault);
    }

    static int line(Node node) {
        return node.getStartMark().map(YamlText::line).orElse(0);
    }

    static int line(Mark mark) {
        return mark.getLine() + 1;
    }

    /** @return the members of a mapping; none of anything else */
    static List<NodeTuple> members(Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    /** @return the member of that name, of several the last, as Camel takes it */
    static Optional<Node> member(Node node, String name) {
        return members(node).stream()
                .filter(tuple -> text(tuple.getKeyNode()).filter(name::equals).isPresent())
                .reduce((first, last) -> last)
                .map(NodeTuple::getValueNode);
    }

    /** @return the text of a node that is one; nothing of a list, a mapping, or where nothing is written */
    static Optional<String> text(Node node) {
        return node instanceof ScalarNode scalar && !isNothing(scalar)
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    /** @return whether nothing is written there, as after {@code steps:} without any step */
    static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && scalar.getValue().isEmpty();
    }
}
