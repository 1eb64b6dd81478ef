package ualarm.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;

/** JSON as XProtect writes it. */
final class Json {

    static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @return what is written; nothing when it is no JSON */
    static Optional<JsonNode> read(String text) {
        try {
            return Optional.ofNullable(MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** A path to an object: {@code {"type":"cameras","id":"…"}}. */
    static ObjectNode path(String type, String id) {
        return object().put("type", type).put("id", id);
    }

    /** @return the same with booleans as the texts that XProtect up to 2022 R1 writes (milestone-api.md 3) */
    static JsonNode quoted(JsonNode tree) {
        if (tree instanceof BooleanNode truth) {
            return TextNode.valueOf(truth.booleanValue() ? "True" : "False");
        } else if (tree.isObject()) {
            ObjectNode copy = object();
            tree.properties().forEach(member -> copy.set(member.getKey(), quoted(member.getValue())));
            return copy;
        } else if (tree.isArray()) {
            var copy = JsonNodeFactory.instance.arrayNode();
            tree.forEach(each -> copy.add(quoted(each)));
            return copy;
        }
        return tree;
    }
}
