package ualarm.intake;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.spi.Language;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.support.LanguageSupport;

/**
 * The expression language {@code json}: JSON whose texts may hold {@code ${…}}. What those stand for becomes part of the JSON and is
 * never read as JSON or as an expression, whatever a sender writes into an alarm. A number stays a number; a member of nothing is left
 * out.
 */
public final class JsonLanguage extends LanguageSupport {

    private static final JsonMapper JSON = new JsonMapper();

    /** Makes a piece of JSON for an exchange; nothing where the expression gives nothing. */
    private interface Piece extends Function<Exchange, Optional<JsonNode>> {}

    @Override
    public Predicate createPredicate(String expression) {
        throw new IllegalArgumentException("json makes a text; ask with simple.");
    }

    @Override
    public Expression createExpression(String expression) {
        Piece root = piece(read(expression));
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                return root.apply(exchange)
                        .orElse(JsonNodeFactory.instance.nullNode())
                        .toString();
            }

            @Override
            public String toString() {
                return expression;
            }
        };
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "this is no JSON: " + text.strip() + " (" + e.getOriginalMessage() + ")", e);
        }
    }

    private Piece piece(JsonNode written) {
        if (written.isObject()) {
            var members = new LinkedHashMap<String, Piece>();
            written.properties().forEach(each -> members.put(each.getKey(), piece(each.getValue())));
            return exchange -> Optional.of(object(members, exchange));
        } else if (written.isArray()) {
            var items = new ArrayList<Piece>();
            written.forEach(each -> items.add(piece(each)));
            return exchange -> Optional.of(array(items, exchange));
        } else if (written.isTextual() && written.asText().contains("${")) {
            Language simple = getCamelContext().resolveLanguage("simple");
            Expression filled = simple.createExpression(written.asText());
            return exchange ->
                    Optional.ofNullable(filled.evaluate(exchange, Object.class)).map(JsonLanguage::value);
        }
        return exchange -> Optional.of(written);
    }

    private static ObjectNode object(Map<String, Piece> members, Exchange exchange) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        members.forEach((name, piece) -> piece.apply(exchange).ifPresent(value -> object.set(name, value)));
        return object;
    }

    private static ArrayNode array(Collection<Piece> items, Exchange exchange) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.forEach(piece -> piece.apply(exchange).ifPresent(array::add));
        return array;
    }

    private static JsonNode value(Object value) {
        return value instanceof JsonNode
                        || value instanceof Number
                        || value instanceof Boolean
                        || value instanceof Map
                        || value instanceof Collection
                ? JSON.valueToTree(value)
                : TextNode.valueOf(value.toString());
    }
}
