package ualarm.routes;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant who misspelt a name. */
final class Spelling {

    private Spelling() {}

    /**
     * @param word what was written
     * @param names what could have been
     * @return the name that is nearest, of several the first; nothing when none is near
     */
    static Optional<String> nearest(String word, Collection<String> names) {
        int most = word.length() < 4 ? 1 : Math.min(4, word.length() / 2);
        record Near(String name, int distance) {}
        return names.stream()
                .map(name -> new Near(name, distance(word.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))))
                .filter(near -> near.distance() <= most)
                .min(Comparator.comparingInt(Near::distance))
                .map(Near::name);
    }

    /** Letters that are missing, too many, others, or two that have changed places. */
    private static int distance(String one, String other) {
        int[][] steps = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                boolean isSame = one.charAt(i - 1) == other.charAt(j - 1);
                steps[i][j] = Math.min(
                        steps[i - 1][j - 1] + (isSame ? 0 : 1), 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[one.length()][other.length()];
    }
}
