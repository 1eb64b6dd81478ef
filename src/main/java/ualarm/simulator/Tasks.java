package ualarm.simulator;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Tasks of the Config API, which go on by themselves: they are listed, begun, asked after and cleaned up (milestone-api.md 3). The one that
 * is known is there: it reads PTZ presets from the camera.
 */
final class Tasks implements Resource {

    private static final String PRESETS = "GetDevicePresets";

    private final Vms vms;

    /** The tasks under way, with how often each was asked after. */
    private final Map<String, Integer> underWay = new HashMap<>();

    Tasks(Vms vms) {
        this.vms = vms;
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        if (path.get(0).equalsIgnoreCase("tasks") && path.size() == 2) {
            return Optional.of(one(path.get(1).toLowerCase(Locale.ROOT), request));
        } else if (request.method().equals("GET") && request.query().containsKey("tasks")) {
            return Optional.of(list(path));
        } else if (isOfPresets(path)
                && request.method().equals("POST")
                && PRESETS.equalsIgnoreCase(request.query().get("task"))) {
            return Optional.of(begin());
        }
        return Optional.empty();
    }

    private boolean isOfPresets(List<String> path) {
        return path.size() == 3
                && path.get(0).equalsIgnoreCase("cameras")
                && vms.one("cameras", path.get(1)).isPresent()
                && path.get(2).equalsIgnoreCase("ptzPresets");
    }

    private Answer list(List<String> path) {
        var tasks = Json.object();
        var array = tasks.putArray("tasks");
        if (isOfPresets(path)) {
            array.addObject().put("id", PRESETS).put("displayName", "Get PTZ presets from device");
        }
        return Answer.json(200, tasks);
    }

    private Answer begin() {
        String id = UUID.randomUUID().toString();
        underWay.put(id, 0);
        return result(id, "InProgress");
    }

    private static Answer result(String id, String state) {
        var result = Json.object().put("state", state);
        result.set("path", Json.path("tasks", id));
        return Answer.json(200, Json.object().set("result", result));
    }

    /** A task is done when it is asked after for the second time, so that who asks has to ask again. */
    private Answer one(String id, Request request) {
        if (!underWay.containsKey(id)) {
            return Answer.error(404, "Object not found. tasks/" + id);
        } else if (request.method().equals("GET")) {
            int asked = underWay.merge(id, 1, Integer::sum);
            return Answer.data(
                    200,
                    Json.object()
                            .put("state", asked > 1 ? "Success" : "InProgress")
                            .set("path", Json.path("tasks", id)));
        } else if ("TaskCleanup".equalsIgnoreCase(request.query().get("task"))) {
            underWay.remove(id);
            return result(id, "Success");
        }
        return Answer.error(400, "Unknown task.");
    }
}
