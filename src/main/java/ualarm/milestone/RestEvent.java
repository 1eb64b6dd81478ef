package ualarm.milestone;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Writes the REST event that triggers the analytics event (milestone-api.md 4.1). */
public final class RestEvent {

    private static final Logger LOG = LoggerFactory.getLogger(RestEvent.class);
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String SENT_TIME = "sentTime";

    private final Sites sites;
    private final Cameras cameras;
    private final Duration offset;
    private final Set<String> refuseTime = ConcurrentHashMap.newKeySet();

    /**
     * @param sites all sites
     * @param cameras know the event's id
     * @param offset added to the alarm's time in XProtect
     */
    public RestEvent(Sites sites, Cameras cameras, Duration offset) {
        this.sites = sites;
        this.cameras = cameras;
        this.offset = offset;
    }

    /**
     * Makes the request for the alarm in the property {@code alarm}.
     *
     * @param exchange becomes the request
     * @throws ualarm.alarm.Undelivered.Later when XProtect has no such analytics event
     */
    public void compose(Exchange exchange) {
        var alarm = exchange.getProperty("alarm", CameraAlarm.class);
        Site site = sites.site(alarm.site());
        boolean withTime = site.sendTime() == Site.Choice.ON
                || site.sendTime() == Site.Choice.AUTO
                        && !refuseTime.contains(site.name())
                        && exchange.getProperty(SENT_TIME) == null;
        exchange.setProperty(SENT_TIME, withTime);
        // All three are GUIDs or times that we wrote ourselves: nothing to escape.
        var json = new StringBuilder(180)
                .append("{\"type\":\"")
                .append(cameras.eventId(site, name(site, alarm)))
                .append('"');
        alarm.camera()
                .ifPresent(camera ->
                        json.append(",\"source\":\"cameras/").append(camera).append('"'));
        if (withTime) {
            json.append(",\"time\":\"")
                    .append(TIME.format(alarm.time().plus(offset)))
                    .append('"');
        }
        var message = exchange.getMessage();
        message.setBody(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(Exchange.HTTP_PATH, "/api/rest/v1/events");
    }

    /**
     * Says whether XProtect may have refused the event for its time, which is only inferred to be allowed.
     *
     * @param exchange the answer
     * @return whether to send it once more without
     */
    public boolean timeRefused(Exchange exchange) {
        var alarm = exchange.getProperty("alarm", CameraAlarm.class);
        return Answers.status(exchange) == 400
                && exchange.getProperty(SENT_TIME, false, boolean.class)
                && sites.site(alarm.site()).sendTime() == Site.Choice.AUTO;
    }

    /**
     * Takes the answer to the event without its time: only when that was taken is it known that the time was the reason.
     *
     * @param exchange the answer
     */
    public void learn(Exchange exchange) {
        String site = exchange.getProperty("alarm", CameraAlarm.class).site();
        if (Answers.status(exchange) < 300 && refuseTime.add(site)) {
            LOG.warn("XProtect of {} refuses events with a time: they are sent without from now on", site);
        }
    }

    /** @return the name of the analytics event that an alarm triggers */
    static String name(Site site, CameraAlarm alarm) {
        return alarm.isSupervision() ? Site.SUPERVISION_EVENT : site.event();
    }
}
