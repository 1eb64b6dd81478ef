package ualarm.milestone;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import ualarm.alarm.Json;
import ualarm.site.Edition;

/**
 * What an XProtect was last known to have.
 *
 * @param productVersion for example {@code 25.1.1804.0}; empty when not known
 * @param edition the edition its licence names, if it could be read
 * @param events its analytics events: name to id
 * @param cameras its cameras, as far as the user may see them
 * @param gateways addresses of its API Gateways, as it names them
 * @param hasGateway whether it has an API Gateway at all; without one nothing but its version can be known
 * @param definitions for which cameras it raises alarms by itself; nothing when they could not be read
 */
record Inventory(
        String productVersion,
        Optional<Edition> edition,
        Map<String, String> events,
        List<Camera> cameras,
        List<String> gateways,
        boolean hasGateway,
        Optional<Definitions> definitions) {

    /** @return whether events can be triggered by REST */
    boolean hasEventsApi() {
        return hasGateway && Version.hasEventsApi(productVersion);
    }

    /** @return as JSON, the form kept on disk */
    byte[] toJson() {
        var out = new ByteArrayOutputStream();
        try (var json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("productVersion", productVersion);
            json.writeStringField("edition", edition.map(Edition::label).orElse(""));
            json.writeObjectFieldStart("events");
            for (var event : events.entrySet()) {
                json.writeStringField(event.getKey(), event.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("cameras");
            for (Camera camera : cameras) {
                json.writeStartObject();
                json.writeStringField("id", camera.id().toString());
                json.writeStringField("name", camera.name());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("gateways");
            for (String gateway : gateways) {
                json.writeString(gateway);
            }
            json.writeEndArray();
            json.writeBooleanField("hasGateway", hasGateway);
            if (definitions.isPresent()) {
                json.writeObjectFieldStart("definitions");
                json.writeBooleanField("everywhere", definitions.get().everywhere());
                json.writeArrayFieldStart("cameras");
                for (UUID camera : definitions.get().cameras()) {
                    json.writeString(camera.toString());
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * @param site the site it is of
     * @param text what {@link #toJson} wrote
     * @return the inventory
     * @throws IllegalArgumentException when the text is damaged
     */
    static Inventory ofJson(String site, byte[] text) {
        Map<String, Object> json = Json.object(text);
        var events = new LinkedHashMap<String, String>();
        Json.map(json.get("events")).forEach((name, id) -> events.put(name, String.valueOf(id)));
        var cameras = new ArrayList<Camera>();
        for (Object each : Json.list(json.get("cameras"))) {
            Map<String, Object> camera = Json.map(each);
            cameras.add(new Camera(site, UUID.fromString(Json.text(camera, "id")), Json.text(camera, "name")));
        }
        Map<String, Object> definitions = Json.map(json.get("definitions"));
        return new Inventory(
                Json.text(json, "productVersion"),
                Edition.of(Json.text(json, "edition")),
                events,
                cameras,
                texts(json.get("gateways")),
                !Json.text(json, "hasGateway").equals("false"),
                definitions.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Definitions(
                                Json.isTrue(definitions, "everywhere"),
                                texts(definitions.get("cameras")).stream()
                                        .map(UUID::fromString)
                                        .collect(Collectors.toSet()))));
    }

    private static List<String> texts(Object list) {
        return Json.list(list).stream().map(String::valueOf).toList();
    }
}
