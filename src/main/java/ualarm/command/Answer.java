package ualarm.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
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

    JsonNode json() {
        return Answers.tree(body);
    }

    /** @return the list in the answer (milestone-api.md 3) */
    List<JsonNode> list() {
        var list = new ArrayList<JsonNode>();
        json().path("array").forEach(list::add);
        return list;
    }

    boolean hasList() {
        return isGood() && json().path("array").isArray();
    }

    /** @return status and error text */
    String said() {
        String text = Answers.errorText(body);
        return "it answered " + status + (text.isEmpty() ? "" : " (" + text + ")");
    }
}
