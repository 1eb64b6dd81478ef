package ualarm.history;

import java.time.Instant;
import ualarm.alarm.CameraAlarm;

/** An alarm's number in the history: its time of receipt in milliseconds, and 21 bits of its own. */
final class RowNumber {

    private static final int OWN_BITS = 21;

    private RowNumber() {}

    static long of(CameraAlarm alarm) {
        long own = alarm.uniqueId().getLeastSignificantBits() & ((1L << OWN_BITS) - 1);
        return alarm.receivedAt().toEpochMilli() << OWN_BITS | own;
    }

    /** @return the lowest number of an alarm that is received at that time */
    static long of(Instant time) {
        return Math.max(0, time.toEpochMilli()) << OWN_BITS;
    }

    static Instant received(long number) {
        return Instant.ofEpochMilli(number >> OWN_BITS);
    }
}
