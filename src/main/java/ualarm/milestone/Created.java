package ualarm.milestone;

import java.util.Map;
import ualarm.alarm.Text;

/**
 * XProtect's answer to an event or alarm that it took (milestone-api.md 4.1, 5.1).
 *
 * @param data what it made of it
 */
public record Created(Map<String, Object> data) {

    /** @return the id that XProtect gave it; empty when it tells none */
    public String id() {
        return data == null || data.get("id") == null ? "" : Text.clean(String.valueOf(data.get("id")));
    }
}
