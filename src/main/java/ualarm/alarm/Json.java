package ualarm.alarm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** JSON as maps, lists and texts. Numbers and booleans stay as they were written, because senders mix both forms. */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonFactory ASCII =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Json() {}

    /**
     * Reads an object.
     *
     * @param text JSON in UTF-8
     * @return the object, or an empty one when the text is no JSON object
     */
    public static Map<String, Object> object(byte[] text) {
        try (JsonParser in = FACTORY.createParser(text)) {
            in.nextToken();
            return in.currentToken() == null ? Map.of() : map(tree(in, UnaryOperator.identity()));
        } catch (IOException e) {
            return Map.of();
        }
    }

    /**
     * Reads the value at the parser's token.
     *
     * @param in a parser that stands on a value
     * @param keys what to make of an object's keys
     * @return a map, a list or a text; {@code null} in JSON is the empty text
     * @throws IOException when the text is no JSON
     */
    static Object tree(JsonParser in, UnaryOperator<String> keys) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String key = keys.apply(in.currentName());
                    in.nextToken();
                    map.put(key, tree(in, keys));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    list.add(tree(in, keys));
                }
                yield list;
            }
            case VALUE_NULL -> "";
            default -> in.getText();
        };
    }

    /** @return the value when it is an object, else an empty one */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> ? (Map<String, Object>) value : Map.of();
    }

    /** @return the value when it is a list, else an empty one */
    public static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    /** @return the text under that key, or an empty one */
    public static String text(Map<String, Object> object, String key) {
        return object.get(key) instanceof String text ? text : "";
    }

    /** @return whether the value under that key is true, however it is written: some servers quote it (milestone-api.md 3) */
    public static boolean isTrue(Map<String, Object> object, String key) {
        return text(object, key).strip().equalsIgnoreCase("true");
    }

    /**
     * Writes a value.
     *
     * @param value maps, lists, numbers and booleans as such; null; anything else as text
     * @return JSON in UTF-8
     */
    public static byte[] bytes(Object value) {
        var out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Writes a value for a terminal or a script, whatever encoding it expects.
     *
     * @param value as for {@link #bytes}
     * @return JSON in plain ASCII
     */
    public static String ascii(Object value) {
        var out = new StringWriter();
        try (JsonGenerator json = ASCII.createGenerator(out)) {
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (var each : map.entrySet()) {
                json.writeFieldName(String.valueOf(each.getKey()));
                write(json, each.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            json.writeStartArray();
            for (Object each : list) {
                write(json, each);
            }
            json.writeEndArray();
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString(String.valueOf(value));
        }
    }
}
