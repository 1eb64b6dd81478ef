package ualarm.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value of a test file, which knows its place: what is wrong with it is told with the line and what to write instead. */
final class Value {

    private final String file;
    private final Node node;

    private Value(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /**
     * @param file the file as it is shown
     * @param text its text
     * @return its only document
     * @throws TestFileException when it is not YAML
     */
    static Value document(String file, String text) {
        try {
            return new Compose(LoadSettings.builder().setLabel(file).build())
                    .composeString(text)
                    .map(root -> new Value(file, root))
                    .orElseThrow(
                            () -> new TestFileException(file, 1, "the file is empty", "Write name, when and then."));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new TestFileException(
                    file, line, "it is not YAML: " + e.getProblem(), "Look at the indentation and the quotes there.");
        } catch (YamlEngineException e) {
            throw new TestFileException(file, 1, "it is not YAML: " + e.getMessage(), "Write one document.");
        }
    }

    int line() {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** @return to be thrown: what is wrong here, without a full stop, and what to write, a whole sentence */
    TestFileException fault(String what, String remedy) {
        return new TestFileException(file, line(), what, remedy);
    }

    boolean isText() {
        return node instanceof ScalarNode;
    }

    boolean isObject() {
        return node instanceof MappingNode;
    }

    /** @return the value as a text, with names of the simulated XProtect replaced by their ids */
    String text() {
        if (node instanceof ScalarNode scalar) {
            return Names.resolved(this, scalar.getValue());
        }
        throw fault("a text is expected here", "Write it on one line, in quotes.");
    }

    boolean truth() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw fault("'" + text() + "' is neither true nor false", "Write true or false.");
        };
    }

    int number(int least, int most) {
        if (text().matches("\\d{1,6}")) {
            int number = Integer.parseInt(text());
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw fault("'" + text() + "' is no number from " + least + " to " + most, "Write one.");
    }

    /** @return the elements of a list; what is no list is the only one */
    List<Value> list() {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream()
                    .map(each -> new Value(file, each))
                    .toList();
        }
        return List.of(this);
    }

    /** @return members by name, whatever they are called */
    Map<String, Value> members() {
        if (!(node instanceof MappingNode mapping)) {
            throw fault("members are expected here", "Write them as name: value.");
        }
        var members = new LinkedHashMap<String, Value>();
        for (NodeTuple each : mapping.getValue()) {
            var key = new Value(file, each.getKeyNode());
            if (members.put(key.text(), new Value(file, each.getValueNode())) != null) {
                throw key.fault(key.text() + " stands here twice", "Take one of them out.");
            }
        }
        return members;
    }

    /** @return the members, which must be among those known */
    Map<String, Value> members(String... known) {
        Map<String, Value> members = members();
        ((MappingNode) node)
                .getValue().stream()
                        .map(each -> new Value(file, each.getKeyNode()))
                        .filter(key -> !List.of(known).contains(key.text()))
                        .findFirst()
                        .ifPresent(key -> {
                            throw key.fault(
                                    "there is no " + key.text() + " here",
                                    nearest(key.text(), List.of(known))
                                            .map(meant -> "Did you mean " + meant + "?")
                                            .orElse("Write one of " + String.join(", ", known) + "."));
                        });
        return members;
    }

    /** @return the word that is meant, when only a slip is wrong */
    static Optional<String> nearest(String written, Iterable<String> words) {
        var distance = LevenshteinDistance.getDefaultInstance();
        var found = new LinkedHashMap<String, Integer>();
        for (String word : words) {
            found.put(word, distance.apply(word.replaceAll("\\W", ""), written.replaceAll("\\W", "")));
        }
        return found.entrySet().stream()
                .filter(each -> each.getValue() <= Math.max(2, written.length() / 4))
                .min(Comparator.comparing(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    /** @return one of these words */
    String oneOf(String... words) {
        return Arrays.stream(words)
                .filter(word -> word.equalsIgnoreCase(text()))
                .findFirst()
                .orElseThrow(() -> fault("'" + text() + "' is none", "Write one of " + String.join(", ", words) + "."));
    }

    /** @return the value as JSON; what is in quotes is a text */
    JsonNode json() {
        if (node instanceof MappingNode) {
            var object = JsonNodeFactory.instance.objectNode();
            members().forEach((name, value) -> object.set(name, value.json()));
            return object;
        } else if (node instanceof SequenceNode) {
            var array = JsonNodeFactory.instance.arrayNode();
            list().forEach(each -> array.add(each.json()));
            return array;
        }
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return NullNode.getInstance();
        } else if (tag.equals(Tag.BOOL)) {
            return BooleanNode.valueOf(Boolean.parseBoolean(text()));
        } else if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return DecimalNode.valueOf(new BigDecimal(text()));
        }
        return TextNode.valueOf(text());
    }
}
