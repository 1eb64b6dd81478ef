package ualarm.milestone;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What the events WebSocket is told (milestone-api.md 10); each answer bears the command's id. */
public final class SocketCommands {

    /** Where it is, on a gateway. */
    public static final String PATH = "/api/ws/events/v1";

    /** Id of {@link #startSession}. */
    public static final int START = 1;

    /** Id of {@link #addSubscription}. */
    public static final int SUBSCRIBE = 2;

    private SocketCommands() {}

    /**
     * @param session the session to resume; empty for a new one
     * @param last id of the last event that was seen in it; empty when there was none
     * @return the command
     */
    public static Map<String, Object> startSession(String session, String last) {
        return Map.of("command", "startSession", "commandId", START, "sessionId", session, "eventId", last);
    }

    /**
     * @param types ids of event types
     * @return the command to show these, of every camera
     */
    public static Map<String, Object> addSubscription(Collection<String> types) {
        return Map.of(
                "command",
                "addSubscription",
                "commandId",
                SUBSCRIBE,
                "filters",
                List.of(Map.of(
                        "modifier",
                        "include",
                        "resourceTypes",
                        List.of("cameras"),
                        "sourceIds",
                        List.of("*"),
                        "eventTypes",
                        types)));
    }
}
