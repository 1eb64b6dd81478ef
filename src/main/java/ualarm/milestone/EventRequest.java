package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code POST /events} is sent (milestone-api.md 4.1).
 *
 * @param type id of the analytics event
 * @param source {@code cameras/} and the camera's GUID; empty for an event of no camera
 * @param time when it happened, ISO 8601 in UTC; empty where XProtect does not accept it (that it honours it is inferred)
 * @param more members of an integrator's own
 */
@JsonInclude(Include.NON_EMPTY)
public record EventRequest(
        String type,
        String source,
        String time,
        @JsonAnyGetter Map<String, Object> more) {

    /** A request with nothing of an integrator's. */
    public EventRequest(String type, String source, String time) {
        this(type, source, time, Map.of());
    }

    /**
     * @param member a member's name
     * @param value its value
     * @return the same request with one member more
     */
    public EventRequest with(String member, Object value) {
        var all = new LinkedHashMap<>(more);
        all.put(member, value);
        return new EventRequest(type, source, time, all);
    }
}
