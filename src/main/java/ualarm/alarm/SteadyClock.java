package ualarm.alarm;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Goes on from the time of day at which it was made, whatever that is set to meanwhile: what is to be done after a minute is done after a
 * minute. Its times are to be compared with one another only.
 */
public final class SteadyClock extends Clock {

    /** The one of this process. */
    public static final SteadyClock PROCESS = new SteadyClock();

    private final Instant begun = Instant.now();
    private final long nanos = System.nanoTime();

    private SteadyClock() {}

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** @throws UnsupportedOperationException always: its times are in UTC */
    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
        return begun.plusNanos(System.nanoTime() - nanos);
    }

    /** @return by how much the time of day was set forward since this was made; negative = back */
    public Duration setForward() {
        return Duration.between(instant(), Instant.now());
    }

    /**
     * @param time one of this clock's
     * @return when that will be, by the time of day as it is now
     */
    public Instant timeOfDay(Instant time) {
        return time.plus(setForward());
    }
}
