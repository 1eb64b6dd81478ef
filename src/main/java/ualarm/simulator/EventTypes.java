package ualarm.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the ids in events mean: event types, and the groups of states that some of them tell (milestone-api.md 4.2, 10). Which ids there are
 * is known; their states' names and the ids of most groups are not, and made up here.
 */
final class EventTypes implements Resource {

    /** The groups that event types stand in (milestone-api.md 8.2). */
    private static final String DEVICE_EVENTS = "1eacbcad-d566-4375-834b-cfbe3d937caa";

    private static final String ANALYTICS_EVENTS = "a96692c8-51b1-4f87-b12c-0d3d9cbfc5a4";
    private static final String EXTERNAL_EVENTS = "5946b6fa-44d9-4f4c-82bb-46a17b924265";

    /** A group of states, of which a device is in one. */
    private record Group(String id, String name) {}

    /** An event of a device: it is in that state from then on. */
    private record OfDevice(String id, String name, Group group, String state) {}

    private static final Group MOTION = new Group("720ef62a-78be-418a-8e4c-ee04ffca6429", "Motion");
    private static final Group RECORDING = new Group("c0a80001-0000-4000-8000-00000000e002", "Recording");
    private static final Group COMMUNICATION = new Group("c0a80001-0000-4000-8000-00000000e003", "Communication");
    private static final Group HARDWARE = new Group("c0a80001-0000-4000-8000-00000000e004", "Hardware communication");
    private static final Group OUTPUT = new Group("c0a80001-0000-4000-8000-00000000e005", "Output");
    private static final List<Group> GROUPS = List.of(MOTION, RECORDING, COMMUNICATION, HARDWARE, OUTPUT);

    private static final List<OfDevice> OF_DEVICES = List.of(
            new OfDevice("6eb95dd6-7ccc-4bce-99f8-af0d0b582d77", "Motion Started", MOTION, "Motion"),
            new OfDevice("6f55a7a7-d21c-4629-ac18-af1975e395a2", "Motion Stopped", MOTION, "No Motion"),
            new OfDevice("4577f552-765a-438c-bc7d-e5ff1f754bc3", "Recording Started", RECORDING, "Recording"),
            new OfDevice("79a94f89-92de-4fca-8a43-5561d407423d", "Recording Stopped", RECORDING, "Not Recording"),
            new OfDevice("dd3e6464-7dc0-405a-a92f-6150587563e8", "Communication Started", COMMUNICATION, "OK"),
            new OfDevice("0ee90664-2924-42a0-a816-4129d0ecabdc", "Communication Stopped", COMMUNICATION, "Stopped"),
            new OfDevice("a334af1c-4b4b-4957-9e5f-ab8ca07feab6", "Communication Error", COMMUNICATION, "Error"),
            new OfDevice("0553c396-5e16-4c22-b3d1-f548e42dfbb4", "Hardware Communication Started", HARDWARE, "OK"),
            new OfDevice("63ea1f06-5a83-4f39-9fab-49959fde7b66", "Hardware Communication Stopped", HARDWARE, "Stopped"),
            new OfDevice("6baad64b-c395-4f52-b6a3-dd1b64aa2f0f", "Hardware Communication Error", HARDWARE, "Error"),
            new OfDevice("7a78f5bb-d8c3-4997-89b7-cae72713b7db", "Output Activated", OUTPUT, "Active"),
            new OfDevice("35742498-bcc5-4f0a-9800-827c9388d1cd", "Output Deactivated", OUTPUT, "Inactive"));

    /** The states that cameras are in at the start: connected, nothing moves, nothing is recorded. */
    static final List<String> AT_REST = List.of(
            "dd3e6464-7dc0-405a-a92f-6150587563e8",
            "6f55a7a7-d21c-4629-ac18-af1975e395a2",
            "79a94f89-92de-4fca-8a43-5561d407423d");

    private final Vms vms;

    EventTypes(Vms vms) {
        this.vms = vms;
    }

    private static Optional<OfDevice> ofDevice(String type) {
        return OF_DEVICES.stream()
                .filter(each -> each.id().equalsIgnoreCase(type))
                .findFirst();
    }

    /** @return whether devices tell events of that type, which nobody else may trigger (milestone-api.md 4.1) */
    static boolean isOfDevices(String type) {
        return ofDevice(type).isPresent();
    }

    /** @return the group of the state that an event of that type tells; nothing when it tells none */
    static Optional<String> stateGroup(String type) {
        return ofDevice(type).map(each -> each.group().id());
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        return switch (path.get(0).toLowerCase(Locale.ROOT)) {
            case "eventtypes" -> Optional.of(answer("eventTypes", types(), path, request));
            case "stategroups" ->
                vms.release().hasEventsSocket()
                        ? Optional.of(answer("stateGroups", groups(), path, request))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Answer answer(String name, Stream<ObjectNode> all, List<String> path, Request request) {
        if (!request.method().equals("GET") || path.size() > 2) {
            return Answer.error(405, "The method is not allowed.");
        } else if (path.size() == 1) {
            var array = Json.MAPPER.createArrayNode();
            vms.paging().page(all, request, Integer.MAX_VALUE).forEach(array::add);
            return Answer.json(200, Json.object().set("array", array));
        }
        return all.filter(each -> each.path("id").asText().equalsIgnoreCase(path.get(1)))
                .findFirst()
                .map(each -> Answer.data(200, each))
                .orElseGet(() -> Answer.error(404, "Object not found. " + name + "/" + path.get(1)));
    }

    private static Stream<ObjectNode> groups() {
        return GROUPS.stream().map(group -> Vms.named("stateGroups", group.id(), group.name()));
    }

    private Stream<ObjectNode> types() {
        return Stream.of(
                        OF_DEVICES.stream().map(this::ofDevices),
                        ofAll("analyticsEvents", "MIPDevice", ANALYTICS_EVENTS),
                        ofAll("userDefinedEvents", "External", EXTERNAL_EVENTS))
                .flatMap(each -> each);
    }

    private ObjectNode ofDevices(OfDevice type) {
        ObjectNode object =
                type(type.id(), type.name(), "RecorderPlugin", DEVICE_EVENTS).put("builtIn", true);
        return vms.release().hasEventsSocket()
                ? object.put("stateGroupId", type.group().id()).put("state", type.state())
                : object;
    }

    private Stream<ObjectNode> ofAll(String resource, String generator, String group) {
        return vms.all(resource).values().stream()
                .map(each -> type(each.path("id").asText(), each.path("name").asText(), generator, group));
    }

    private static ObjectNode type(String id, String name, String generator, String group) {
        ObjectNode object = Vms.named("eventTypes", id, name)
                .put("name", name.replace(" ", ""))
                .put("generatorType", generator)
                .put("generatorSubtype", "")
                .put("occursGlobally", false)
                .put("builtIn", false);
        object.withObject("/relations").set("parent", Json.path("eventTypeGroups", group));
        return object;
    }
}
