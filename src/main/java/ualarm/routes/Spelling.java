package ualarm.routes;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what somebody meant who misspelt a name. */
final class Spelling {

    private Spelling() {}

    /**
     * @param word what was written
     * @param names what could have been
     * @return the name that is nearest; nothing when none is near
     */
    static Optional<String> nearest(String word, Collection<String> names) {
        String written = word.toLowerCase(Locale.ROOT);
        var distance = new LevenshteinDistance(Math.max(1, Math.min(4, (word.length() + 1) / 3)));
        record Near(String name, int distance) {}
        return names.stream()
                .map(name -> new Near(name, distance.apply(written, name.toLowerCase(Locale.ROOT))))
                .filter(near -> near.distance() >= 0)
                .min(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .map(Near::name);
    }
}
