package ualarm.journal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import ualarm.alarm.SteadyClock;

/**
 * How long ago something was of which the time of day is on disk, also when the clock was set meanwhile, as far as this process has seen it: a
 * machine whose clock has lost its battery wakes up years ago, and is set right when it has a network. The lock on this guards what was seen.
 */
final class Elapsed {

    /** That of this machine. */
    static final Elapsed CLOCK = new Elapsed(System::currentTimeMillis, SteadyClock.PROCESS::setForward);

    /** A clock that is corrected by less than this was not set. */
    static final Duration JUMP = Duration.ofSeconds(2);

    /** A clock that is set to and fro forever is not remembered forever. */
    private static final int MOST = 100;

    /** The clock was not set from one time of day to the other, in epoch milliseconds. */
    private record Stretch(long from, long to, Duration setForward) {

        boolean has(long time) {
            return from <= time && time <= to;
        }
    }

    private final LongSupplier timeOfDay;
    private final Supplier<Duration> setForward;
    private final long begun;
    private final Deque<Stretch> before = new ArrayDeque<>();
    private long from;
    private Duration seen;

    /**
     * @param timeOfDay epoch milliseconds
     * @param setForward by how much the clock was set since some moment; negative = back
     */
    Elapsed(LongSupplier timeOfDay, Supplier<Duration> setForward) {
        this.timeOfDay = timeOfDay;
        this.setForward = setForward;
        this.seen = setForward.get();
        this.from = timeOfDay.getAsLong();
        this.begun = from - seen.toMillis();
    }

    /**
     * Sees whether the clock was set; to be called several times a second.
     *
     * @return by how much it was set until now
     */
    synchronized Duration look() {
        Duration now = setForward.get();
        long by = now.minus(seen).toMillis();
        if (Math.abs(by) > JUMP.toMillis()) {
            long set = timeOfDay.getAsLong();
            before.addFirst(new Stretch(from, set - by, seen));
            from = set;
            if (before.size() > MOST) {
                before.removeLast();
            }
        }
        seen = now;
        return now;
    }

    /**
     * @param time of day, epoch milliseconds
     * @return how long ago that was; when it is still to come, and never was in this process, since this process began
     */
    synchronized Duration since(long time) {
        look();
        long now = timeOfDay.getAsLong();
        if (from <= time && time <= now + JUMP.toMillis()) {
            return Duration.ofMillis(Math.max(0, now - time));
        }
        long began = then(time)
                .map(stretch -> time - stretch.setForward().toMillis())
                .orElse(time > now ? begun : time - seen.toMillis());
        return Duration.ofMillis(Math.max(0, now - seen.toMillis() - began));
    }

    /** When it was that time of day the last time; what was before this process goes with what that has seen first. */
    private Optional<Stretch> then(long time) {
        return before.stream()
                .filter(stretch -> stretch.has(time))
                .findFirst()
                .or(() -> Optional.ofNullable(before.peekLast()).filter(first -> time < first.from()));
    }
}
