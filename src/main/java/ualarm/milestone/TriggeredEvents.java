package ualarm.milestone;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.Variable;
import ualarm.alarm.CameraAlarm;

/**
 * Which of our alarms triggered an event, by the id that XProtect gave it; that webhooks and the events WebSocket tell it by the same id
 * is inferred (milestone-api.md 4.1, 10). Its own lock guards all of it.
 */
public final class TriggeredEvents {

    private static final int MOST = 10_000;

    /**
     * An event that XProtect has taken.
     *
     * @param id its id, in small letters
     * @param alarm what triggered it
     * @param at when XProtect took it (UTC)
     */
    record Taken(String id, CameraAlarm alarm, Instant at) {}

    private final Clock clock;
    private final Predicate<String> isAwaited;
    private final Map<String, Taken> taken = newest();
    private final Map<String, Taken> unseen = newest();

    /** One a site, of which XProtect may be asked. */
    private final Map<String, Taken> samples = new HashMap<>();

    /** Events that the WebSocket showed before the answer to their request was read. */
    private final Map<String, Instant> early = newest();

    /**
     * @param clock tells when an event is taken
     * @param isAwaited says of a site's name whether its events are expected to be shown by XProtect
     */
    TriggeredEvents(Clock clock, Predicate<String> isAwaited) {
        this.clock = clock;
        this.isAwaited = isAwaited;
    }

    private static <T> Map<String, T> newest() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > MOST;
            }
        };
    }

    /**
     * Remembers which event an alarm has triggered.
     *
     * @param alarm the alarm
     * @param eventId the event's id in XProtect; nothing or empty when it told none
     */
    public void remember(@Variable("alarm") CameraAlarm alarm, @Variable("eventId") String eventId) {
        // One of supervision is at no camera, and only those of cameras are shown.
        if (eventId == null || eventId.isEmpty() || alarm.isSupervision()) {
            return;
        }
        var event = new Taken(eventId.toLowerCase(Locale.ROOT), alarm.brief(), clock.instant());
        synchronized (this) {
            taken.put(event.id(), event);
            if (isAwaited.test(alarm.site())) {
                unseen.put(event.id(), event);
            } else {
                samples.putIfAbsent(alarm.site(), event);
            }
        }
    }

    /**
     * @param id an event's id
     * @return the alarm that triggered it; {@code null} when it is none of ours, as an unset variable
     */
    public synchronized CameraAlarm alarm(@Variable("eventId") String id) {
        Taken event = taken.get(id.toLowerCase(Locale.ROOT));
        return event == null ? null : event.alarm();
    }

    /**
     * XProtect has shown an event.
     *
     * @param id its id
     * @return the event, if it is one of ours and was not shown before
     */
    synchronized Optional<Taken> seen(String id) {
        String known = id.toLowerCase(Locale.ROOT);
        Taken event = unseen.remove(known);
        if (event == null && !taken.containsKey(known)) {
            early.put(known, clock.instant());
        }
        return Optional.ofNullable(event);
    }

    /**
     * @param site a site's name
     * @param age how long ago an event was taken at least
     * @return one of the site's events that are not awaited, which is not given again
     */
    synchronized Optional<Taken> sample(String site, Duration age) {
        return Optional.ofNullable(samples.get(site))
                .filter(event -> event.at().isBefore(clock.instant().minus(age)))
                .map(event -> samples.remove(site));
    }

    /** @return those of our events that XProtect had shown before we knew their ids */
    synchronized List<Taken> seenEarly() {
        var found = new ArrayList<Taken>();
        unseen.values().removeIf(event -> early.remove(event.id()) != null && found.add(event));
        return found;
    }

    /**
     * @param site a site's name
     * @param limit how long an event may remain unseen
     * @return those of the site's events that remained unseen for longer; they are asked for only once
     */
    synchronized List<Taken> overdue(String site, Duration limit) {
        Instant end = clock.instant().minus(limit);
        var found = new ArrayList<Taken>();
        unseen.values()
                .removeIf(
                        event -> event.alarm().site().equals(site) && event.at().isBefore(end) && found.add(event));
        return found;
    }
}
