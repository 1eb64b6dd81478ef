package ualarm.milestone;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;

/**
 * Whether XProtect really has the events that it took: 202 says only that its gateway did. Each is expected on the events WebSocket;
 * one that does not come is told about, and never triggered again.
 */
public final class Arrivals {

    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    /** An event that was taken longer ago and not shown counts as not seen. */
    static final Duration LONGEST = Duration.ofSeconds(10);

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

    Arrivals(TriggeredEvents events, Clock clock, Listener listener) {
        this.events = events;
        this.clock = clock;
        this.listener = listener;
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
     */
    void check(String site) {
        events.seenEarly().forEach(this::arrived);
        List<TriggeredEvents.Taken> overdue = events.overdue(site, LONGEST);
        for (TriggeredEvents.Taken event : overdue) {
            listener.unseen(event.alarm());
            int count = missing.merge(site, 1, Integer::sum);
            if (count == 1) {
                LOG.warn(
                        "{}: XProtect of {} took the event {} and has not shown it within {} s. Look at its event server.",
                        event.alarm(),
                        site,
                        event.id(),
                        LONGEST.toSeconds());
            }
            if (count == REPEATED) {
                listener.changed(site, "XProtect takes events and does not show them");
            }
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
