package ualarm.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import ualarm.milestone.Answers;

/**
 * A rule that records on alarm, made of another by changing its name and its id, as the official sample does (milestone-api.md 8.3). The
 * members that name a rule's event are not known, so the id of the analytics event that the other rule has anywhere is exchanged: inferred.
 * Where it has none, or several, the copy is switched off until somebody has chosen its event.
 */
final class RecordingRule {

    private final JsonNode original;
    private final Optional<String> otherEvent;

    /**
     * @param original the rule that is copied
     * @param events the site's analytics events, name to id
     */
    RecordingRule(JsonNode original, Map<String, String> events) {
        this.original = original;
        List<String> named =
                events.values().stream().filter(id -> mentions(original, id)).toList();
        this.otherEvent = named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
    }

    /** @return whether a rule has an id anywhere in it */
    static boolean mentions(JsonNode rule, String id) {
        return rule.toString().toLowerCase(Locale.ROOT).contains(id.toLowerCase(Locale.ROOT));
    }

    /** @return the name of the rule that is made */
    static String name(String event) {
        return "Record on " + event;
    }

    /** @return whether the copy is on the event; else it is switched off */
    boolean isOnEvent() {
        return otherEvent.isPresent();
    }

    /**
     * @param eventName name of the analytics event
     * @param event its id
     * @return the new rule
     */
    JsonNode copy(String eventName, String event) {
        // A GUID has no character that JSON would write otherwise.
        String text = otherEvent
                .map(other -> original.toString().replaceAll("(?i)" + other, event))
                .orElse(original.toString());
        var copy = (ObjectNode) Answers.tree(text.getBytes(StandardCharsets.UTF_8));
        copy.put("name", name(eventName)).put("id", UUID.randomUUID().toString());
        if (!isOnEvent()) {
            copy.put("enabled", false);
        }
        return copy;
    }
}
