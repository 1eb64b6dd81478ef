package ualarm.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Every alarm of a run: when it was due, how it was answered, when its event was at XProtect. Each has a time of its own, a millisecond
 * after the one before, by which its event is known again. Moments are {@link System#nanoTime}. The lock on this guards it all.
 */
final class Ledger {

    /** The connector adds nothing to an alarm's time when {@code alarm.time-offset} is 0, and takes any time that is past. */
    private final long epoch = Instant.now()
            .minus(Duration.ofDays(1))
            .truncatedTo(ChronoUnit.SECONDS)
            .toEpochMilli();

    private long[] due = new long[1 << 16];
    private long[] arrived = new long[1 << 16];
    private short[] status = new short[1 << 16];
    private int size;
    private int events;
    private int missing;
    private long last;
    private int twice;
    private int strange;

    /** @return the number of a new alarm */
    synchronized int add(long dueAt) {
        if (size == due.length) {
            due = Arrays.copyOf(due, 2 * size);
            arrived = Arrays.copyOf(arrived, 2 * size);
            status = Arrays.copyOf(status, 2 * size);
        }
        due[size] = dueAt;
        return size++;
    }

    /** @return the alarm's time, in epoch milliseconds */
    long time(int alarm) {
        return epoch + alarm;
    }

    /** @param answer the HTTP status; 0 when there was no answer */
    synchronized void answered(int alarm, int answer) {
        status[alarm] = (short) answer;
        missing += isAccepted(alarm) && arrived[alarm] == 0 ? 1 : 0;
    }

    /** @param time the time that the event bears */
    synchronized void arrived(Instant time) {
        long alarm = time.toEpochMilli() - epoch;
        if (alarm < 0 || alarm >= size) {
            strange++;
        } else if (arrived[(int) alarm] != 0) {
            twice++;
        } else {
            last = System.nanoTime();
            arrived[(int) alarm] = last;
            events++;
            missing -= isAccepted((int) alarm) ? 1 : 0;
        }
    }

    /** @return how many alarms there are */
    synchronized int size() {
        return size;
    }

    /** @return how many alarms have their event */
    synchronized int events() {
        return events;
    }

    /** @return when the last event came */
    synchronized long last() {
        return last;
    }

    /** @return how many alarms were accepted and have no event */
    synchronized int missing() {
        return missing;
    }

    /** @return events that came once more, or that are of no alarm */
    synchronized int surplus() {
        return twice + strange;
    }

    /** Waits until each accepted alarm has its event, or none has come for a while. */
    void settle(Duration patience) throws InterruptedException {
        int before = -1;
        long since = System.nanoTime();
        while (missing() > 0 && System.nanoTime() - since < patience.toNanos()) {
            if (events() != before) {
                before = events();
                since = System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /**
     * What became of some alarms.
     *
     * @param sent how many they are
     * @param refused how many of them were not accepted
     * @param events how many have their event
     * @param missing how many were accepted and have none
     * @param seconds from when the first was due to the last event
     * @param millis from when an alarm was due to its event, each, sorted
     */
    record Outcome(int sent, int refused, int events, int missing, double seconds, double[] millis) {

        /** @return events a second */
        double rate() {
            return events / seconds;
        }

        /** @return what so great a part of the alarms took at most, in milliseconds */
        double millis(double part) {
            return events == 0 ? Double.NaN : millis[Math.min(events - 1, (int) (events * part))];
        }
    }

    /** @return what became of the alarms from this one on */
    synchronized Outcome since(int first) {
        int[] there = IntStream.range(first, size).filter(i -> arrived[i] != 0).toArray();
        int accepted =
                (int) IntStream.range(first, size).filter(this::isAccepted).count();
        int missing = (int) IntStream.range(first, size)
                .filter(i -> isAccepted(i) && arrived[i] == 0)
                .count();
        long last = IntStream.of(there).mapToLong(i -> arrived[i]).max().orElse(0);
        long begun = LongStream.of(due).skip(first).limit(size - first).min().orElse(0);
        double[] millis = IntStream.of(there)
                .mapToDouble(i -> (arrived[i] - due[i]) / 1e6)
                .sorted()
                .toArray();
        return new Outcome(
                size - first, size - first - accepted, there.length, missing, Math.max(0, last - begun) / 1e9, millis);
    }

    private boolean isAccepted(int alarm) {
        return status[alarm] >= 200 && status[alarm] < 300;
    }
}
