package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import ualarm.site.Edition;

/** The Alarms API, from 2023 R2 on and not in Essential+ (milestone-api.md 5). */
final class Alarms implements Resource {

    static final ObjectNode NEW = level("New", 1);

    private static final List<ObjectNode> STATES =
            List.of(NEW, level("In progress", 4), level("On hold", 9), level("Closed", 11));

    private static final List<ObjectNode> PRIORITIES = List.of(
            level("High", 1).put("id", Vms.HIGH),
            level("Medium", 2).put("id", "9ad9338b-22ba-4f2e-bf62-e6948ae99bbf"),
            level("Low", 3).put("id", "34f1f987-6854-44fb-88a5-daa0add1e38a"));

    /** Is written, and not among the members of an alarm that is read. */
    private static final Set<String> REMARKS = Set.of("comment", "reasonForClosing");

    private final Vms vms;
    private final Listing listing;

    Alarms(Vms vms) {
        this.vms = vms;
        listing = new Listing(vms.paging());
    }

    private static ObjectNode level(String name, int level) {
        String id = "c0a80001-0000-4000-8000-%012d".formatted(level);
        return Json.object().put("id", id).put("level", level).put("name", name);
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        String resource = path.get(0).toLowerCase(Locale.ROOT);
        if (!resource.startsWith("alarm")
                || resource.equals("alarmdefinitions")
                || !vms.release().hasEvents()) {
            return Optional.empty();
        } else if (vms.edition() == Edition.ESSENTIAL) {
            return Optional.of(Answer.notLicensed());
        }
        return switch (resource) {
            case "alarms" -> alarms(path, request);
            case "alarmstates" -> Optional.of(array(STATES));
            case "alarmpriorities" -> Optional.of(array(PRIORITIES));
            case "alarmcategories", "alarmmessages" -> Optional.of(array(List.of()));
            default -> Optional.empty();
        };
    }

    private static Answer array(List<? extends JsonNode> objects) {
        return Answer.json(
                200, Json.object().set("array", Json.MAPPER.createArrayNode().addAll(objects)));
    }

    private Optional<Answer> alarms(List<String> path, Request request) {
        if (path.size() == 1) {
            return Optional.of(
                    request.method().equals("POST") ? raise(request.body()) : listing.list(vms.all("alarms"), request));
        }
        Optional<ObjectNode> alarm = vms.one("alarms", path.get(1));
        if (alarm.isEmpty()) {
            return Optional.of(Answer.error(404, "Alarm not found."));
        } else if (path.size() == 3 && path.get(2).equalsIgnoreCase("snapshots")) {
            return Optional.of(snapshots(alarm.get(), request));
        } else if (path.size() > 2) {
            return Optional.empty();
        }
        return Optional.of(
                switch (request.method()) {
                    case "GET" -> Answer.data(200, Listing.shown(alarm.get(), request));
                    case "PUT", "PATCH" -> update(alarm.get(), request.body());
                    default -> Answer.error(405, "The method is not allowed.");
                });
    }

    private Answer raise(JsonNode body) {
        String source = body.path("source").asText();
        if (body.path("name").asText().isEmpty()
                || body.path("message").asText().isEmpty()) {
            return Answer.error(400, "Name and message are mandatory.");
        } else if (!vms.isCamera(source)) {
            return Answer.error(400, "Unknown source.");
        }
        ObjectNode alarm = vms.raise(
                body.path("name").asText(),
                body.path("message").asText(),
                "cameras/" + source.replaceFirst("(?i)^cameras/", ""),
                body.path("time").asText());
        body.properties().stream()
                .filter(each -> !alarm.has(each.getKey()) || each.getKey().matches("priority|tag"))
                .forEach(each -> alarm.set(each.getKey(), byId(each.getValue())));
        return Answer.data(202, alarm);
    }

    /** A state or priority is sent as its id and told as an object. */
    private static JsonNode byId(JsonNode value) {
        for (List<ObjectNode> all : List.of(STATES, PRIORITIES)) {
            for (ObjectNode each : all) {
                if (each.path("id").asText().equalsIgnoreCase(value.asText())) {
                    return each;
                }
            }
        }
        return value;
    }

    /** What is null stays as it is. */
    private static Answer update(ObjectNode alarm, JsonNode body) {
        body.properties().stream()
                .filter(each -> !each.getValue().isNull() && !REMARKS.contains(each.getKey()))
                .forEach(each -> set(alarm, each.getKey(), byId(each.getValue())));
        alarm.put("lastUpdatedTime", Vms.now());
        return Answer.data(202, alarm);
    }

    /** A name such as {@code assignedTo.displayName} is the way to a member. */
    private static void set(ObjectNode alarm, String name, JsonNode value) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            alarm.set(name, value);
        } else {
            String parent = name.substring(0, dot);
            if (!alarm.path(parent).isObject()) {
                alarm.set(parent, Json.object());
            }
            set((ObjectNode) alarm.get(parent), name.substring(dot + 1), value);
        }
    }

    /** What is posted here is not known (milestone-api.md 5.3): anything is taken. */
    private static Answer snapshots(ObjectNode alarm, Request request) {
        if (request.method().equals("POST")) {
            alarm.withArray("/snapshots").add(request.body());
            return Answer.data(202, request.body());
        }
        return Answer.json(200, Json.object().set("array", alarm.withArray("/snapshots")));
    }
}
