package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import ualarm.site.Edition;

/**
 * What a simulated XProtect has, and what was done to it: its configuration by resource and id, its events, alarms, bookmarks and
 * evidence locks. Only the thread that answers requests changes it.
 */
public final class Vms {

    /** The id of the site, and of its licence (milestone-api.md 3.3). */
    static final String SITE = "c0a80001-0000-4000-8000-00000000517e";

    /** Id of the analytics event {@code U-Alarm}; those of other names are made of the name. */
    private static final String U_ALARM = "0fcb1955-0e80-4fd4-a78a-db47ee89700c";

    /** The cameras, by id; two bear one name, and one's id is in upper case, as XProtect has some (milestone-api.md 14). */
    private static final Map<String, String> CAMERAS = ordered(
            "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab", "North gate",
            "1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED", "Lobby",
            "2c9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4b01", "Hof Süd",
            "2c9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4b02", "Twin",
            "2c9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4b03", "Twin",
            "5e5e5e5e-0000-4000-8000-000000000001", "Shop door",
            "5e5e5e5e-0000-4000-8000-000000000002", "Back yard");

    private static final Map<String, String> OUTPUTS = ordered(
            "d0d0d0d0-0000-4000-8000-000000000001", "Siren",
            "d0d0d0d0-0000-4000-8000-000000000002", "Floodlight");

    /** PTZ presets of the North gate. */
    private static final Map<String, String> PRESETS = ordered(
            "e0e0e0e0-0000-4000-8000-000000000001", "Close-up",
            "e0e0e0e0-0000-4000-8000-000000000002", "Street");

    /** The user-defined events that every XProtect has (milestone-api.md 4.2). */
    private static final Map<String, String> REQUESTS = ordered(
            "85867627-b287-4439-9e55-a63701e1715b", "RequestStartRecording",
            "77b1e70d-ba8d-4bb8-9ee8-43b09746d82a", "RequestStopRecording",
            "7605f8b0-7f5f-4432-b223-0bb2dc3f1f5c", "RequestPlayAudio");

    private static final String HARDWARE = "c0a80001-0000-4000-8000-0000000000a1";
    private static final String RECORDER = "c0a80001-0000-4000-8000-0000000000b1";

    /** The group of analytics events in alarm definitions, and the priority High (milestone-api.md 8.2, 5.3). */
    private static final String ANALYTICS_EVENTS = "a96692c8-51b1-4f87-b12c-0d3d9cbfc5a4";

    static final String HIGH = "8188ff24-b5da-4c19-9ebf-c1d8fc2caa75";

    private final Release release;
    private final Edition edition;
    private final Map<String, Map<String, ObjectNode>> resources = new LinkedHashMap<>();
    private final Paging paging = new Paging();
    private final Set<String> hidden = new HashSet<>();
    private boolean keepsEvents = true;
    private long lastLocalId;
    private Consumer<ObjectNode> whenTriggered = event -> {};
    private boolean isAdministrator = true;

    Vms(Release release, Edition edition) {
        this.release = release;
        this.edition = edition;
        CAMERAS.forEach((id, name) -> add("cameras", camera(id, name)));
        OUTPUTS.forEach((id, name) -> add("outputs", named("outputs", id, name).put("enabled", true)));
        PRESETS.forEach((id, name) -> add("ptzPresets", named("ptzPresets", id, name)));
        add("sites", site());
        add("licenseInformations", licence());
        add("hardware", named("hardware", HARDWARE, "Camera box").put("address", "http://10.0.0.13/"));
        add("recordingServers", named("recordingServers", RECORDER, "REC-01").put("hostName", "rec-01"));
        REQUESTS.forEach((id, name) ->
                add("userDefinedEvents", named("userDefinedEvents", id, name).put("subtype", "System")));
        add(
                "userDefinedEvents",
                named("userDefinedEvents", id("userDefinedEvents", "Lockdown"), "Lockdown")
                        .put("subtype", "UserDefined"));
        for (String empty : new String[] {"analyticsEvents", "alarmDefinitions", "rules", "events", "alarms"}) {
            all(empty);
        }
        addAnalyticsEvent("U-Alarm");
    }

