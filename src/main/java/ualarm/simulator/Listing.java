package ualarm.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Events and alarms as they are read: filtered, in their order, page by page, and with their data when it is asked for (milestone-api.md
 * 4.3, 5.3, 5.4). How XProtect answers a filter that it does not understand is not known; here 400.
 */
final class Listing {

    private static final int USUAL = 100;

    /** So long a page may be. */
    private static final int LONGEST = 2000;

    private static final Set<String> NO_FILTERS = Set.of("page", "size", "include", "orderBy");

    /** An operator and a value; of several all must hold. */
    private static final Pattern CONDITION = Pattern.compile("\\G(?:(\\w+):)?'((?:[^']|'')*)'(?:,|$)");

    private static final Pattern ORDER = Pattern.compile("(asc|desc):'([\\w.]+)'");

    private final Paging paging;

    Listing(Paging paging) {
        this.paging = paging;
    }

    /**
     * @param all the objects, the oldest first
     * @param request says which of them
     * @return them; the newest first when no order is asked for
     */
    Answer list(Map<String, ObjectNode> all, Request request) {
        int size = request.number("size").orElse(USUAL);
        if (size < 1 || size > LONGEST) {
            return Answer.error(400, "The size of a page is from 1 to " + LONGEST + ".");
        }
        var found = new ArrayList<>(all.values());
        Collections.reverse(found);
        try {
            request.query().forEach((member, written) -> {
                if (!NO_FILTERS.contains(member)) {
                    found.removeIf(conditions(member, written).negate());
                }
            });
            if (request.query().containsKey("orderBy")) {
                found.sort(order(request.query().get("orderBy")));
            }
        } catch (IllegalArgumentException e) {
            return Answer.error(400, e.getMessage());
        }
        var array = Json.MAPPER.createArrayNode();
        paging.page(found.stream(), request, USUAL).forEach(each -> array.add(shown(each, request)));
        return Answer.json(200, Json.object().set("array", array));
    }

    /** @return the object; its data only when it is asked for */
    static ObjectNode shown(ObjectNode object, Request request) {
        boolean isWhole = Arrays.asList(
                        request.query().getOrDefault("include", "").split(","))
                .contains("data");
        return isWhole ? object : object.deepCopy().without(List.of("data"));
    }

    private static Predicate<JsonNode> conditions(String member, String written) {
        Predicate<JsonNode> all = object -> true;
        var parts = CONDITION.matcher(written);
        int end = 0;
        while (parts.find()) {
            String value = parts.group(2).replace("''", "'");
            all = all.and(condition(parts.group(1) == null ? "equals" : parts.group(1), member, value));
            end = parts.end();
        }
        if (end == 0 || end < written.length()) {
            throw new IllegalArgumentException("Incorrect filter " + member + ".");
        }
        return all;
    }

    private static Predicate<JsonNode> condition(String operator, String member, String value) {
        return switch (operator) {
            case "equals" -> object -> is(object, member) && compare(text(object, member), value) == 0;
            case "notEquals" -> object -> !is(object, member) || compare(text(object, member), value) != 0;
            case "gt" -> object -> is(object, member) && compare(text(object, member), value) > 0;
            case "lt" -> object -> is(object, member) && compare(text(object, member), value) < 0;
            default -> throw new IllegalArgumentException("Unknown operator " + operator + ".");
        };
    }

    private static Comparator<JsonNode> order(String written) {
        var parts = ORDER.matcher(written);
        if (!parts.matches()) {
            throw new IllegalArgumentException("Incorrect order.");
        }
        String member = parts.group(2);
        Comparator<JsonNode> order = (one, other) -> compare(text(one, member), text(other, member));
        return parts.group(1).equals("desc") ? order.reversed() : order;
    }

    private static JsonNode member(JsonNode object, String path) {
        return object.at("/" + path.replace('.', '/'));
    }

    private static boolean is(JsonNode object, String member) {
        return !member(object, member).isMissingNode();
    }

    private static String text(JsonNode object, String member) {
        return member(object, member).asText();
    }

    /** Times by what they mean, anything else as text; GUIDs are in either case (milestone-api.md 14). */
    private static int compare(String one, String other) {
        try {
            return OffsetDateTime.parse(one)
                    .toInstant()
                    .compareTo(OffsetDateTime.parse(other).toInstant());
        } catch (DateTimeException e) {
            return one.compareToIgnoreCase(other);
        }
    }
}
