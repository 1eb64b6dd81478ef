package ualarm;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands still until a test lets time pass. */
public final class TestClock extends Clock {

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");

    /** @param time what it shows from now on */
    public void set(Instant time) {
        now = time;
    }

    /** @param time by how much it goes on */
    public void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
