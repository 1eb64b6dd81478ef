package ualarm.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Compares what came with what was expected: members that are not named do not matter, {@code *} is anything, {@code ~} begins a regular
 * expression that something in the text must match, null is nothing. Numbers and texts are the same when they are written alike; where
 * there is a list and one value is expected, one of the list must be it.
 */
final class Comparison {

    /** How a regular expression begins. */
    static final String REGEX = "~";

    private static final String ANY = "*";
    private static final int LONGEST = 400;

    /**
     * Where the two differ.
     *
     * @param path the member, such as {@code body.source}
     * @param expected what should be there, for people
     * @param actual what is there, for people
     */
    record Difference(String path, String expected, String actual) {}

    private Comparison() {}

    /** @return where what came is not as expected; nothing when it is */
    static List<Difference> of(JsonNode expected, JsonNode actual) {
        var differences = new ArrayList<Difference>();
        compare("", expected, actual, differences);
        return differences;
    }

    private static void compare(String path, JsonNode expected, JsonNode actual, List<Difference> differences) {
        if (expected.isObject() && actual.isObject()) {
            expected.properties()
                    .forEach(each -> compare(
                            path.isEmpty() ? each.getKey() : path + "." + each.getKey(),
                            each.getValue(),
                            actual.path(each.getKey()),
                            differences));
        } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(path + "[" + i + "]", expected.get(i), actual.get(i), differences);
            }
        } else if (!fits(expected, actual)) {
            differences.add(new Difference(path, words(expected), shown(actual)));
        }
    }

    private static boolean fits(JsonNode expected, JsonNode actual) {
        if (expected.isNull() || expected.isMissingNode()) {
            return actual.isMissingNode() || actual.isNull();
        } else if (expected.isContainerNode() || actual.isMissingNode() || actual.isNull()) {
            return false;
        } else if (expected.asText().equals(ANY)) {
            return true;
        } else if (actual.isArray()) {
            for (JsonNode each : actual) {
                if (fits(expected, each)) {
                    return true;
                }
            }
            return false;
        }
        String text = actual.isValueNode() ? actual.asText() : actual.toString();
        return expected.asText().startsWith(REGEX)
                ? Pattern.compile(expected.asText().substring(1), Pattern.DOTALL)
                        .matcher(text)
                        .find()
                : expected.asText().equals(text);
    }

    /** @return an expectation for people */
    static String words(JsonNode expected) {
        if (expected.isNull() || expected.isMissingNode()) {
            return "nothing";
        } else if (expected.isTextual() && expected.asText().equals(ANY)) {
            return "anything";
        } else if (expected.isTextual() && expected.asText().startsWith(REGEX)) {
            return "something that matches " + expected.asText().substring(1);
        }
        return shown(expected);
    }

    /** @return what came, for people; not all of it when it is long */
    static String shown(JsonNode actual) {
        if (actual == null || actual instanceof MissingNode || actual.isNull()) {
            return "nothing";
        }
        String text = actual.isValueNode() ? actual.asText() : actual.toString();
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
}
