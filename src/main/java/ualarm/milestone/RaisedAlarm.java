package ualarm.milestone;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * The alarm itself, raised by REST beside the event, so that operators see the alarm's name in U-Alarm, which a REST event cannot
 * carry (milestone-api.md 5.1).
 */
public final class RaisedAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(RaisedAlarm.class);

    /** The level of the state Closed (milestone-api.md 5.3; not Milestone's word, but that of clients). */
    private static final int CLOSED = 11;

    /** So long an alarm that is over may not have been raised yet. */
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final Duration ASKED_AGAIN_AFTER = Duration.ofHours(1);

    private final Sites sites;
    private final Triggers triggers;
    private final Duration offset;
    /** By site, when XProtect has refused the first. */
    private final Map<String, Integer> form = new ConcurrentHashMap<>();

    /** How an alarm may be written. */
    private record Form(boolean isPrefixed, boolean hasTime) {}

    /** The sites without licence, and until when none is raised there: somebody may mend it, or it may have been one camera's. */
    private final Map<String, Instant> notLicensed = new ConcurrentHashMap<>();

    private final Clock clock;

    /**
     * @param sites all sites
     * @param triggers know where alarm definitions raise the alarm
     * @param offset added to the alarm's time in XProtect
     * @param clock tells when a licence is asked for again
     */
    RaisedAlarm(Sites sites, Triggers triggers, Duration offset, Clock clock) {
        this.sites = sites;
        this.triggers = triggers;
        this.offset = offset;
        this.clock = clock;
    }

    private boolean mayBeLicensed(String site) {
        Instant until = notLicensed.get(site);
        return until == null || !clock.instant().isBefore(until);
    }

    /**
     * Says whether an alarm goes into the queue of alarms to raise; while that depends on what XProtect has not told yet, it does.
     *
     * @param alarm an alarm whose site is known
     * @return whether to keep it
     */
    public boolean wanted(CameraAlarm alarm) {
        return mayBeLicensed(alarm.site())
                && triggers.raisesItself(
                                sites.site(alarm.site()), alarm.camera().orElseThrow())
                        .orElse(true);
    }

    /**
     * Says whether an alarm is to be raised, now that it is its turn.
     *
     * @param alarm an alarm whose site is known
     * @return whether to raise it
     * @throws Later while XProtect has not told its version and alarm definitions
     */
    public boolean needed(CameraAlarm alarm) {
        Site site = sites.site(alarm.site());
        return mayBeLicensed(site.name())
                && triggers.raisesItself(site, alarm.camera().orElseThrow())
                        .orElseThrow(() -> new Later(
                                "XProtect of " + site + " could not be asked for its alarm definitions yet."));
    }

    /**
     * @param site the site's name
     * @return the form in which the site takes alarms; the first of them where that is not known
     */
    public int form(@Variable("site") String site) {
        return form.getOrDefault(site, 0);
    }

    /**
     * Makes the request. Its first form names the camera by its GUID, as the official sample does, and tells the time unless
     * {@code send-time} is off; the next is without the time, and the last is the form that objects are read back in. That the time, and
     * the last form, are accepted is inferred (milestone-api.md 5.1).
     *
     * @param alarm the alarm
     * @param form which form
     * @return the request
     */
    public AlarmRequest request(@Variable("alarm") CameraAlarm alarm, @Variable("form") int form) {
        Site site = sites.site(alarm.site());
        String camera = alarm.camera().orElseThrow().toString();
        Form wanted = forms(site).get(form);
        return new AlarmRequest(
                alarm.name(),
                site.event(),
                wanted.isPrefixed() ? "cameras/" + camera : camera,
                wanted.hasTime() ? AnalyticsEvent.time(alarm, offset) : "");
    }

    private static List<Form> forms(Site site) {
        return switch (site.sendTime()) {
            case ON -> List.of(new Form(false, true), new Form(true, true));
            case OFF -> List.of(new Form(false, false), new Form(true, false));
            case AUTO -> List.of(new Form(false, true), new Form(false, false), new Form(true, false));
        };
    }

    /**
     * Says whether XProtect may have refused the alarm for its form.
     *
     * @param site the site's name
     * @param form the form that it was sent in
     * @param status the answer's status
     * @param body the answer
     * @return whether to send it once more in the next form
     */
    public boolean formRefused(
            @Variable("site") String site,
            @Variable("form") int form,
            @Variable(Answers.STATUS) int status,
            @Variable(Answers.ANSWER) byte[] body) {
        return status == 400
                && !isNotLicensed(status, body)
                && !this.form.containsKey(site)
                && form + 1 < forms(sites.site(site)).size();
    }

    /**
     * Takes the answer to the alarm in another form: only when that was taken is it known that the form was the reason.
     *
     * @param site the site's name
     * @param form the form that it was sent in
     * @param status the answer's status
     */
    public void learn(@Variable("site") String site, @Variable("form") int form, @Variable(Answers.STATUS) int status) {
        if (status < 300 && this.form.put(site, form) == null) {
            LOG.warn(
                    "XProtect of {} refuses alarms with a time or a bare GUID: they are sent otherwise from now on",
                    site);
        }
    }

    /**
     * Says whether XProtect has a licence for alarms; that it has none is remembered for an hour, and nobody's fault.
     *
     * @param site the site's name
     * @param status the answer's status
     * @param body the answer
     * @return whether it has
     */
    public boolean isLicensed(
            @Variable("site") String site,
            @Variable(Answers.STATUS) int status,
            @Variable(Answers.ANSWER) byte[] body) {
        if (!isNotLicensed(status, body)) {
            if (status < 300 && notLicensed.remove(site) != null) {
                LOG.info("XProtect of {} takes alarms again", site);
            }
            return true;
        }
        if (notLicensed.put(site, clock.instant().plus(ASKED_AGAIN_AFTER)) == null) {
            LOG.warn(
                    "XProtect of {} has no licence for alarms: operators see none, and one is tried every hour only. Set site.{}.raise-alarm=off,"
                            + " and mail.to with mail.when=always if mail is to take their place",
                    site,
                    site);
        }
        return false;
    }

    /**
     * Finds the alarms to close when an alarm is over, in XProtect's list of its camera's. The one that was raised may not be there yet.
     *
     * @param alarm the end of an alarm
     * @param list XProtect's answer
     * @return the ids of the alarms at that camera that bear its name and are not closed; none when nobody raised one
     * @throws Later when there is none, and the end is new
     */
    public List<String> open(@Variable("alarm") CameraAlarm alarm, @Variable(Answers.ANSWER) byte[] list) {
        String camera = alarm.camera().orElseThrow().toString();
        var ids = new ArrayList<String>();
        for (JsonNode each : Answers.tree(list).path("array")) {
            boolean isIts = each.path("name").asText().equals(alarm.name())
                    && each.path("source").asText().toLowerCase(Locale.ROOT).endsWith(camera);
            if (isIts && each.path("state").path("level").asInt() != CLOSED) {
                ids.add(each.path("id").asText());
            }
        }
        if (ids.isEmpty() && alarm.receivedAt().plus(SOON).isAfter(Instant.now())) {
            throw new Later(
                    "XProtect of " + alarm.site() + " has no open alarm " + alarm.name() + " at this camera yet.");
        }
        return ids;
    }

    /** The text is the management server's own; its HTTP status over REST is not known (milestone-api.md 3). */
    private static boolean isNotLicensed(int status, byte[] body) {
        if (status < 400) {
            return false;
        }
        String said = Answers.errorText(body).toLowerCase(Locale.ROOT);
        return said.contains("vms64001") || said.contains("not licensed");
    }
}
