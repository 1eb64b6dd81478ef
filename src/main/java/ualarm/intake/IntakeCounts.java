package ualarm.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
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
        FunctionCounter.builder("ualarm.alarms.accepted", accepted, LongAdder::sum)
                .description("Alarms stored")
                .register(meters);
        FunctionCounter.builder("ualarm.alarms.duplicate", duplicates, LongAdder::sum)
                .description("Alarms that had been stored before")
                .register(meters);
    }

    void taken(boolean isDuplicate) {
        (isDuplicate ? duplicates : accepted).increment();
        lastAlarmAt = Optional.of(Instant.now());
    }

    void heartbeat() {
        lastHeartbeatAt = Optional.of(Instant.now());
    }

    void rejected(String reason) {
        rejected.increment();
        Counter.builder("ualarm.alarms.rejected")
                .description("Messages that were not taken")
                .tag("reason", reason)
                .register(meters)
                .increment();
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
