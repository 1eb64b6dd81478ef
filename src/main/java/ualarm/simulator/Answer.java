package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered.
 *
 * @param status the HTTP status
 * @param headers its headers
 * @param body the body
 */
public record Answer(int status, Map<String, String> headers, byte[] body) {

    static Answer json(int status, JsonNode body) {
        return new Answer(
                status,
                Map.of("Content-Type", "application/json"),
                body.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Answer text(int status, String body) {
        return new Answer(status, Map.of("Content-Type", "text/plain"), body.getBytes(StandardCharsets.UTF_8));
    }

    /** One object, as {@code {"data":…}} (milestone-api.md 3). */
    static Answer data(int status, JsonNode object) {
        return json(status, Json.object().set("data", object));
    }

    /** An error in the shape of the Config API (milestone-api.md 3). */
    static Answer error(int status, String text) {
        var error = Json.object().put("httpCode", status);
        error.putArray("details").addObject().put("errorText", text);
        return json(status, Json.object().set("error", error));
    }

    /** The user's role lacks a permission (milestone-api.md 3). */
    static Answer forbidden() {
        var error = Json.object().put("httpCode", 403);
        error.putArray("details")
                .addObject()
                .put("errorText", "You do not have sufficient permissions to complete the operation.")
                .put("errorTextId", "VMO61008");
        return json(403, Json.object().set("error", error));
    }

    static Answer notLicensed() {
        return error(403, "VMS64001: The feature is not licensed.");
    }

    Answer with(Map<String, String> more) {
        var all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Answer(status, all, body);
    }
}
