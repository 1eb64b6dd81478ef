package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came in.
 *
 * @param method for example {@code POST}
 * @param path without the query
 * @param query its parameters, decoded; of one that comes twice the first
 * @param headers by their names in lower case
 * @param body the body as a tree, see {@link Bodies}; missing when there is none
 * @param bytes the body as it came
 */
public record Request(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        JsonNode body,
        byte[] bytes) {

    /**
     * @param name a header's name in lower case
     * @return its value; empty when there is none
     */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** @return the number in the query, if there is one */
    Optional<Integer> number(String name) {
        return Optional.ofNullable(query.get(name))
                .filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::valueOf);
    }

    /** @return method, path and query, as for people */
    @Override
    public String toString() {
        var line = new StringBuilder(method).append(' ').append(path);
        char before = '?';
        for (var each : query.entrySet()) {
            line.append(before).append(each.getKey());
            if (!each.getValue().isEmpty()) {
                line.append('=').append(each.getValue());
            }
            before = '&';
        }
        return line.toString();
    }
}
