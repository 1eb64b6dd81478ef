package ualarm.trial;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ualarm.trial.Comparison.Difference;
import ualarm.trial.TestCase.Expectation;

/**
 * Which of the things that came is which of those expected. In any order, as many as possible find theirs; in order, each takes the first
 * after that of the one before it.
 */
final class Matching {

    private static final int NOBODY = -1;
    private static final int MOST_SHOWN = 8;

    private final List<Expectation> slots = new ArrayList<>();
    private final List<Expectation> never;
    private final List<Fact> facts;
    private final int[] slotOf;

    /**
     * @param expected what is expected
     * @param ordered whether in this order
     * @param facts what came, in its order
     */
    Matching(List<Expectation> expected, boolean ordered, List<Fact> facts) {
        this.facts = facts;
        this.never = expected.stream().filter(each -> each.times() == 0).toList();
        expected.forEach(each -> IntStream.range(0, each.times()).forEach(i -> slots.add(each)));
        this.slotOf = new int[facts.size()];
        Arrays.fill(slotOf, NOBODY);
        if (ordered) {
            inOrder();
        } else {
            for (int slot = 0; slot < slots.size(); slot++) {
                place(slot, new boolean[facts.size()]);
            }
        }
    }

    private void inOrder() {
        int next = 0;
        for (int slot = 0; slot < slots.size(); slot++) {
            for (int fact = next; fact < facts.size(); fact++) {
                if (fits(slots.get(slot), facts.get(fact))) {
                    slotOf[fact] = slot;
                    next = fact + 1;
                    break;
                }
            }
        }
    }

    /** Kuhn's way: who has a fact that another one needs looks for another. */
    private boolean place(int slot, boolean[] tried) {
        for (int fact = 0; fact < facts.size(); fact++) {
            if (!tried[fact] && fits(slots.get(slot), facts.get(fact))) {
                tried[fact] = true;
                if (slotOf[fact] == NOBODY || place(slotOf[fact], tried)) {
                    slotOf[fact] = slot;
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isMeant(Expectation expected, Fact fact) {
        return expected.requests()
                .map(line -> fact.request().filter(line::matches).isPresent())
                .orElse(true);
    }

    private static boolean fits(Expectation expected, Fact fact) {
        return isMeant(expected, fact)
                && Comparison.of(expected.members(), fact.members()).isEmpty();
    }

    private List<Fact> free() {
        return IntStream.range(0, facts.size())
                .filter(fact -> slotOf[fact] == NOBODY)
                .mapToObj(facts::get)
                .toList();
    }

    private List<Expectation> unfilled() {
        var unfilled = new ArrayList<>(slots);
        Arrays.stream(slotOf)
                .filter(slot -> slot != NOBODY)
                .mapToObj(slots::get)
                .forEach(unfilled::remove);
        return unfilled;
    }

    /** @return whether all that is expected has come */
    boolean isComplete() {
        return unfilled().isEmpty();
    }

    /**
     * @param file the test's file as it is shown
     * @return what has not come, or not as it should
     */
    List<Failure> missing(String file) {
        List<Fact> free = free();
        return unfilled().stream()
                .distinct()
                .map(each -> missing(file, each, free))
                .toList();
    }

    private static Failure missing(String file, Expectation expected, List<Fact> free) {
        String place = file + ":" + expected.line();
        // The one that is most like it shows best what is wrong.
        return free.stream()
                .filter(fact -> isMeant(expected, fact))
                .map(fact -> Comparison.of(expected.members(), fact.members()))
                .filter(differences -> !differences.isEmpty())
                .min(Comparator.comparingInt(List::size))
                .map(differences -> new Failure(
                        place,
                        expected.title(),
                        lines(differences, Difference::expected),
                        lines(differences, Difference::actual)))
                .orElseGet(() -> new Failure(
                        place,
                        expected.title(),
                        List.of(
                                Comparison.shown(expected.members()).equals("{}")
                                        ? "that it comes"
                                        : Comparison.shown(expected.members())),
                        shown("it did not come", free)));
    }

    private static List<String> lines(List<Difference> differences, Function<Difference, String> side) {
        return differences.stream()
                .map(each -> (each.path().isEmpty() ? "" : each.path() + ": ") + side.apply(each))
                .toList();
    }

    private static List<String> shown(String first, List<Fact> facts) {
        var lines = new ArrayList<String>();
        lines.add(first + (facts.isEmpty() ? "" : "; what came beside the expected:"));
        facts.stream().limit(MOST_SHOWN).forEach(fact -> lines.add("  " + shown(fact)));
        if (facts.size() > MOST_SHOWN) {
            lines.add("  and " + (facts.size() - MOST_SHOWN) + " more");
        }
        return lines;
    }

    private static String shown(Fact fact) {
        return fact.title() + " " + Comparison.shown(fact.members());
    }

    /**
     * @param file the test's file as it is shown
     * @param isAll whether nothing else may come
     * @return what has come and should not
     */
    List<Failure> unexpected(String file, boolean isAll) {
        var failures = new ArrayList<Failure>();
        for (Fact fact : free()) {
            List<Expectation> meant = Stream.concat(never.stream(), slots.stream())
                    .filter(each -> fits(each, fact))
                    .toList();
            if (!meant.isEmpty()) {
                Expectation first = meant.get(0);
                failures.add(new Failure(
                        file + ":" + first.line(),
                        first.title(),
                        List.of(first.times() == 0 ? "that it does not come" : first.times() + " of it"),
                        List.of("one more: " + shown(fact))));
            } else if (isAll && fact.counts()) {
                failures.add(new Failure(file, fact.title(), List.of("nothing else"), List.of(shown(fact))));
            }
        }
        return failures;
    }
}