    private static Map<String, String> ordered(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /** @return the ids of the cameras that every simulated XProtect has */
    static Set<String> cameras() {
        return CAMERAS.keySet();
    }

    /** An id that is the same each time. */
    private static String id(String resource, String name) {
        return UUID.nameUUIDFromBytes((resource + "/" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** @return a name for people to the id of what bears it: {@code camera.North gate}; of two that bear it the first */
    public static Map<String, String> names() {
        var names = new LinkedHashMap<String, String>();
        CAMERAS.forEach((id, name) -> names.putIfAbsent("camera." + name, id.toLowerCase(Locale.ROOT)));
        OUTPUTS.forEach((id, name) -> names.put("output." + name, id));
        PRESETS.forEach((id, name) -> names.put("preset." + name, id));
        names.put("user-defined-event.Lockdown", id("userDefinedEvents", "Lockdown"));
        return names;
    }

    /**
     * @param name an analytics event's name
     * @return its id
     */
    public static String analyticsEvent(String name) {
        return name.equals("U-Alarm") ? U_ALARM : id("analyticsEvents", name);
    }

    static ObjectNode named(String resource, String id, String name) {
        ObjectNode object = Json.object()
                .put("displayName", name)
                .put("id", id)
                .put("name", name)
                .put("description", "")
                .put("lastModified", "2025-10-27T15:03:52.8070000Z");
        object.putObject("relations").set("self", Json.path(resource, id));
        return object;
    }

    private static ObjectNode camera(String id, String name) {
        ObjectNode camera = named("cameras", id, name)
                .put("enabled", true)
                .put("channel", 0)
                .put("createdDate", "0001-01-01T00:00:00.0000000")
                .put("recordingEnabled", true);
        camera.withObject("/relations").set("parent", Json.path("hardware", HARDWARE));
        return camera;
    }

    private ObjectNode site() {
        return named("sites", SITE, "VMS-01").put("version", release.productVersion());
    }

    private ObjectNode licence() {
        String product = "XProtect " + edition.label() + " " + release;
        return named("licenseInformations", SITE, product)
                .put("slc", "M01-C01-251-01-123456")
                // Only that of Corporate is documented.
                .put("sku", edition == Edition.CORPORATE ? "XPCO" : "XPSIM")
                .put("careLevel", "Plus");
    }

    /** @return whether the user may change the configuration */
    boolean isAdministrator() {
        return isAdministrator;
    }

    void setAdministrator(boolean may) {
        isAdministrator = may;
    }

    Release release() {
        return release;
    }

    Edition edition() {
        return edition;
    }

    /** @return whether there is a collection of that name, in any case */
    Optional<String> resource(String name) {
        return resources.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
    }

    /** @return how lists are cut into pages */
    Paging paging() {
        return paging;
    }

    /** @param keeps whether events are stored: whether their retention is more than 0 days (milestone-api.md 4.3) */
    void keepEvents(boolean keeps) {
        keepsEvents = keeps;
    }

    /** @param isHidden whether the user may not see the camera */
    void hide(String camera, boolean isHidden) {
        if (isHidden) {
            hidden.add(camera.toLowerCase(Locale.ROOT));
        } else {
            hidden.remove(camera.toLowerCase(Locale.ROOT));
        }
    }

    /** @return whether a path or a bare GUID names a camera that the user may not see */
    boolean isHidden(String source) {
        return hidden.contains(source.toLowerCase(Locale.ROOT).replaceFirst("^cameras/", ""));
    }

    /** @param listener is told of each event */
    void whenTriggered(Consumer<ObjectNode> listener) {
        whenTriggered = listener;
    }

    /** @return all objects of a collection, by their ids in lower case */
    Map<String, ObjectNode> all(String resource) {
        return resources.computeIfAbsent(resource, name -> new LinkedHashMap<>());
    }

    Optional<ObjectNode> one(String resource, String id) {
        return Optional.ofNullable(all(resource).get(id.toLowerCase(Locale.ROOT)));
    }

    void add(String resource, ObjectNode object) {
        all(resource).put(object.path("id").asText().toLowerCase(Locale.ROOT), object);
    }

    /** Adds a camera; its id is made of its name. */
    void addCamera(String name) {
        add("cameras", camera(id("cameras", name), name));
    }

    /**
     * Adds an analytics event; its id is that of {@link #analyticsEvent}.
     *
     * @param name its name
     */
    void addAnalyticsEvent(String name) {
        ObjectNode event = named("analyticsEvents", analyticsEvent(name), name);
        event.putArray("sourceArray").add("Camera");
        add("analyticsEvents", event);
    }

    /** Adds an alarm definition that raises an alarm for every camera when an analytics event is triggered (milestone-api.md 8.2). */
    void addAlarmDefinition(String event) {
        ObjectNode definition = named("alarmDefinitions", id("alarmDefinitions", event), event + " alarm")
                .put("enabled", true)
                .put("eventTypeGroup", ANALYTICS_EVENTS)
                .put("eventType", analyticsEvent(event))
                .put("priority", HIGH);
        CAMERAS.keySet().forEach(id -> definition.withArray("/sourceList").add(Json.path("cameras", id)));
        add("alarmDefinitions", definition);
    }

    /**
     * Triggers an event; alarm definitions on it raise alarms (milestone-api.md 4.1, 15.3).
     *
     * @param type id of the event type
     * @param source a path such as {@code cameras/…}; empty for none
     * @param time when it happened, as it was written; empty = now
     * @return the event
     */
    ObjectNode trigger(String type, String source, String time) {
        return trigger(type, source, time, MissingNode.getInstance());
    }

    /** Triggers an event with data, see above. */
    ObjectNode trigger(String type, String source, String time, JsonNode data) {
        ObjectNode event = Json.object()
                .put("id", UUID.randomUUID().toString())
                .put("type", type)
                .put("source", source)
                .put("time", time.isEmpty() ? now() : time)
                .put("localId", ++lastLocalId);
        if (!data.isMissingNode()) {
            event.set("data", data);
        }
        if (keepsEvents) {
            add("events", event);
        }
        whenTriggered.accept(event);
        all("alarmDefinitions").values().stream()
                .filter(definition -> definition.path("enabled").asBoolean(true)
                        && definition.path("eventType").asText().equalsIgnoreCase(type)
                        && covers(definition, source))
                .forEach(definition -> raise(
                        definition.path("name").asText(),
                        eventName(type),
                        source,
                        event.path("time").asText()));
        return event;
    }

    private static boolean covers(JsonNode definition, String source) {
        JsonNode sources = definition.path("sourceList");
        if (sources.isEmpty()) {
            return true;
        }
        for (JsonNode each : sources) {
            String path = each.path("type").asText() + "/" + each.path("id").asText();
            if (!each.has("id") || path.equalsIgnoreCase(source)) {
                return true;
            }
        }
        return false;
    }

    private String eventName(String type) {
        return one("analyticsEvents", type)
                .or(() -> one("userDefinedEvents", type))
                .map(event -> event.path("name").asText())
                .orElse("");
    }

    /** @return the stored alarm (milestone-api.md 5.2) */
    ObjectNode raise(String name, String message, String source, String time) {
        ObjectNode alarm = Json.object()
                .put("id", UUID.randomUUID().toString())
                .put("localId", ++lastLocalId)
                .put("source", source)
                .put("time", time.isEmpty() ? now() : time)
                .put("lastUpdatedTime", now())
                .put("name", name)
                .put("message", message)
                .put("tag", "");
        if (source.startsWith("cameras/")) {
            alarm.put("cameraId", source.replaceFirst("^cameras/", ""));
        }
        alarm.set("priority", Json.object().put("id", HIGH).put("level", 1).put("name", "High"));
        alarm.set("state", Alarms.NEW.deepCopy());
        add("alarms", alarm);
        return alarm;
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** @return whether a path or a bare GUID names a camera (milestone-api.md 14) */
    boolean isCamera(String source) {
        return one("cameras", source.replaceFirst("(?i)^cameras/", "")).isPresent();
    }
}
