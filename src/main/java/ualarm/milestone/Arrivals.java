package ualarm.milestone;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;

/**
 * Whether XProtect really has the events that it took: 202 says only that its gateway did. Each is expected on the events WebSocket;
 * where there is none, XProtect is asked for a sample. One that is not there is told about, and never triggered again.
 */
public final class Arrivals {

    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    /** An event that was taken longer ago and not shown counts as not seen. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    /** Where there is no WebSocket, XProtect is asked for an event so long after it was taken, ... */
    private static final Duration SAMPLED_AFTER = Duration.ofSeconds(3);

    /** ... and for one in such a time. */
    private static final Duration SAMPLED_EVERY = Duration.ofSeconds(10);

    private static final int KEPT = 200;
    private static final int NOT_KEPT = 404;

    /** So many in a row are more than a slip. */
    private static final int REPEATED = 3;

    /** Is told what became of events. */
    public interface Listener {

        /** Nobody listens. */
        Listener NONE = new Listener() {
            @Override
            public void seen(CameraAlarm alarm, Duration after) {}

            @Override
            public void unseen(CameraAlarm alarm) {}

            @Override
            public void changed(String site, String what) {}
        };

        /**
         * @param alarm triggered an event that XProtect has shown
         * @param after how long after XProtect took it
         */
        void seen(CameraAlarm alarm, Duration after);

        /** @param alarm triggered an event that XProtect took, and has not shown */
        void unseen(CameraAlarm alarm);

        /**
         * XProtect begins or ends to swallow events.
         *
         * @param site the site's name
         * @param what what to tell people
         */
        void changed(String site, String what);
    }

    private final TriggeredEvents events;
    private final Clock clock;
    private final Listener listener;
    private final Map<String, Integer> missing = new ConcurrentHashMap<>();
    private final BiFunction<String, String, CompletableFuture<Integer>> lookUp;
    private final Map<String, Instant> sampled = new ConcurrentHashMap<>();

    /** Sites that have shown that they keep events: others may have a retention of 0 days (milestone-api.md 4.2). */
    private final Set<String> keeping = ConcurrentHashMap.newKeySet();

    /** @param lookUp asks a site for an event by its id, and tells the answer's status */
    Arrivals(
            TriggeredEvents events,
            Clock clock,
            Listener listener,
            BiFunction<String, String, CompletableFuture<Integer>> lookUp) {
        this.events = events;
        this.clock = clock;
        this.listener = listener;
        this.lookUp = lookUp;
    }

    /**
     * XProtect has shown an event.
     *
     * @param event any event, also one that is not ours
     */
    public void seen(SeenEvent event) {
        events.seen(event.id()).ifPresent(this::arrived);
    }

    private void arrived(TriggeredEvents.Taken event) {
        Duration after = Duration.between(event.at(), clock.instant());
        listener.seen(event.alarm(), after.isNegative() ? Duration.ZERO : after);
        if (missing.getOrDefault(event.alarm().site(), 0) >= REPEATED) {
            LOG.info("XProtect of {} shows events again", event.alarm().site());
            listener.changed(event.alarm().site(), "XProtect shows events again");
        }
        missing.remove(event.alarm().site());
    }

    /**
     * Looks which events should have been shown by now.
     *
     * @param site a site whose WebSocket has shown all events since they were triggered
     * @param ago when it last gave a sign of life: what was triggered since then may still come
     */
    void check(String site, Duration ago) {
        events.seenEarly().forEach(this::arrived);
        events.overdue(site, LONGEST.plus(ago)).forEach(this::isMissing);
    }

    private void isMissing(TriggeredEvents.Taken event) {
        String site = event.alarm().site();
        listener.unseen(event.alarm());
        int count = missing.merge(site, 1, Integer::sum);
        if (count == 1) {
            LOG.warn(
                    "{}: XProtect of {} took the event {} and does not show it after {} s. Look at its event server.",
                    event.alarm(),
                    site,
                    event.id(),
                    Duration.between(event.at(), clock.instant()).toSeconds());
        }
        if (count == REPEATED) {
            listener.changed(site, "XProtect takes events and does not show them");
        }
    }

    /**
     * Looks, now and then, whether XProtect keeps an event that it took.
     *
     * @param site a site that has the events REST API and shows no events on a WebSocket
     */
    void sample(String site) {
        events.sample(site, SAMPLED_AFTER)
                .filter(event -> sampled.getOrDefault(site, Instant.MIN)
                        .isBefore(clock.instant().minus(SAMPLED_EVERY)))
                .ifPresent(event -> {
                    sampled.put(site, clock.instant());
                    lookUp.apply(site, event.id())
                            .thenAccept(status -> lookedUp(event, status))
                            .exceptionally(failure -> {
                                LOG.debug("{}: the event {} could not be asked for", site, event.id(), failure);
                                return null;
                            });
                });
    }

    private void lookedUp(TriggeredEvents.Taken event, int status) {
        if (status == KEPT) {
            keeping.add(event.alarm().site());
            arrived(event);
        } else if (status == NOT_KEPT && keeping.contains(event.alarm().site())) {
            isMissing(event);
        }
    }

    /** The WebSocket has missed events: whether those that wait were shown, nobody can say. */
    void forget(String site) {
        events.overdue(site, Duration.ofMillis(-1));
    }

    /**
     * @param site a site's name
     * @return what is wrong, in words for an installer; empty when XProtect shows what it takes
     */
    public String trouble(String site) {
        int count = missing.getOrDefault(site, 0);
        return count == 0
                ? ""
                : "XProtect took " + count + (count == 1 ? " event" : " events")
                        + " and has not shown " + (count == 1 ? "it" : "them")
                        + ". Look at its event server, and whether Management Client shows the alarm.";
    }
}
