package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The events and state WebSocket (milestone-api.md 10): sessions with subscriptions, resumed by session and last event. Its own lock guards
 * the sessions.
 */
final class EventSessions {

    private static final int WINDOW_SECONDS = 30;

    /** A session, which outlives its socket. */
    private static final class Session {
        private final String id = UUID.randomUUID().toString();
        private final Map<String, JsonNode> subscriptions = new LinkedHashMap<>();
        /** How many events there were before it. */
        private final int begin;

        private ServerWebSocket socket;

        Session(int begin) {
            this.begin = begin;
        }
    }

    private final Predicate<String> knowsToken;
    private final Map<String, Session> sessions = new HashMap<>();
    private final Set<ServerWebSocket> sockets = new HashSet<>();

    /** All events so far, the oldest first, stored or not: nothing says that a session needs what is stored. */
    private final List<ObjectNode> events = new ArrayList<>();

    private final DeviceStates states = new DeviceStates();
    private boolean mute;

    /** @param knowsToken says of an {@code Authorization} header whether its token is good */
    EventSessions(Predicate<String> knowsToken) {
        this.knowsToken = knowsToken;
    }

    /** @param socket was just asked for */
    synchronized void open(ServerWebSocket socket) {
        String authorization =
                Optional.ofNullable(socket.headers().get("Authorization")).orElse("");
        if (!authorization.isEmpty() && !knowsToken.test(authorization)) {
            socket.reject(401);
            return;
        }
        var connection = new Connection(socket, !authorization.isEmpty());
        sockets.add(socket);
        socket.textMessageHandler(connection::read);
        socket.closeHandler(end -> closed(socket));
    }

    private synchronized void closed(ServerWebSocket socket) {
        sockets.remove(socket);
        sessions.values().stream()
                .filter(session -> session.socket == socket)
                .forEach(session -> session.socket = null);
    }

    /** @param event has just happened */
    synchronized void happened(ObjectNode event) {
        ObjectNode shown = shown(event);
        events.add(shown);
        states.take(shown);
        if (!mute) {
            sessions.values().stream()
                    .filter(session -> session.socket != null && isWanted(session, shown))
                    .forEach(session -> show(session, List.of(shown)));
        }
    }

    /** An event as it is shown here: without its data, and with the group of the state that it tells. */
    private static ObjectNode shown(ObjectNode event) {
        ObjectNode shown = event.deepCopy().without(List.of("data", "localId"));
        shown.put("specversion", "1.0");
        EventTypes.stateGroup(event.path("type").asText()).ifPresent(group -> shown.put("stategroupid", group));
        return shown;
    }

    private static void show(Session session, List<ObjectNode> events) {
        ObjectNode message = Json.object();
        message.putArray("events").addAll(events);
        session.socket.writeTextMessage(message.toString());
    }

    private static boolean isWanted(Session session, JsonNode event) {
        boolean isIncluded = false;
        for (JsonNode filters : session.subscriptions.values()) {
            for (JsonNode filter : filters) {
                if (matches(filter, event)) {
                    isIncluded = filter.path("modifier").asText().equalsIgnoreCase("include");
                }
            }
        }
        return isIncluded;
    }

    private static boolean matches(JsonNode filter, JsonNode event) {
        String[] source = event.path("source").asText().split("/", 2);
        return has(filter.path("resourceTypes"), source[0])
                && has(filter.path("sourceIds"), source.length > 1 ? source[1] : "")
                && has(filter.path("eventTypes"), event.path("type").asText());
    }

    private static boolean has(JsonNode names, String name) {
        for (JsonNode each : names) {
            if (each.asText().equals("*") || each.asText().equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /** Breaks every socket; sessions can be resumed. */
    synchronized void cut() {
        List.copyOf(sockets).forEach(ServerWebSocket::close);
        sessions.values().forEach(session -> session.socket = null);
    }

    /** Forgets all sessions, as after a restart. */
    synchronized void restart() {
        cut();
        sessions.clear();
    }

    /** @param mute whether events happen without being shown */
    synchronized void mute(boolean mute) {
        this.mute = mute;
    }

    private final class Connection {
        private final ServerWebSocket socket;
        private boolean isKnown;
        private Session session;

        Connection(ServerWebSocket socket, boolean isKnown) {
            this.socket = socket;
            this.isKnown = isKnown;
        }

        private void read(String text) {
            synchronized (EventSessions.this) {
                Optional<JsonNode> command = Json.read(text);
                if (command.isEmpty() || !command.get().path("commandId").isInt()) {
                    socket.close((short) 1007, "malformed");
                    return;
                }
                answer(command.get());
            }
        }

        private void answer(JsonNode command) {
            String name = command.path("command").asText().toLowerCase(Locale.ROOT);
            if (name.equals("authenticate")) {
                isKnown = knowsToken.test(command.path("token").asText());
                if (isKnown) {
                    say(command);
                } else {
                    refuse(command, 401, "Token validation failed: the token is expired.");
                }
            } else if (!isKnown) {
                refuse(command, 401, "Not authenticated.");
            } else if (name.equals("startsession")) {
                start(command);
            } else if (session == null) {
                refuse(command, 400, "Start a session first.");
            } else if (name.equals("addsubscription") && command.path("filters").isArray()) {
                String id = UUID.randomUUID().toString();
                session.subscriptions.put(id, command.path("filters"));
                send(answer(command, 200).put("subscriptionId", id));
            } else if (name.equals("removesubscription")) {
                if (session.subscriptions.remove(command.path("subscriptionId").asText()) == null) {
                    refuse(command, 400, "Unknown subscription.");
                } else {
                    say(command);
                }
            } else if (name.equals("getstate")) {
                ObjectNode state = answer(command, 200);
                state.putArray("states")
                        .addAll(states.all().stream()
                                .filter(each -> isWanted(session, each))
                                .toList());
                send(state);
            } else {
                refuse(command, 400, "Unknown command.");
            }
        }

        private void start(JsonNode command) {
            Session old = sessions.get(command.path("sessionId").asText());
            session = old == null ? new Session(events.size()) : old;
            session.socket = socket;
            sessions.put(session.id, session);
            send(answer(command, old == null ? 201 : 200)
                    .put("sessionId", session.id)
                    .put("inactiveTimeoutSeconds", WINDOW_SECONDS));
            if (old != null) {
                replay(command.path("eventId").asText());
            }
        }

        private void replay(String last) {
            var missed = new ArrayList<ObjectNode>();
            boolean isAfter = last.isEmpty();
            for (ObjectNode event : events.subList(session.begin, events.size())) {
                if (isAfter && isWanted(session, event)) {
                    missed.add(event);
                }
                isAfter |= event.path("id").asText().equals(last);
            }
            if (!missed.isEmpty() && !mute) {
                show(session, missed);
            }
        }

        private void say(JsonNode command) {
            send(answer(command, 200));
        }

        private void refuse(JsonNode command, int status, String text) {
            ObjectNode answer = answer(command, status);
            answer.putObject("error").put("errorText", text);
            send(answer);
        }

        private static ObjectNode answer(JsonNode command, int status) {
            return Json.object()
                    .put("commandId", command.path("commandId").asInt())
                    .put("status", status);
        }

        private void send(ObjectNode message) {
            socket.writeTextMessage(message.toString());
        }
    }
}
