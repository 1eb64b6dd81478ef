package ualarm.milestone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What {@code POST /alarmDefinitions} is sent (milestone-api.md 8.2, whose members and defaults are verified; the spelling of the sources is
 * inferred).
 *
 * @param enabled whether it raises alarms
 * @param name its name, which all its alarms bear
 * @param description instructions to the operator
 * @param eventTypeGroup GUID of the group of analytics events
 * @param eventType GUID of the analytics event
 * @param sourceList for which cameras: objects with {@code type} and {@code id}
 * @param enableRule {@code 0}: always
 * @param managementTimeoutTime {@code HH:MM:SS}
 * @param managementTimeoutEventList none
 * @param relatedCameraList none
 * @param triggerEventlist none
 * @param mapType {@code 0}: none
 * @param priority GUID of the priority
 * @param autoClose whether the alarm closes by itself
 */
public record NewDefinition(
        boolean enabled,
        String name,
        String description,
        String eventTypeGroup,
        String eventType,
        List<JsonNode> sourceList,
        String enableRule,
        String managementTimeoutTime,
        List<JsonNode> managementTimeoutEventList,
        List<JsonNode> relatedCameraList,
        List<JsonNode> triggerEventlist,
        String mapType,
        String priority,
        boolean autoClose) {

    /** The group of analytics events; that it is the same in every system is inferred. */
    public static final String ANALYTICS_EVENTS = "a96692c8-51b1-4f87-b12c-0d3d9cbfc5a4";

    private static final String HIGH = "8188ff24-b5da-4c19-9ebf-c1d8fc2caa75";

    /**
     * A definition that is always on and raises alarms of the priority High.
     *
     * @param name its name
     * @param group GUID of the group of analytics events
     * @param event GUID of the analytics event
     * @param sources for which cameras
     */
    public NewDefinition(String name, String group, String event, List<JsonNode> sources) {
        this(
                true,
                name,
                "Alarms of U-Alarm. Created by the set-up of the U-Alarm - Milestone connector.",
                group,
                event,
                sources,
                "0",
                "00:01:00",
                List.of(),
                List.of(),
                List.of(),
                "0",
                HIGH,
                false);
    }
}
