package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import ualarm.site.Edition;

/** The Config API: lists with paging, and what can be made, changed and deleted (milestone-api.md 3, 8). */
final class Configuration implements Resource {

    private static final Set<String> WRITABLE =
            Set.of("analyticsEvents", "alarmDefinitions", "userDefinedEvents", "rules");

    /** Answered by others, or below something. */
    private static final Set<String> ELSEWHERE = Set.of("events", "alarms", "bookmarks", "evidenceLocks", "ptzPresets");

    private final Vms vms;

    Configuration(Vms vms) {
        this.vms = vms;
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        Optional<String> resource = vms.resource(path.get(0)).filter(name -> !ELSEWHERE.contains(name));
        if (resource.isEmpty() || path.size() > 2 || request.query().containsKey("task")) {
            return Optional.empty();
        }
        String name = resource.get();
        if (name.equals("alarmDefinitions") && vms.edition() == Edition.ESSENTIAL) {
            return Optional.of(Answer.notLicensed());
        }
        // All samples that write use an administrator (milestone-api.md 8.4).
        if (!request.method().equals("GET") && !vms.isAdministrator()) {
            return Optional.of(Answer.forbidden());
        }
        return Optional.of(path.size() == 1 ? all(name, request) : one(name, path.get(1), request));
    }

    private Answer all(String name, Request request) {
        return switch (request.method()) {
            case "GET" -> list(name, request);
            case "POST" -> WRITABLE.contains(name) ? create(name, request.body()) : notAllowed();
            default -> notAllowed();
        };
    }

    private static Answer notAllowed() {
        return Answer.error(405, "The method is not allowed.");
    }

    private Answer list(String name, Request request) {
        var array = Json.MAPPER.createArrayNode();
        var all = vms.all(name).values().stream()
                .filter(each -> request.query().containsKey("disabled")
                        || each.path("enabled").asBoolean(true))
                .filter(each -> !vms.isHidden(each.path("id").asText()));
        vms.paging().page(all, request, Integer.MAX_VALUE).forEach(array::add);
        return Answer.json(200, spelled(Json.object().set("array", array)));
    }

    private JsonNode spelled(JsonNode body) {
        return vms.release().quotesBooleans() ? Json.quoted(body) : body;
    }

    private Answer create(String name, JsonNode body) {
        String called = body.path("name").asText();
        if (called.isEmpty()) {
            return Answer.error(400, "The property name is missing.");
        } else if (vms.all(name).values().stream()
                .anyMatch(each -> each.path("name").asText().equals(called))) {
            return Answer.error(400, "The name " + called + " is in use.");
        } else if (name.equals("alarmDefinitions")
                && vms.one("analyticsEvents", body.path("eventType").asText())
                        .or(() -> vms.one(
                                "userDefinedEvents", body.path("eventType").asText()))
                        .isEmpty()) {
            return Answer.error(400, "Unknown event type.");
        }
        // The samples give a rule its id; others get one.
        String id = body.path("id").asText(UUID.randomUUID().toString()).toLowerCase(Locale.ROOT);
        if (vms.one(name, id).isPresent()) {
            return Answer.error(400, "The id " + id + " is in use.");
        }
        ObjectNode made = body.deepCopy();
        made.put("id", id).put("displayName", called).put("lastModified", Vms.now());
        made.putObject("relations").set("self", Json.path(name, id));
        vms.add(name, made);
        return Answer.json(201, Json.object().set("result", made));
    }

    private Answer one(String name, String id, Request request) {
        Optional<ObjectNode> found = vms.one(name, id).filter(each -> !vms.isHidden(id));
        if (found.isEmpty()) {
            return Answer.error(404, "Object not found. " + name + "/" + id);
        } else if (request.method().equals("GET")) {
            return Answer.json(200, spelled(Json.object().set("data", found.get())));
        } else if (!WRITABLE.contains(name)) {
            return notAllowed();
        }
        return switch (request.method()) {
            case "PUT", "PATCH" -> {
                request.body().properties().forEach(each -> found.get().set(each.getKey(), each.getValue()));
                found.get()
                        .put("displayName", found.get().path("name").asText())
                        .put("lastModified", Vms.now());
                yield Answer.data(200, found.get());
            }
            case "DELETE" -> {
                vms.all(name).remove(id.toLowerCase(Locale.ROOT));
                yield Answer.json(200, Json.object().put("state", "Success"));
            }
            default -> notAllowed();
        };
    }
}
