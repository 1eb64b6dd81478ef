package ualarm.trial;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ualarm.trial.TestCase.Expectation;
import ualarm.trial.TestCase.Expected;
import ualarm.trial.TestCase.Post;

/** Runs one test: posts its messages, and waits until all that is expected has come and nothing waits any more. */
final class Trial {

    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** When nothing waits and nothing has come for so long, nothing will. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final TestCase test;
    private final Stand stand;
    private Optional<Fact> answer = Optional.empty();

    /** All that has come, beside what is expected. */
    private record Sight(List<Matching> parts, int size) {

        boolean isComplete() {
            return parts.stream().allMatch(Matching::isComplete);
        }
    }

    /**
     * @param test the test
     * @param stand where it runs
     */
    Trial(TestCase test, Stand stand) {
        this.test = test;
        this.stand = stand;
    }

    /**
     * @return how it went
     * @throws IOException when the connector does not answer
     */
    Result run() throws IOException {
        long began = System.nanoTime();
        stand.prepare(test);
        for (Post post : test.posts()) {
            answer = Optional.of(stand.post(post));
        }
        Sight last = watch(began);
        var failures = new ArrayList<Failure>();
        last.parts().forEach(part -> failures.addAll(part.missing(test.file())));
        last.parts()
                .forEach(part -> failures.addAll(
                        part.unexpected(test.file(), test.expected().isAll())));
        addWaiting(failures);
        return new Result(test, failures, Duration.ofNanos(System.nanoTime() - began));
    }

    private Sight watch(long began) {
        long limit = test.expected().within().orElse(LONGEST).toNanos();
        long news = began;
        int size = 0;
        while (true) {
            // First: what came before the journal was empty is then seen, too.
            boolean isQuiet = stand.waiting().isEmpty();
            Sight sight = look();
            long now = System.nanoTime();
            if (sight.size() != size) {
                size = sight.size();
                news = now;
            }
            boolean isIdle = isQuiet
                    && now - news > IDLE.toNanos()
                    && test.expected().within().isEmpty();
            boolean isDone = sight.isComplete() && (isQuiet || test.troubles().isEndless());
            if (isDone || isIdle || now - began > limit) {
                return sight;
            }
            Stand.pause();
        }
    }

    private Sight look() {
        Expected expected = test.expected();
        List<Fact> xprotect = stand.xprotect();
        List<Fact> mails = stand.mails();
        List<Fact> server = stand.server();
        List<Fact> letters = stand.deadLetters();
        return new Sight(
                List.of(
                        new Matching(
                                expected.answer().map(List::of).orElse(List.<Expectation>of()),
                                false,
                                answer.map(List::of).orElse(List.<Fact>of())),
                        new Matching(expected.xprotect(), expected.isOrdered(), xprotect),
                        new Matching(expected.mails(), false, mails),
                        new Matching(expected.server(), false, server),
                        new Matching(expected.deadLetters(), false, letters)),
                xprotect.size() + mails.size() + server.size() + letters.size());
    }

    private void addWaiting(List<Failure> failures) {
        List<String> waiting = stand.waiting();
        if (!waiting.isEmpty() && !test.troubles().isEndless()) {
            failures.add(new Failure(test.file(), "the journal", List.of("nothing waits in it any more"), waiting));
        }
    }
}
