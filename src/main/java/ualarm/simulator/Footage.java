package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import ualarm.site.Edition;

/**
 * Bookmarks and evidence locks, from 2024 R2 on; bookmarks from Professional+ on, locks in Corporate only (milestone-api.md 12, 13). Their
 * errors have a shape of their own.
 */
final class Footage implements Resource {

    private final Vms vms;

    Footage(Vms vms) {
        this.vms = vms;
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        boolean isLock = path.get(0).equalsIgnoreCase("evidenceLocks");
        if (!isLock && !path.get(0).equalsIgnoreCase("bookmarks")
                || !vms.release().hasTasks()
                || path.size() > 2) {
            return Optional.empty();
        } else if (isLock ? vms.edition() != Edition.CORPORATE : vms.edition().compareTo(Edition.PROFESSIONAL) < 0) {
            return Optional.of(error(403, "VMS64001: The feature is not licensed."));
        }
        String resource = isLock ? "evidenceLocks" : "bookmarks";
        return Optional.of(
                path.size() == 2
                        ? one(resource, path.get(1), request)
                        : request.method().equals("POST")
                                ? create(resource, isLock, request.body())
                                : error(405, "The method is not allowed."));
    }

    private static Answer error(int status, String text) {
        ObjectNode error = Json.object().put("httpCode", String.valueOf(status));
        error.putArray("details").addObject().put("errorText", text).put("property", "");
        return Answer.json(status, error);
    }

    private Answer create(String resource, boolean isLock, JsonNode body) {
        List<String> musts = isLock
                ? List.of("header", "startTime", "endTime", "devicePaths")
                : List.of("header", "timeBegin", "timeTriggered", "timeEnd", "devicePath");
        for (String must : musts) {
            if (!body.has(must)) {
                return error(400, "The property " + must + " is missing.");
            }
        }
        for (JsonNode device : isLock
                ? body.path("devicePaths")
                : Json.MAPPER.createArrayNode().add(body.path("devicePath"))) {
            if (!vms.isCamera(device.path("id").asText())) {
                return error(
                        400, "Device not found. cameras/" + device.path("id").asText());
            }
        }
        ObjectNode made = body.deepCopy();
        made.put("id", UUID.randomUUID().toString()).put("user", "ualarm");
        vms.add(resource, made);
        return Answer.data(201, made);
    }

    private Answer one(String resource, String id, Request request) {
        Optional<ObjectNode> found = vms.one(resource, id);
        if (found.isEmpty()) {
            return error(404, "Not found.");
        }
        return switch (request.method()) {
            case "GET" -> Answer.data(200, found.get());
            case "PATCH" -> {
                request.body().properties().forEach(each -> found.get().set(each.getKey(), each.getValue()));
                yield Answer.data(200, found.get());
            }
            case "DELETE" -> {
                vms.all(resource).remove(id.toLowerCase(Locale.ROOT));
                yield Answer.json(200, Json.object().put("state", "Success"));
            }
            default -> error(405, "The method is not allowed.");
        };
    }
}
