package ualarm.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.stream.StreamSupport;
import ualarm.milestone.Camera;
import ualarm.milestone.NewDefinition;

/**
 * For which cameras the new alarm definition is, and in which group its event. How REST writes "all cameras" is not known (milestone-api.md
 * 8.2), so what an existing definition has is copied, unless that only lists single cameras; else every camera is listed, as inferred.
 *
 * @param list the definition's sourceList
 * @param group GUID of the group of analytics events
 * @param words where they are from
 */
record Sources(List<JsonNode> list, String group, String words) {

    static Sources of(Found found) {
        List<JsonNode> definitions = found.definitions().orElse(List.of());
        String group = definitions.stream()
                .filter(each -> found.events().values().stream()
                        .anyMatch(each.path("eventType").asText()::equalsIgnoreCase))
                .map(each -> each.path("eventTypeGroup").asText())
                .filter(id -> !id.isEmpty())
                .findFirst()
                .orElse(NewDefinition.ANALYTICS_EVENTS);
        return definitions.stream()
                .filter(each -> isWide(each.path("sourceList")))
                .findFirst()
                .map(like -> new Sources(
                        StreamSupport.stream(like.path("sourceList").spliterator(), false)
                                .toList(),
                        group,
                        "the sources of the alarm definition \"" + Found.name(like) + "\""))
                .orElseGet(() -> new Sources(
                        found.cameras().stream().map(Sources::camera).toList(),
                        group,
                        "the " + found.cameras().size()
                                + " cameras that the user sees, one by one (add new ones to it in Management Client)"));
    }

    /** Whether it is about cameras, and others than those that it lists. */
    private static boolean isWide(JsonNode sources) {
        boolean isWide = false;
        for (JsonNode each : sources) {
            String type = each.path("type").asText();
            if (!type.matches("(?i)camera.*")) {
                return false;
            }
            isWide |= !type.equalsIgnoreCase("cameras")
                    || each.path("id").asText().isEmpty();
        }
        return isWide;
    }

    private static JsonNode camera(Camera camera) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "cameras")
                .put("id", camera.id().toString());
    }
}
