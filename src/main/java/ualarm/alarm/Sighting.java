package ualarm.alarm;

import java.util.List;

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
public record Sighting(
        String camera, String label, int width, int height, List<Detection> detections, String picture) {}
