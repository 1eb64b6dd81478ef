package ualarm.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What may stand where in a file of routes, as Camel's own YAML schema says it. */
final class Shapes {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";
    private static final String DEFINITIONS = "#/items/definitions/";

    private final JsonNode items;
    private final Map<String, Shape> named = new HashMap<>();

    /** By place: to compare what a schema says, all below it would be gone through each time. */
    private final Map<JsonNode, Shape> unnamed = new IdentityHashMap<>();

    Shapes() {
        try (InputStream in = Shapes.class.getResourceAsStream(SCHEMA)) {
            items = new ObjectMapper().readTree(in).path("items");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the shape of what a file of routes is a list of */
    Shape entry() {
        return of(items);
    }

    /**
     * @param model the plain name of a class of Camel's model
     * @return its shape
     */
    Shape model(String model) {
        return named("org.apache.camel.model." + model);
    }

    private Shape named(String name) {
        Shape known = named.get(name);
        if (known == null) {
            known = read(
                    name.substring(name.lastIndexOf('.') + 1),
                    items.path("definitions").path(name));
            named.put(name, known);
        }
        return known;
    }

    private Shape of(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        if (reference.startsWith(DEFINITIONS)) {
            return named(reference.substring(DEFINITIONS.length()));
        }
        return unnamed.computeIfAbsent(schema, each -> read("", each));
    }

    private Shape read(String name, JsonNode schema) {
        var members = new LinkedHashMap<String, JsonNode>();
        var isText = new boolean[1];
        gather(schema, members, isText);
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        String type = schema.path("type").asText();
        Set<String> choices = new HashSet<>();
        schema.path("enum").forEach(each -> choices.add(each.asText()));
        boolean isList = type.equals("array");
        return new Shape(
                name,
                type,
                choices,
                members,
                members.isEmpty() && type.equals("object"),
                isText[0] || Set.of("string", "boolean", "number", "integer").contains(type),
                isList ? schema.path("items") : null,
                required,
                schema.path("maxProperties").asInt() == 1,
                this::of);
    }

    /** An expression's languages and the like stand in alternatives; their empty namesakes in the list of members say nothing. */
    private void gather(JsonNode schema, Map<String, JsonNode> members, boolean[] isText) {
        String reference = schema.path("$ref").asText();
        if (reference.startsWith(DEFINITIONS)) {
            gather(items.path("definitions").path(reference.substring(DEFINITIONS.length())), members, isText);
            return;
        }
        schema.path("properties").fields().forEachRemaining(each -> {
            if (!each.getValue().isEmpty()) {
                members.put(each.getKey(), each.getValue());
            } else {
                members.putIfAbsent(each.getKey(), each.getValue());
            }
        });
        for (String alternatives : new String[] {"anyOf", "oneOf", "allOf"}) {
            for (JsonNode each : schema.path(alternatives)) {
                isText[0] |= each.path("type").asText().equals("string");
                gather(each, members, isText);
            }
        }
    }
}
