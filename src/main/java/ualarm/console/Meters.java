package ualarm.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import ualarm.alarm.CameraAlarm;
import ualarm.journal.Journal;
import ualarm.journal.Watcher;

/** Counts what becomes of alarms, per channel and site (docs/monitoring). */
public final class Meters implements Watcher {

    /** Upper ends of the delivery times' buckets; 30 s is the longest that standards for alarm transmission allow. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Duration.ofSeconds(30)
    };

    private static final List<String> CHANNELS = List.of("event", "alarm", "mail");

    private final MeterRegistry meters;
    private final CompletableFuture<Journal> journal;
    private final Map<String, Queue> queues = new ConcurrentHashMap<>();
    private final Map<String, Timer> deliveries = new ConcurrentHashMap<>();
    private final Map<String, Instant> lastDelivered = new ConcurrentHashMap<>();

    private record Queue(Tags tags, Counter late, Counter dead) {}

    /**
     * Shows what can be shown from the start: Prometheus sees a first dead letter only when there was a 0 before it.
     *
     * @param meters where the counts are shown
     * @param journal tells what waits
     * @param sites the names of all sites
     */
    public Meters(MeterRegistry meters, CompletableFuture<Journal> journal, List<String> sites) {
        this.meters = meters;
        this.journal = journal;
        for (String site : sites) {
            CHANNELS.forEach(channel -> queue(channel + "." + site));
            seen(site);
            unseen(site);
        }
        queue("unmatched");
    }

    @Override
    public void saw(String queue, CameraAlarm alarm, Step step) {
        Queue known = queue(queue);
        switch (step.result()) {
            case DELIVERED -> {
                Instant now = Instant.now();
                deliveries
                        .computeIfAbsent(queue, name -> delivery(known.tags()))
                        .record(Duration.between(alarm.receivedAt(), now));
                lastDelivered.put(queue, now);
            }
            case LATER ->
                Counter.builder("ualarm.retries")
                        .description("Attempts that failed and are repeated")
                        .tags(known.tags())
                        .tag("reason", step.kind().name().toLowerCase(Locale.ROOT))
                        .register(meters)
                        .increment();
            case LATE -> known.late().increment();
            case DEAD -> known.dead().increment();
            case SEEN -> seen(alarm.site()).record(step.took());
            case UNSEEN -> unseen(alarm.site()).increment();
            case STORED, REPLAYED, DISCARDED -> {}
        }
    }

    private Timer seen(String site) {
        return Timer.builder("ualarm.seen")
                .description("From when XProtect took an event until it showed it")
                .serviceLevelObjectives(BUCKETS)
                .tag("site", site)
                .register(meters);
    }

    private Counter unseen(String site) {
        return Counter.builder("ualarm.unseen")
                .description("Events that XProtect took and has not shown")
                .tag("site", site)
                .register(meters);
    }

    private Queue queue(String name) {
        return queues.computeIfAbsent(name, this::register);
    }

    private Queue register(String name) {
        String channel = Journal.channel(name);
        Tags tags = Tags.of("channel", channel, "site", name.substring(Math.min(name.length(), channel.length() + 1)));
        Gauge.builder("ualarm.waiting", () -> journal.join().waiting(name).count())
                .description("Alarms that wait")
                .tags(tags)
                .register(meters);
        Gauge.builder(
                        "ualarm.waiting.oldest",
                        () -> journal.join().waiting(name).oldest().toMillis() / 1000.0)
                .description("How long the oldest of them has waited")
                .baseUnit("seconds")
                .tags(tags)
                .register(meters);
        return new Queue(
                tags,
                Counter.builder("ualarm.late")
                        .description("Alarms mailed because XProtect had not taken them in time")
                        .tags(tags)
                        .register(meters),
                Counter.builder("ualarm.dead")
                        .description("Alarms given up")
                        .tags(tags)
                        .register(meters));
    }

    private Timer delivery(Tags tags) {
        return Timer.builder("ualarm.delivery")
                .description("From receipt to delivery")
                .serviceLevelObjectives(BUCKETS)
                .tags(tags)
                .register(meters);
    }

    /**
     * @param queue a queue's name
     * @return when the far end last took an alarm of it (UTC); nothing since the start when it is null
     */
    public Instant lastDelivered(String queue) {
        return lastDelivered.get(queue);
    }
}
