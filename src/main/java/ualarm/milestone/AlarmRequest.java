package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code POST /alarms} is sent (milestone-api.md 5.1).
 *
 * @param name the alarm's name, which operators see
 * @param message name of the analytics event
 * @param source the camera: its bare GUID as the official sample writes it, or {@code cameras/} and the GUID
 * @param time when it happened, ISO 8601 in UTC; empty where XProtect does not accept it (that it honours it is inferred)
 * @param more members of an integrator's own, for example {@code priority}
 */
@JsonInclude(Include.NON_EMPTY)
public record AlarmRequest(
        String name,
        String message,
        String source,
        String time,
        @JsonAnyGetter Map<String, Object> more) {

    AlarmRequest(String name, String message, String source, String time) {
        this(name, message, source, time, Map.of());
    }

    /**
     * @param member a member's name
     * @param value its value
     * @return the same request with one member more
     */
    public AlarmRequest with(String member, Object value) {
        var all = new LinkedHashMap<>(more);
        all.put(member, value);
        return new AlarmRequest(name, message, source, time, all);
    }
}
