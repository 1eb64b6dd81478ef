package ualarm.alarm;

import java.util.Locale;
import java.util.Map;

/**
 * Something U-Alarm saw in the picture.
 *
 * @param type what it is, as U-Alarm names it, for example {@code PERSON_FULL_BODY}
 * @param confidence 0 to 1; 0 when the sender gave none
 * @param x left edge of its box in pixels from the left
 * @param y upper edge of its box in pixels from the top
 * @param width width of its box in pixels; 0 when there is no box
 * @param height height of its box in pixels; 0 when there is no box
 */
public record Detection(String type, double confidence, double x, double y, double width, double height) {

    private static final Map<String, String> PARTS_OF_A_PERSON =
            Map.of("PERSON_FULL_BODY", "Person", "PERSON_HEAD", "Person", "PERSON_FACE", "Person");

    /** @return what it is in a word for people, for example {@code Person} */
    public String kind() {
        String known = PARTS_OF_A_PERSON.get(type);
        if (known != null || type.isEmpty()) {
            return known == null ? "Object" : known;
        }
        String words = type.replace('_', ' ').strip().toLowerCase(Locale.ROOT);
        return words.isEmpty() ? "Object" : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** @return what it is and how sure U-Alarm is, for example {@code Person, 91 %} */
    public String inWords() {
        return confidence > 0 ? kind() + ", " + Math.round(confidence * 100) + " %" : kind();
    }
}
