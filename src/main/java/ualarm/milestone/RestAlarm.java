package ualarm.milestone;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Json;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * Raises the alarm itself by REST, beside the event, so that operators see the alarm's name in U-Alarm, which a REST event cannot
 * carry (milestone-api.md 5.1).
 */
public final class RestAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(RestAlarm.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SECOND_FORM = "secondForm";

    private final Sites sites;
    private final Cameras cameras;
    private final Answers answers;
    private final Duration offset;
    private final Set<String> secondForm = ConcurrentHashMap.newKeySet();
    private final Set<String> notLicensed = ConcurrentHashMap.newKeySet();

    /**
     * @param sites all sites
     * @param cameras know where alarm definitions raise the alarm
     * @param answers judge the answers
     * @param offset added to the alarm's time in XProtect
     */
    public RestAlarm(Sites sites, Cameras cameras, Answers answers, Duration offset) {
        this.sites = sites;
        this.cameras = cameras;
        this.answers = answers;
        this.offset = offset;
    }

    /**
     * Says whether an alarm goes into the queue of alarms to raise; while that depends on what XProtect has not told yet, it does.
     *
     * @param alarm an alarm whose site is known
     * @return whether to keep it
     */
    public boolean wanted(CameraAlarm alarm) {
        return !notLicensed.contains(alarm.site())
                && cameras.raisesItself(sites.site(alarm.site()), alarm.camera().orElseThrow())
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
        return !notLicensed.contains(site.name())
                && cameras.raisesItself(site, alarm.camera().orElseThrow())
                        .orElseThrow(() -> new Later(
                                "XProtect of " + site + " could not be asked for its alarm definitions yet."));
    }

    /**
     * Makes the request for the alarm in the property {@code alarm}. Its first form names the camera by its GUID, as the official
     * sample does, and tells the time unless {@code send-time} is off; the second is the form that objects are read back in, without
     * the time. That the time, and the second form, are accepted is inferred.
     *
     * @param exchange becomes the request
     */
    public void compose(Exchange exchange) {
        var alarm = exchange.getProperty("alarm", CameraAlarm.class);
        Site site = sites.site(alarm.site());
        boolean second = secondForm.contains(site.name()) || exchange.getProperty(SECOND_FORM) != null;
        exchange.setProperty(SECOND_FORM, second);
        String camera = alarm.camera().orElseThrow().toString();
        var body = new ByteArrayOutputStream(256);
        try (var json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("name", alarm.name());
            json.writeStringField("message", site.event());
            json.writeStringField("source", second ? "cameras/" + camera : camera);
            if (site.sendTime() == Site.Choice.ON || site.sendTime() == Site.Choice.AUTO && !second) {
                json.writeStringField("time", RestEvent.TIME.format(alarm.time().plus(offset)));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var message = exchange.getMessage();
        message.setBody(body.toByteArray());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(Exchange.HTTP_PATH, "/api/rest/v1/alarms");
    }

    /**
     * Says whether XProtect may have refused the alarm for its form.
     *
     * @param exchange the answer
     * @return whether to send it once more in the second form
     */
    public boolean formRefused(Exchange exchange) {
        return Answers.status(exchange) == 400
                && !isNotLicensed(exchange)
                && !exchange.getProperty(SECOND_FORM, false, boolean.class);
    }

    /**
     * Takes the answer to the alarm in its second form: only when that was taken is it known that the form was the reason.
     *
     * @param exchange the answer
     */
    public void learn(Exchange exchange) {
        String site = Answers.siteName(exchange);
        if (Answers.status(exchange) < 300 && secondForm.add(site)) {
            LOG.warn(
                    "XProtect of {} refuses alarms with a time or a bare GUID: they are sent otherwise from now on",
                    site);
        }
    }

    /**
     * Checks the answer. Done when it returns; then the header {@code AlarmId} has the alarm's id in XProtect. That XProtect has no
     * licence for alarms is remembered, and nobody's fault.
     *
     * @param exchange the answer, with the alarm in the property {@code alarm}
     * @throws ualarm.alarm.Undelivered when XProtect did not take the alarm
     */
    public void check(Exchange exchange) {
        Site site = answers.site(exchange);
        int status = Answers.status(exchange);
        if (isNotLicensed(exchange)) {
            if (notLicensed.add(site.name())) {
                LOG.warn(
                        "XProtect of {} has no licence for alarms: operators see none, and no more are raised. Set site.{}.raise-alarm=off,"
                                + " and mail.to if mail is to take their place",
                        site,
                        site);
            }
            answers.taken(exchange);
            return;
        }
        var alarm = Json.map(Json.object(Answers.body(exchange)).get("data"));
        if (status != 202 && (status < 200 || status >= 300 || alarm.isEmpty())) {
            String remedy = switch (status) {
                case 400 -> "It does not know the camera, or not this form of alarm. ";
                case 403 -> "The role of " + site.username() + " may not manage alarms. ";
                case 404 -> "It has no alarms API (XProtect before 2023 R2): set site." + site + ".raise-alarm=off. ";
                default -> "";
            };
            answers.refused(
                    exchange,
                    ("XProtect of " + site + " answered " + status + " to the alarm. " + remedy
                                    + Answers.quoted(Answers.body(exchange)))
                            .strip());
        }
        answers.taken(exchange);
        exchange.getMessage().setHeader("AlarmId", Text.clean(Json.text(alarm, "id")));
    }

    /** @return whether XProtect took the alarm, so that there is something to tell */
    public boolean raised(Exchange exchange) {
        return exchange.getMessage().getHeader("AlarmId") != null;
    }

    /** @return the sites that have no licence for alarms */
    Set<String> notLicensed() {
        return notLicensed;
    }

    /** The text is the management server's own; its HTTP status over REST is not known (milestone-api.md 3). */
    private static boolean isNotLicensed(Exchange exchange) {
        String said = Answers.errorText(Answers.body(exchange)).toLowerCase(Locale.ROOT);
        return Answers.status(exchange) >= 400 && (said.contains("vms64001") || said.contains("not licensed"));
    }
}
