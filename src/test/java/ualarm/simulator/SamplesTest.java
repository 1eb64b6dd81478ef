package ualarm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ualarm.simulator.Client.Told;
import ualarm.site.Edition;

/**
 * The requests of Milestone's own samples (milestone-api.md, source P), one for one in their order, and what each sample needs of the
 * answers to go on. The samples themselves ran against this simulator, unchanged but for address, user and password.
 */
class SamplesTest {

    private static final String GATE = Vms.names().get("camera.North gate");
    private static final String MOTION_STARTED = "6eb95dd6-7ccc-4bce-99f8-af0d0b582d77";
    private static final String MOTION_STOPPED = "6f55a7a7-d21c-4629-ac18-af1975e395a2";
    private static final String RECORDING_STARTED = "4577f552-765a-438c-bc7d-e5ff1f754bc3";
    private static final String RECORDING_STOPPED = "79a94f89-92de-4fca-8a43-5561d407423d";

    /** The filter of the WebSocket sample. */
    private static final String FILTER =
            """
            [{"modifier":"include","resourceTypes":["cameras"],"sourceIds":["*"],"eventTypes":["%s","%s","%s","%s"]}]
            """.formatted(MOTION_STARTED, MOTION_STOPPED, RECORDING_STARTED, RECORDING_STOPPED);

    private XProtect xprotect;
    private Client client;

    @BeforeEach
    void start() {
        xprotect = new XProtect(Release.of("2025 R1").orElseThrow(), Edition.CORPORATE, 0);
        client = new Client(xprotect.server().url());
        assertThat(client.logIn().status()).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        xprotect.close();
    }

