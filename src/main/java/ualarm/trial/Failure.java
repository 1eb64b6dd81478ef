package ualarm.trial;

import java.util.List;

/**
 * What is not as a test expects.
 *
 * @param place file and line of the expectation
 * @param title what was expected
 * @param expected what should have come, a line each
 * @param actual what came, a line each
 */
public record Failure(String place, String title, List<String> expected, List<String> actual) {

    /** @return several lines: the place, then what was expected beside what came */
    @Override
    public String toString() {
        return "  " + place + ": " + title + block("expected", expected) + block("actual", actual);
    }

    private static String block(String word, List<String> lines) {
        return "\n    " + "%-10s".formatted(word) + String.join("\n              ", lines);
    }
}
