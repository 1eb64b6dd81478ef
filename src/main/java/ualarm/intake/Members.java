package ualarm.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The members of a JSON object as senders write them: keys count whatever their case, underscores, hyphens and blanks, numbers and
 * booleans may be texts, and {@code ""} and {@code 0} are the same as absent (u-alarm-input.md I1 to I5).
 */
final class Members {

    private final Map<String, JsonNode> byKey = new TreeMap<>();

    /** @param object any JSON; what is no object has no members */
    Members(JsonNode object) {
        object.properties().forEach(member -> byKey.put(key(member.getKey()), member.getValue()));
    }

    /** The usual lower-case keys are not copied. */
    private static String key(String name) {
        boolean plain = true;
        for (int i = 0; i < name.length() && plain; i++) {
            char c = name.charAt(i);
            plain = c >= 'a' && c <= 'z';
        }
        return plain
                ? name
                : name.replace("_", "").replace("-", "").replace(" ", "").toLowerCase(Locale.ROOT);
    }

    boolean has(String key) {
        return byKey.containsKey(key);
    }

    /** @return the member as an object; one without members when it is none */
    Members object(String key) {
        return new Members(byKey.getOrDefault(key, MissingNode.getInstance()));
    }

    /** @return the objects whose key ends so */
    List<Members> objectsEndingIn(String end) {
        var found = new ArrayList<Members>();
        byKey.forEach((key, value) -> {
            if (key.endsWith(end) && value.isObject()) {
                found.add(new Members(value));
            }
        });
        return found;
    }

    /** @return the elements of a list, or the member itself when it is none */
    List<JsonNode> each(String key) {
        JsonNode value = byKey.get(key);
        if (value == null) {
            return List.of();
        }
        var all = new ArrayList<JsonNode>();
        if (value.isArray()) {
            value.forEach(all::add);
        } else {
            all.add(value);
        }
        return all;
    }

    boolean isTrue(String key) {
        String said = text(key);
        return said.equalsIgnoreCase("true") || said.equals("1");
    }

    double number(String... keys) {
        try {
            String written = text(keys);
            double number = written.isEmpty() ? 0 : Double.parseDouble(written);
            return Double.isFinite(number) ? number : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** @return the first of these members that says something, as it was written */
    String text(String... keys) {
        for (String key : keys) {
            JsonNode value = byKey.get(key);
            if (value != null && value.isValueNode() && !value.isNull()) {
                String said = value.asText();
                if (!said.isBlank() && !said.equals("0")) {
                    return said;
                }
            }
        }
        return "";
    }
}
