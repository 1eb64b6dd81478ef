package ualarm.milestone;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Json;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Says of each answer of XProtect whether the alarm is done, is to be tried later, or never (design.md 2.4). */
public final class Answers {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final Sites sites;
    private final Cameras cameras;
    private final Clock clock;
    private final Map<UUID, Instant> refusedAt = new ConcurrentHashMap<>();

    /**
     * @param sites all sites
     * @param cameras has the site read again before an alarm is given up
     * @param clock tells when an alarm was refused
     */
    public Answers(Sites sites, Cameras cameras, Clock clock) {
        this.clock = clock;
        this.sites = sites;
        this.cameras = cameras;
    }

    /**
     * Checks the answer to an event. Done when it returns; then the header {@code EventId} has the event's id in XProtect.
     *
     * @param exchange the answer, with the alarm in the property {@code alarm}
     * @throws ualarm.alarm.Undelivered when XProtect did not take the event
     */
    public void event(Exchange exchange) {
        Map<String, Object> event = Json.map(Json.object(body(exchange)).get("data"));
        // 202 is XProtect's word for taken; any other good answer might come from a proxy, so it must look like
        // XProtect's.
        int status = status(exchange);
        if (status != 202 && (status < 200 || status >= 300 || event.isEmpty())) {
            refused(exchange, said(site(exchange), status, body(exchange)));
        }
        taken(exchange);
        exchange.getMessage().setHeader("EventId", Text.clean(Json.text(event, "id")));
    }

    /** An alarm that was refused before is forgotten: it was taken after all. */
    void taken(Exchange exchange) {
        refusedAt.remove(exchange.getProperty("alarm", CameraAlarm.class).key());
    }

    /**
     * Decides about an alarm that XProtect refused.
     *
     * @param exchange the answer, with the alarm in the property {@code alarm}
     * @param said what XProtect said, and what to do about it
     * @throws ualarm.alarm.Undelivered always
     */
    void refused(Exchange exchange, String said) {
        var alarm = exchange.getProperty("alarm", CameraAlarm.class);
        if (isLater(status(exchange))) {
            throw new Later(said, retryAfter(exchange), kind(status(exchange)));
        }
        // A camera or the event type may have been replaced and have a new id: only what is refused with lists that
        // were
        // fresh when the attempt began is final.
        Instant firstRefused = refusedAt.computeIfAbsent(alarm.key(), key -> clock.instant());
        Instant began = Instant.ofEpochMilli(exchange.getClock().getCreated());
        if (!cameras.wasRead(alarm.site(), firstRefused, began)) {
            cameras.refreshSoon(alarm.site());
            throw new Later(said, Kind.CLIENT);
        }
        refusedAt.remove(alarm.key());
        throw new Never(said);
    }

    /**
     * Checks the answer to anything else that is asked of XProtect.
     *
     * @param exchange the answer
     * @throws Later unless the status is 2xx
     */
    public void read(Exchange exchange) {
        int status = status(exchange);
        if (status < 200 || status >= 300) {
            throw new Later(said(site(exchange), status, body(exchange)), retryAfter(exchange), kind(status));
        }
    }

    /**
     * Says what kept XProtect from answering at all, in words for an installer.
     *
     * @param exchange the failed call
     * @throws Later always
     */
    public void failed(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Later later) {
                throw later;
            }
        }
        throw new Later(unreachable(site(exchange), failure), kind(failure));
    }

    /** @return what sort of trouble a status is */
    static Kind kind(int status) {
        return switch (status) {
            case 401, 403 -> Kind.AUTH;
            case 408, 504 -> Kind.TIMEOUT;
            default -> status >= 500 || status == 429 ? Kind.SERVER : Kind.CLIENT;
        };
    }

    /** @return what sort of trouble it is when there is no answer */
    static Kind kind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return Kind.TIMEOUT;
            }
        }
        return Kind.REFUSED;
    }

    /** @return whether another attempt can help: always but for 4xx; of those for 401, 408, 425 and 429 */
    static boolean isLater(int status) {
        return status < 400 || status >= 500 || status == 401 || status == 408 || status == 425 || status == 429;
    }

    /** @return the site that a request goes to or an answer comes from, as the routes note it */
    static String siteName(Exchange exchange) {
        return exchange.getProperty("site", String.class);
    }

    Site site(Exchange exchange) {
        return sites.site(siteName(exchange));
    }

    static int status(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class);
    }

    static byte[] body(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof byte[] bytes ? bytes : new byte[0];
    }

    /** Both forms of Retry-After that servers send: seconds, or a date (which is left to the ladder). */
    private static Optional<Duration> retryAfter(Exchange exchange) {
        String written =
                exchange.getMessage().getHeader("Retry-After", "", String.class).strip();
        if (!written.matches("\\d{1,9}")) {
            return Optional.empty();
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(written));
        return Optional.of(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
    }

    private static String said(Site site, int status, byte[] body) {
        String remedy = switch (status) {
            case 301, 302, 303, 307, 308 ->
                "It redirects: write the address it redirects to in site." + site.name() + ".url.";
            case 200 -> "The answer is not XProtect's: check site." + site.name() + ".url.";
            case 400 ->
                "It does not know the camera or the event type, or not this form of event: compare both in Management Client.";
            case 401 -> "It refuses the token of " + site.username() + " although it is new.";
            case 403 -> "The role of " + site.username() + " may not trigger events on this camera.";
            case 404 -> "It has no events API (XProtect before 2023 R2), or not this camera.";
            case 429 -> "It asks to be called less often.";
            case 502, 503, 504 -> "Its API Gateway or event server is down or restarting: look at its services.";
            default -> "";
        };
        return ("XProtect of " + site.name() + " answered " + status + ". " + remedy + " " + quoted(body)).strip();
    }

    /** The error text as part of a sentence; nothing when there is none. */
    static String quoted(byte[] body) {
        String text = errorText(body);
        return text.isEmpty() ? "" : "It says: " + text;
    }

    /**
     * @param body an answer
     * @return its error text, in either of the shapes of milestone-api.md 3; empty for other bodies (HTML, plain text)
     */
    public static String errorText(byte[] body) {
        Map<String, Object> json = Json.object(body);
        Map<String, Object> error = json.containsKey("error") ? Json.map(json.get("error")) : json;
        return Json.list(error.get("details")).stream()
                .map(detail -> Text.clean(Json.text(Json.map(detail), "errorText")))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String unreachable(Site site, Throwable failure) {
        return "XProtect of " + site + " at " + site.url() + " "
                + why(
                        failure,
                        "Check that XProtect runs, the port and the firewall",
                        "Check the name in site." + site + ".url and the DNS",
                        "Set site." + site + ".trust to the PEM file of its issuer")
                + ".";
    }

    /**
     * Puts in words why a far end gave no answer.
     *
     * @param failure what the call failed with
     * @param unconnected what to do when it cannot be connected to
     * @param unknown what to do when its host name cannot be found
     * @param untrusted what to do when its certificate is not trusted
     * @return the reason and what to do
     */
    static String why(Throwable failure, String unconnected, String unknown, String untrusted) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        if (failure instanceof TimeoutException || cause instanceof TimeoutException) {
            return "did not answer in time. Check that it runs and is not overloaded";
        } else if (cause instanceof UnknownHostException) {
            return "has a host name that cannot be found. " + unknown;
        } else if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
            return "has a certificate that is not trusted. " + untrusted;
        } else if (failure instanceof ConnectException || cause instanceof ConnectException) {
            return "cannot be connected to. " + unconnected;
        }
        return "broke the connection (" + cause.getClass().getSimpleName() + ")";
    }
}
