package ualarm.alarm;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One camera of an alarm and what it saw.
 *
 * @param camera the camera as the sender names it, cleaned by {@link CameraName#clean}
 * @param label the camera's readable name at the sender; empty when not given
 * @param width width of the picture in pixels; 0 when not given
 * @param height height of the picture in pixels; 0 when not given
 * @param detections what was seen, possibly nothing
 * @param picture the picture that the sender gave, a JPEG in base64; empty when it gave none
 */
public record Sighting(String camera, String label, int width, int height, List<Detection> detections, String picture) {

    Sighting brief() {
        return new Sighting(camera, label, width, height, List.of(), "");
    }

    /**
     * @param types kinds of objects as U-Alarm names them, separated by commas
     * @return how sure it is of the object of these kinds that it is surest of, 0 to 1; 0 when it saw none
     */
    public double surest(String types) {
        Set<String> wanted = Stream.of(types.split(",")).map(String::strip).collect(Collectors.toSet());
        return detections.stream()
                .filter(detection -> wanted.contains(detection.type()))
                .mapToDouble(Detection::confidence)
                .max()
                .orElse(0);
    }
}
