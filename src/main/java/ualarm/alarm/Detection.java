package ualarm.alarm;

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
public record Detection(String type, double confidence, double x, double y, double width, double height) {}
