package ualarm.intake;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Counts what senders post, since the start. */
public final class IntakeCounts {

    private final MeterRegistry meters;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private volatile Optional<Instant> lastAlarmAt = Optional.empty();
    private volatile Optional<Instant> lastHeartbeatAt = Optional.empty();

    /** @param meters where the counts are shown */
    public IntakeCounts(MeterRegistry meters) {
        this.meters = meters;
        meters.more().counter("ualarm.alarms.accepted", List.of(), accepted);
        meters.more().counter("ualarm.alarms.duplicate", List.of(), duplicates);
    }

    void accepted() {
        accepted.increment();
        lastAlarmAt = Optional.of(Instant.now());
    }

    void duplicate() {
        duplicates.increment();
        lastAlarmAt = Optional.of(Instant.now());
    }

    void heartbeat() {
        lastHeartbeatAt = Optional.of(Instant.now());
    }

    void rejected(String reason) {
        rejected.increment();
        meters.counter("ualarm.alarms.rejected", "reason", reason).increment();
    }

    /** @return alarms that were stored */
    public long acceptedCount() {
        return accepted.sum();
    }

    /** @return messages that were not taken */
    public long rejectedCount() {
        return rejected.sum();
    }

    /** @return alarms that had been stored before */
    public long duplicateCount() {
        return duplicates.sum();
    }

    /** @return when an alarm last came (UTC) */
    public Optional<Instant> lastAlarmAt() {
        return lastAlarmAt;
    }

    /** @return when a heartbeat last came (UTC) */
    public Optional<Instant> lastHeartbeatAt() {
        return lastHeartbeatAt;
    }
}
