package ualarm.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** What {@code --json} prints: plain ASCII, so that it does not matter which encoding a terminal or a script expects. */
final class JsonText {

    private JsonText() {}

    /** @return an array of objects whose values are texts */
    static String array(List<Map<String, String>> objects) {
        var out = new StringWriter();
        try (JsonGenerator json = generator(out)) {
            json.writeStartArray();
            for (Map<String, String> object : objects) {
                write(json, object);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** @return an object whose values are texts */
    static String object(Map<String, String> object) {
        var out = new StringWriter();
        try (JsonGenerator json = generator(out)) {
            write(json, object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static JsonGenerator generator(StringWriter out) throws IOException {
        return new JsonFactory().createGenerator(out).enable(JsonGenerator.Feature.ESCAPE_NON_ASCII);
    }

    private static void write(JsonGenerator json, Map<String, String> object) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> member : object.entrySet()) {
            json.writeStringField(member.getKey(), member.getValue());
        }
        json.writeEndObject();
    }
}
