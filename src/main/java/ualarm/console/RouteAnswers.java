package ualarm.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ualarm.intake.Refused;
import ualarm.routes.RouteKeeper;
import ualarm.routes.RouteState;
import ualarm.routes.RouteVersions;

/** What the API answers about routes (design.md 2.5). */
final class RouteAnswers {

    private RouteAnswers() {}

    static Map<String, Object> state(RouteState state) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("file", state.file());
        answer.put("state", state.state().name().toLowerCase(Locale.ROOT));
        answer.put("routes", state.routes());
        answer.put("since", state.since());
        answer.put(
                "error",
                state.error()
                        .map(fault -> Map.of("line", fault.line(), "message", fault.message()))
                        .orElse(null));
        answer.put("handled", state.handled());
        answer.put("failed", state.failed());
        return answer;
    }

    static Object versions(RouteKeeper routes, String file) {
        List<RouteVersions.Version> versions = routes.versions(file);
        if (versions.isEmpty()) {
            throw new Refused(
                    404, "no-such-file", "No file of that name has run. GET /api/routes lists those that do.");
        }
        return Map.of("file", file, "versions", versions);
    }

    static Object rollback(RouteKeeper routes, JsonNode body) {
        if (!body.path("file").isTextual() || !body.path("version").isInt()) {
            throw new Refused(
                    400,
                    "wrong-rollback",
                    "Send {\"file\":\"trigger-event.camel.yaml\",\"version\":3}. GET /api/routes/<file> lists the versions.");
        }
        String file = body.path("file").textValue();
        int version = body.path("version").intValue();
        try {
            routes.rollback(file, version);
        } catch (IllegalArgumentException e) {
            throw new Refused(404, "no-such-version", e.getMessage());
        } catch (IllegalStateException e) {
            throw new Refused(409, "not-right", e.getMessage());
        }
        return Map.of("file", file, "version", version);
    }
}
