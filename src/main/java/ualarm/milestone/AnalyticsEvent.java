package ualarm.milestone;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Site;
import ualarm.site.Sites;

/** The REST event that triggers a site's analytics event (milestone-api.md 4.1). */
public final class AnalyticsEvent {

    private static final Logger LOG = LoggerFactory.getLogger(AnalyticsEvent.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Sites sites;
    private final Inventories inventories;
    private final RefreshPlan plan;
    private final Duration offset;
    private final Set<String> refuseTime = ConcurrentHashMap.newKeySet();

    /**
     * @param sites all sites
     * @param inventories know the event's id
     * @param plan has a site read again whose event is not known
     * @param offset added to the alarm's time in XProtect
     */
    AnalyticsEvent(Sites sites, Inventories inventories, RefreshPlan plan, Duration offset) {
        this.sites = sites;
        this.inventories = inventories;
        this.plan = plan;
        this.offset = offset;
    }

    /** @return the alarm's time in XProtect, as XProtect writes times */
    static String time(CameraAlarm alarm, Duration offset) {
        return TIME.format(alarm.time().plus(offset));
    }

    /**
     * @param alarm an alarm whose site is known
     * @return the name of the analytics event that it triggers
     */
    public String name(CameraAlarm alarm) {
        return alarm.isSupervision()
                ? Site.SUPERVISION_EVENT
                : sites.site(alarm.site()).event();
    }

    /**
     * @param alarm the alarm
     * @param event the name of the analytics event to trigger
     * @return the request, with the alarm's time where the site accepts it
     * @throws Later when XProtect has no such analytics event
     */
    public EventRequest request(@Variable("alarm") CameraAlarm alarm, @Variable("event") String event) {
        return request(alarm, event, sendsTime(sites.site(alarm.site())));
    }

    /**
     * @param alarm the alarm
     * @param event the name of the analytics event to trigger
     * @return the request without the alarm's time
     */
    public EventRequest requestWithoutTime(@Variable("alarm") CameraAlarm alarm, @Variable("event") String event) {
        return request(alarm, event, false);
    }

    private EventRequest request(CameraAlarm alarm, String event, boolean withTime) {
        return new EventRequest(
                id(alarm.site(), event),
                alarm.camera().map(camera -> "cameras/" + camera).orElse(""),
                withTime ? time(alarm, offset) : "");
    }

    private boolean sendsTime(Site site) {
        return site.sendTime() == Site.Choice.ON
                || site.sendTime() == Site.Choice.AUTO && !refuseTime.contains(site.name());
    }

    private String id(String site, String event) {
        Optional<Inventory> inventory = inventories.of(site);
        String id = inventory.map(known -> known.events().get(event)).orElse(null);
        if (id != null) {
            return id;
        }
        plan.missed(site);
        throw new Later(
                inventory.isEmpty()
                        ? "XProtect of " + site + " could not be asked for its analytics events yet."
                        : "XProtect of " + site + " has no analytics event named exactly " + event
                                + ". Add it in Management Client under Rules and Events, Analytics Events.");
    }

    /**
     * Says whether XProtect may have refused the event for its time, which is only inferred to be allowed.
     *
     * @param site the site's name
     * @param status the answer's status
     * @return whether to send it once more without
     */
    public boolean timeRefused(@Variable("site") String site, @Variable(Answers.STATUS) int status) {
        return status == 400 && sites.site(site).sendTime() == Site.Choice.AUTO && sendsTime(sites.site(site));
    }

    /**
     * Takes the answer to the event without its time: only when that was taken is it known that the time was the reason.
     *
     * @param site the site's name
     * @param status the answer's status
     */
    public void learn(@Variable("site") String site, @Variable(Answers.STATUS) int status) {
        if (status < 300 && refuseTime.add(site)) {
            LOG.warn("XProtect of {} refuses events with a time: they are sent without from now on", site);
        }
    }
}
