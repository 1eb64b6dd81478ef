package ualarm.simulator;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the gateway has devices do: outputs, PTZ presets, a camera's picture (milestone-api.md 1.4, 9). What a task is answered is not
 * known; here 200 and {@code {"state":"Success"}}.
 */
final class Devices implements Resource {

    private static final Set<String> OUTPUT_TASKS = Set.of("trigger", "activate", "deactivate");

    /** A JPEG of one grey point. */
    private static final byte[] PICTURE = Base64.getDecoder()
            .decode(
                    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQ"
                            + "CgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=");

    /** Of the cameras, only the North gate can be turned. */
    private static final String TURNABLE = Vms.names().get("camera.North gate");

    private final Vms vms;

    Devices(Vms vms) {
        this.vms = vms;
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        String task = request.query().getOrDefault("task", "").toLowerCase(Locale.ROOT);
        return switch (path.get(0).toLowerCase(Locale.ROOT)) {
            case "outputs" ->
                path.size() == 2 && !task.isEmpty() && vms.release().hasTasks()
                        ? Optional.of(output(path.get(1), task, request))
                        : Optional.empty();
            case "cameras" -> camera(path, task, request);
            default -> Optional.empty();
        };
    }

    private Answer output(String id, String task, Request request) {
        if (!OUTPUT_TASKS.contains(task)) {
            return Answer.error(400, "Unknown task.");
        }
        return done(request, vms.one("outputs", id).isPresent(), "outputs/" + id);
    }

    private Optional<Answer> camera(List<String> path, String task, Request request) {
        if (path.size() == 2 && task.equals("jpeggetlive") && vms.release().hasPictures()) {
            return Optional.of(picture(path.get(1), request));
        } else if (path.size() < 3
                || !path.get(2).equalsIgnoreCase("ptzPresets")
                || !vms.release().hasTasks()) {
            return Optional.empty();
        }
        boolean isTurnable = path.get(1).equalsIgnoreCase(TURNABLE);
        if (path.size() == 3) {
            var array = Json.MAPPER.createArrayNode();
            if (isTurnable) {
                vms.all("ptzPresets").values().forEach(array::add);
            }
            return Optional.of(Answer.json(200, Json.object().set("array", array)));
        }
        // Which name the task has is not known (milestone-api.md 1.4): any does.
        boolean isThere = isTurnable
                && !task.isEmpty()
                && vms.one("ptzPresets", path.get(3)).isPresent();
        return Optional.of(done(request, isThere, "ptzPresets/" + path.get(3)));
    }

    private static Answer done(Request request, boolean isThere, String path) {
        if (!request.method().equals("POST")) {
            return Answer.error(405, "The method is not allowed.");
        } else if (!isThere) {
            return Answer.error(400, "Device not found. " + path);
        }
        return Answer.json(200, Json.object().put("state", "Success"));
    }

    private Answer picture(String id, Request request) {
        if (vms.one("cameras", id).isEmpty()) {
            return Answer.error(400, "Device not found. cameras/" + id);
        } else if (!request.body().path("width").isInt()
                || !request.body().path("height").isInt()) {
            return Answer.error(400, "Width and height are mandatory.");
        }
        return new Answer(200, Map.of("Content-Type", "image/jpeg"), PICTURE);
    }
}