    private static JsonNode done(Told told, int status) {
        assertThat(told.status()).as(told.body().toString()).isEqualTo(status);
        return told.body();
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** EventsRestApiPython: triggers a user-defined event that is not one of XProtect's own, and reads it back. */
    @Test
    void anEventIsTriggeredAndReadBack() {
        Set<String> own = Set.of(
                "85867627-b287-4439-9e55-a63701e1715b",
                "77b1e70d-ba8d-4bb8-9ee8-43b09746d82a",
                "7605f8b0-7f5f-4432-b223-0bb2dc3f1f5c");
        var types = list(done(client.get("userDefinedEvents"), 200).path("array"));
        assertThat(types).extracting(type -> type.path("id").asText()).containsAll(own);
        String type = types.stream()
                .map(each -> each.path("id").asText())
                .filter(id -> !own.contains(id))
                .findFirst()
                .orElseThrow();
        var event = done(client.ask("POST", "events", "{\"type\": \"" + type + "\"}"), 202)
                .path("data");
        assertThat(event.path("source").asText()).isEqualTo("userDefinedEvents/" + type);
        var events =
                list(done(client.get("events?page=0&size=10&include=data"), 200).path("array"));
        String last = events.get(events.size() - 1).path("id").asText();
        assertThat(done(client.get("events/" + last), 200).path("data")).isEqualTo(event);
    }

    /** AlarmsRestApiPython: raises an alarm at the first camera, reads it, and gives it another state and priority. */
    @Test
    void anAlarmIsRaisedReadAndUpdated() {
        String camera = done(client.get("cameras"), 200).at("/array/0/id").asText();
        var raised = client.ask(
                "POST",
                "alarms",
                "{\"name\": \"my first alarm name\", \"message\": \"my first alarm message\", \"source\": \"" + camera
                        + "\"}");
        String path = "alarms/" + done(raised, 202).at("/data/id").asText();
        var read = done(client.get(path + "?include=data"), 200).path("data");
        assertThat(read).isEqualTo(raised.at("/data"));
        assertThat(read.path("source").asText()).isEqualTo("cameras/" + camera);
        var states = done(client.get("alarmStates"), 200).path("array");
        assertThat(read.path("state")).isEqualTo(states.get(0));
        var priorities = list(done(client.get("alarmPriorities"), 200).path("array"));
        var priority = priorities.get(priorities.size() - 1);
        var updated = update(path, states.get(0), priority, "null");
        assertThat(updated.path("priority")).isEqualTo(priority);
        assertThat(updated.properties()).hasSameSizeAs(read.properties());
        var alarms = list(done(client.get("alarms?page=0&size=10"), 200).path("array"));
        assertThat(alarms).containsExactly(updated);
        var closed = update(path, states.get(3), priority, "\"Guard\"");
        assertThat(closed.at("/state/name").asText()).isEqualTo("Closed");
        assertThat(closed.at("/assignedTo/displayName").asText()).isEqualTo("Guard");
    }

    private JsonNode update(String path, JsonNode state, JsonNode priority, String assignedTo) {
        String body =
                """
                {"state": "%s", "priority": "%s", "comment": null, "assignedTo.displayName": %s, "reasonForClosing": null}
                """.formatted(state.path("id").asText(), priority.path("id").asText(), assignedTo);
        return done(client.ask("PATCH", path, body), 202).path("data");
    }

    /** RestfulCommunicationPython, the part that always runs: a user-defined event is made, renamed and deleted. */
    @Test
    void aUserDefinedEventIsMadeRenamedAndDeleted() {
        var made = done(client.ask("POST", "userDefinedEvents", "{\"name\": \"my Python event\"}"), 201)
                .path("result");
        String path = "userDefinedEvents/" + made.path("id").asText();
        assertThat(done(client.get(path), 200).path("data")).isEqualTo(made);
        var renamed = done(client.ask("PUT", path, "{\"name\": \"my updated Python event\"}"), 200)
                .path("data");
        assertThat(renamed.path("displayName").asText()).isEqualTo("my updated Python event");
        done(client.ask("DELETE", path, ""), 200);
        done(client.get(path), 404);
    }

    /** RestfulCommunicationPython, after its comments are taken out: a PTZ camera is asked for its presets by a task. */
    @Test
    void aTaskIsBegunAwaitedAndCleanedUp() {
        done(client.get("cameras"), 200);
        String presets = "cameras/" + GATE + "/ptzpresets";
        var tasks = list(done(client.get(presets + "?tasks&noData"), 200).path("tasks"));
        assertThat(tasks).extracting(task -> task.path("id").asText()).contains("GetDevicePresets");
        var begun = done(client.ask("POST", presets + "?task=GetDevicePresets", "{\"sessionDataId\": 0}"), 200);
        String path = "tasks/" + begun.at("/result/path/id").asText();
        assertThat(done(client.get(path), 200).at("/data/state").asText()).isEqualTo("InProgress");
        assertThat(done(client.get(path), 200).at("/data/state").asText()).isEqualTo("Success");
        assertThat(done(client.ask("POST", path + "?task=TaskCleanup", "{}"), 200)
                        .has("result"))
                .isTrue();
        done(client.get(path), 404);
    }

    /** RestfulCommunicationPython, likewise: a rule is duplicated by all its members with another name and id. */
    @Test
    void aRuleIsDuplicated() {
        String rule = "{\"name\": \"Record on motion\", \"enabled\": true, \"startRuleType\": \"Event\"}";
        String id =
                done(client.ask("POST", "rules", rule), 201).at("/result/id").asText();
        var copy = (ObjectNode) done(client.get("rules/" + id), 200).path("data");
        done(
                client.ask(
                        "POST",
                        "rules",
                        copy.put("name", "Copy of Record on motion").toString()),
                400);
        copy.put("id", UUID.randomUUID().toString());
        var made = done(client.ask("POST", "rules", copy.toString()), 201).path("result");
        assertThat(made.path("id")).isEqualTo(copy.path("id"));
        assertThat(made.path("startRuleType").asText()).isEqualTo("Event");
        assertThat(done(client.get("rules"), 200).path("array")).hasSize(2);
    }

    private static JsonNode command(Client.Socket socket, int id, int status, String command, String more) {
        var answer = socket.command("{\"command\": \"" + command + "\", \"commandId\": " + id + more + "}");
        assertThat(answer.path("commandId").asInt()).isEqualTo(id);
        assertThat(answer.path("status").asInt()).as(answer.toString()).isEqualTo(status);
        return answer;
    }

    private static String session(String session, String event) {
        return ", \"sessionId\": \"" + session + "\", \"eventId\": \"" + event + "\"";
    }

    /** EventsAndStateWebSocketApiPython, event viewer: events are shown with names, and those of a break when the session is resumed. */
    @Test
    void eventsAreShownAndASessionIsResumed() {
        var socket = client.socket(true);
        String id = command(socket, 1, 201, "startSession", session("", ""))
                .path("sessionId")
                .asText();
        command(socket, 2, 200, "addSubscription", ", \"filters\": " + FILTER);
        xprotect.happens("dd3e6464-7dc0-405a-a92f-6150587563e8", "cameras/" + GATE);
        xprotect.happens(MOTION_STARTED, "cameras/" + GATE);
        var event = socket.next().at("/events/0");
        assertThat(event.properties())
                .extracting(Map.Entry::getKey)
                .contains("id", "type", "source", "time", "stategroupid");
        OffsetDateTime.parse(event.path("time").asText());
        assertThat(name(event.path("source").asText())).isEqualTo("North gate");
        assertThat(name("eventTypes/" + event.path("type").asText())).isEqualTo("Motion Started");
        xprotect.cutSockets();
        xprotect.happens(MOTION_STOPPED, "cameras/" + GATE);
        var again = client.socket(true);
        command(again, 3, 200, "startSession", session(id, event.path("id").asText()));
        var missed = again.next().path("events");
        assertThat(missed).hasSize(1);
        assertThat(missed.at("/0/type").asText()).isEqualTo(MOTION_STOPPED);
        xprotect.endSessions();
        command(
                client.socket(true),
                4,
                201,
                "startSession",
                session(id, missed.at("/0/id").asText()));
    }

    private String name(String path) {
        return done(client.get(path), 200).at("/data/displayName").asText();
    }

    /** EventsAndStateWebSocketApiPython, state viewer: the states of all cameras, each with its group's name and its own. */
    @Test
    void statesAreShown() {
        xprotect.happens(MOTION_STARTED, "cameras/" + GATE);
        var socket = client.socket(true);
        command(socket, 1, 201, "startSession", session("", ""));
        command(socket, 2, 200, "addSubscription", ", \"filters\": " + FILTER);
        var states = list(command(socket, 3, 200, "getState", "").path("states"));
        assertThat(states).hasSize(14);
        var moving = states.stream()
                .filter(state -> state.path("type").asText().equals(MOTION_STARTED))
                .toList();
        assertThat(moving).singleElement().satisfies(state -> {
            assertThat(state.path("source").asText()).isEqualTo("cameras/" + GATE);
            assertThat(name("stateGroups/" + state.path("stategroupid").asText()))
                    .isEqualTo("Motion");
            assertThat(done(client.get("eventTypes/" + MOTION_STARTED), 200)
                            .at("/data/state")
                            .asText())
                    .isEqualTo("Motion");
        });
    }

    /** EventsAndStateWebSocketJavaScript: says its token by a command, and counts its commands from 0. */
    @Test
    void aSocketIsAuthenticatedByACommandAndASubscriptionRemoved() {
        var socket = client.socket(false);
        assertThat(command(socket, 0, 401, "authenticate", ", \"token\": \"Bearer wrong\"")
                        .at("/error/errorText")
                        .asText())
                .isNotEmpty();
        command(socket, 0, 200, "authenticate", ", \"token\": \"Bearer " + client.token() + "\"");
        command(socket, 1, 201, "startSession", session("", ""));
        String filters =
                ", \"subscriptionId\": \"\", \"filters\": [{\"modifier\": \"Include\", \"resourceTypes\": [\"*\"],"
                        + " \"sourceIds\": [\"*\"], \"eventTypes\": [\"*\"]}]";
        String subscription = command(socket, 2, 200, "addSubscription", filters)
                .path("subscriptionId")
                .asText();
        String type = Vms.names().get("user-defined-event.Lockdown");
        done(client.ask("POST", "events", "{\"type\": \"" + type + "\"}"), 202);
        assertThat(socket.next().at("/events/0/source").asText()).isEqualTo("userDefinedEvents/" + type);
        String removal = ", \"subscriptionId\": \"" + subscription + "\"";
        command(socket, 3, 200, "removeSubscription", removal);
        xprotect.happens(MOTION_STARTED, "cameras/" + GATE);
        assertThat(command(socket, 4, 400, "removeSubscription", removal)
                        .path("error")
                        .has("errorText"))
                .isTrue();
        assertThat(socket.isQuiet()).isTrue();
    }
}
