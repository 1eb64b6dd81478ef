package ualarm.journal;

import java.time.Duration;

/**
 * What waits in a queue, also with a delay or just being delivered.
 *
 * @param count how many alarms wait
 * @param oldest how long the oldest has waited; zero where that cannot be told
 */
public record Waiting(long count, Duration oldest) {

    static final Waiting NOTHING = new Waiting(0, Duration.ZERO);
}
