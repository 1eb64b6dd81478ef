package ualarm.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The states that devices are in, each told as the event that brought it (milestone-api.md 10): of each group the last one. */
final class DeviceStates {

    private final Map<List<String>, ObjectNode> states = new LinkedHashMap<>();

    /** Cameras are at rest. */
    DeviceStates() {
        String now = Vms.now();
        for (String camera : Vms.cameras()) {
            for (String type : EventTypes.AT_REST) {
                take(Json.object()
                        .put("id", id(camera + type))
                        .put("type", type)
                        .put("source", "cameras/" + camera)
                        .put("time", now)
                        .put("specversion", "1.0")
                        .put("stategroupid", EventTypes.stateGroup(type).orElseThrow()));
            }
        }
    }

    private static String id(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** @param event an event as it is shown; counts when it tells a state */
    void take(ObjectNode event) {
        if (event.has("stategroupid")) {
            String source = event.path("source").asText().toLowerCase(Locale.ROOT);
            states.put(List.of(source, event.path("stategroupid").asText()), event);
        }
    }

    Collection<ObjectNode> all() {
        return states.values();
    }
}
