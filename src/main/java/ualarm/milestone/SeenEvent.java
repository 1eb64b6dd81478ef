package ualarm.milestone;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An event as XProtect's events WebSocket shows it (milestone-api.md 10).
 *
 * @param id its id
 * @param type the id of its type
 * @param source where it happened, such as {@code cameras/<guid>}
 * @param time when, as XProtect writes it
 */
public record SeenEvent(String id, String type, String source, String time) {

    static SeenEvent of(JsonNode event) {
        return new SeenEvent(
                event.path("id").asText(),
                event.path("type").asText(),
                event.path("source").asText(),
                event.path("time").asText());
    }
}
