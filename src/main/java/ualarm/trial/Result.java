package ualarm.trial;

import java.time.Duration;
import java.util.List;

/**
 * How a test went.
 *
 * @param test the test
 * @param failures what was not as it should be; nothing when all was
 * @param took how long it took, without the start of the connector
 */
public record Result(TestCase test, List<Failure> failures, Duration took) {

    /** @return whether all was as expected */
    public boolean isPassed() {
        return failures.isEmpty();
    }
}
