package ualarm.command;

import java.util.List;
import java.util.Map;
import ualarm.alarm.Json;
import ualarm.milestone.Answers;

/**
 * An answer of a far end.
 *
 * @param status its HTTP status
 * @param date its {@code Date} header; empty when it has none
 * @param location where it redirects to; empty when it does not
 * @param body its body
 */
record Answer(int status, String date, String location, byte[] body) {

    boolean isGood() {
        return status >= 200 && status < 300;
    }

    Map<String, Object> json() {
        return Json.object(body);
    }

    /** @return the list in the answer (milestone-api.md 3) */
    List<Map<String, Object>> list() {
        return Json.list(json().get("array")).stream().map(Json::map).toList();
    }

    boolean hasList() {
        return isGood() && json().get("array") instanceof List<?>;
    }

    /** @return status and error text */
    String said() {
        String text = Answers.errorText(body);
        return "it answered " + status + (text.isEmpty() ? "" : " (" + text + ")");
    }
}
