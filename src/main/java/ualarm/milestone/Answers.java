package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.apache.camel.language.simple.Simple;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.alarm.Waits;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Says of each answer of XProtect whether the alarm is done, is to be tried later, or never (design.md 2.4). */
public final class Answers {

    private static final JsonMapper JSON = mapper();
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final int MOST_REMEMBERED = 10_000;

    /** The names under which the route {@code ask-xprotect} leaves an answer. */
    static final String STATUS = "status";

    static final String ANSWER = "answer";
    private static final String RETRY_AFTER = "header:answer.Retry-After";
    private static final String LOCATION = "header:answer.Location";

    private final Sites sites;
    private final Clock clock;
    private volatile RefreshPlan plan;
    private final Map<UUID, Instant> refusedAt = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /**
     * @param sites all sites
     * @param clock tells when an alarm was refused; nobody sets it
     */
    public Answers(Sites sites, Clock clock) {
        this.sites = sites;
        this.clock = clock;
    }

    /** @param refreshes has a site read again before an alarm of it is given up */
    void use(RefreshPlan refreshes) {
        plan = refreshes;
    }

    /** @return reads and writes XProtect's JSON: what it sends beside what we know is passed over (milestone-api.md 3) */
    static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .addModule(new Jdk8Module())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        // A hole in a list is passed over as well.
        mapper.setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.SKIP));
        return mapper;
    }

    /**
     * Decides about an event that was not answered with 202, XProtect's word for taken. Any other good answer might come from a proxy,
     * so it must look like XProtect's.
     *
     * @param site the site's name
     * @param status the answer's status
     * @param body the answer
     * @param retryAfter how long XProtect asks us to wait; nothing when it does not
     * @param alarm the alarm
     * @param ago how many milliseconds ago the attempt began
     * @throws Undelivered when XProtect did not take the event
     */
    public void event(
            @Variable("site") String site,
            @Variable(STATUS) int status,
            @Variable(ANSWER) byte[] body,
            @Variable(RETRY_AFTER) String retryAfter,
            @Variable("alarm") CameraAlarm alarm,
            @Simple("${exchange.clock.elapsed}") long ago) {
        if (!isTaken(status, body)) {
            throw refused(alarm, status, retryAfter, began(ago), said(sites.site(site), status, body));
        }
    }

    /**
     * Decides about a raised alarm that was not answered with 202.
     *
     * @param name the site's name
     * @param status the answer's status
     * @param body the answer
     * @param retryAfter how long XProtect asks us to wait; nothing when it does not
     * @param alarm the alarm
     * @param ago how many milliseconds ago the attempt began
     * @throws Undelivered when XProtect did not take the alarm
     */
    public void alarm(
            @Variable("site") String name,
            @Variable(STATUS) int status,
            @Variable(ANSWER) byte[] body,
            @Variable(RETRY_AFTER) String retryAfter,
            @Variable("alarm") CameraAlarm alarm,
            @Simple("${exchange.clock.elapsed}") long ago) {
        if (isTaken(status, body)) {
            return;
        }
        Site site = sites.site(name);
        String remedy = switch (status) {
            case 400 -> "It does not know the camera, or not this form of alarm. ";
            case 403 -> "The role of " + site.username() + " may not manage alarms. ";
            case 404 -> "It has no alarms API (XProtect before 2023 R2): set site." + site + ".raise-alarm=off. ";
            default -> "";
        };
        String said = "XProtect of " + site + " answered " + status + " to the alarm. " + remedy + quoted(body);
        throw refused(alarm, status, retryAfter, began(ago), said.strip());
    }

    /**
     * Reads the id that XProtect gave the event or alarm that it took (milestone-api.md 4.1, 5.1). Nothing may fail here: what is taken
     * and fails is sent once more.
     *
     * @param body the answer
     * @return the id; empty when it tells none
     */
    public String id(@Variable(ANSWER) byte[] body) {
        return Text.clean(tree(body).path("data").path("id").asText(""));
    }

    /**
     * @param ago whole milliseconds
     * @return when that was or up to one before, by the clock of {@link RefreshPlan}, which nobody sets
     */
    Instant began(long ago) {
        return clock.instant().minusMillis(ago + 1);
    }

    private static boolean isTaken(int status, byte[] body) {
        return status == 202
                || status >= 200
                        && status < 300
                        && !tree(body).path("data").isMissingNode()
                        && !tree(body).path("data").isEmpty();
    }

    /**
     * @param alarm an alarm that XProtect refused
     * @param status with which status
     * @param retryAfter how long XProtect asks us to wait; nothing when it does not
     * @param began when the attempt began
     * @param said what XProtect said, and what to do about it
     * @return whether it is tried later or never
     */
    Undelivered refused(CameraAlarm alarm, int status, String retryAfter, Instant began, String said) {
        if (isLater(status)) {
            return new Later(said, wait(retryAfter), kind(status));
        }
        // A camera or the event type may have been replaced and have a new id: only what is refused with lists that
        // were fresh when the attempt began is final.
        Instant first;
        synchronized (refusedAt) {
            first = refusedAt.computeIfAbsent(alarm.key(), key -> clock.instant());
            if (plan.wasRead(alarm.site(), first, began)) {
                refusedAt.remove(alarm.key());
                return new Never(said);
            }
        }
        plan.missed(alarm.site(), first);
        return new Later(said, Kind.CLIENT);
    }

    /**
     * Checks the answer to a question.
     *
     * @param site the site's name
     * @param path what was asked for
     * @param status the answer's status
     * @param body the answer
     * @param retryAfter how long XProtect asks us to wait; nothing when it does not
     * @throws Later unless the status is 2xx
     */
    public void read(
            @Variable("site") String site,
            @Header(Exchange.HTTP_PATH) String path,
            @Variable(STATUS) int status,
            @Variable(ANSWER) byte[] body,
            @Variable(RETRY_AFTER) String retryAfter) {
        if (status < 200 || status >= 300) {
            throw new Later(unread(sites.site(site), path, status, body), wait(retryAfter), kind(status));
        }
    }

    /**
     * Checks that XProtect has done what it was asked for.
     *
     * @param name the site's name
     * @param method how it was asked
     * @param path what it was asked for
     * @param status the answer's status
     * @param body the answer
     * @param retryAfter how long XProtect asks us to wait; nothing when it does not
     * @throws Undelivered unless the status is 2xx
     */
    public void done(
            @Variable("site") String name,
            @Header(Exchange.HTTP_METHOD) String method,
            @Header(Exchange.HTTP_PATH) String path,
            @Variable(STATUS) int status,
            @Variable(ANSWER) byte[] body,
            @Variable(RETRY_AFTER) String retryAfter) {
        if (status >= 200 && status < 300) {
            return;
        }
        Site site = sites.site(name);
        String said = ("XProtect of " + site + " answered " + status + " to " + method + " " + Text.clean(path) + ". "
                        + undone(site, status) + " " + quoted(body))
                .replace("  ", " ")
                .strip();
        throw isLater(status) ? new Later(said, wait(retryAfter), kind(status)) : new Never(said);
    }

    private static String undone(Site site, int status) {
        return switch (status) {
            case 400 -> "It does not know an id in it, or not this form of request.";
            case 403 -> "The role of " + site.username() + " may not do this, or XProtect's licence does not have it.";
            case 404 -> "It has no such object, or this version has no such request.";
            case 502, 503, 504 ->
                "Its API Gateway or the server behind it is down or restarting: look at its services.";
            default -> remedy(site, status);
        };
    }

    /**
     * Looks whether it is XProtect itself that answers at a site's address, be it with a refusal.
     *
     * @param site the site's name
     * @param path what was asked for
     * @param status the answer's status
     * @param body the answer
     * @param location where it redirects to; nothing when it does not
     * @throws Later when it redirects, or cannot answer now
     */
    public void found(
            @Variable("site") String site,
            @Header(Exchange.HTTP_PATH) String path,
            @Variable(STATUS) int status,
            @Variable(ANSWER) byte[] body,
            @Variable(LOCATION) String location) {
        if (location != null && status >= 300 && status < 400) {
            throw new Later("XProtect of " + site + " redirects to " + Text.clean(location)
                    + ". Write that address in site." + site + ".url, without a path.");
        }
        lives(site, path, status, body);
    }

    /**
     * Looks whether a site lives; any answer shows that it does, but that it cannot answer now.
     *
     * @param site the site's name
     * @param path what was asked for
     * @param status the answer's status
     * @param body the answer
     * @throws Later when it does not
     */
    public void lives(
            @Variable("site") String site,
            @Header(Exchange.HTTP_PATH) String path,
            @Variable(STATUS) int status,
            @Variable(ANSWER) byte[] body) {
        if (status >= 500) {
            read(site, path, status, body, null);
        }
    }

    /**
     * A good answer without a list is not XProtect's; taken for an empty list it would make every camera unknown.
     *
     * @param site the site's name
     * @param array the list in its answer
     * @return the list
     * @throws Later when there is none
     */
    static <T> List<T> list(String site, Optional<List<T>> array) {
        return array.orElseThrow(() -> new Later(
                "XProtect of " + site + " answered without a list. Check its address in site." + site + ".url."));
    }

    /**
     * Says of what kept an alarm or a reading from its end that it is tried later, and what to do about it.
     *
     * @param site the site's name
     * @param failure what it failed with
     * @return the reason, in words for an installer
     */
    public Later inWords(@Variable("site") String site, Exception failure) {
        if (failure instanceof Later later) {
            return later;
        } else if (failure instanceof JacksonException || failure instanceof CharConversionException) {
            return new Later("XProtect of " + site + " answered with something that is not XProtect's. Check site."
                    + site + ".url.");
        } else if (failure instanceof IOException || failure.getCause() instanceof IOException) {
            return unreachable(sites.site(site), failure);
        }
        return new Later(failure instanceof Never ? failure.getMessage() : failure.toString());
    }

    private static Later unreachable(Site site, Throwable failure) {
        return new Later(
                "XProtect of " + site + " at " + site.url() + " "
                        + why(
                                failure,
                                "Check that XProtect runs, the port and the firewall",
                                "Check the name in site." + site + ".url and the DNS",
                                "Set site." + site + ".trust to the PEM file of its issuer")
                        + ".",
                kind(failure));
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
            if (cause instanceof InterruptedIOException) {
                return Kind.TIMEOUT;
            }
        }
        return Kind.REFUSED;
    }

    /** @return whether another attempt can help: always but for 4xx; of those for 401, 408, 425 and 429 */
    static boolean isLater(int status) {
        return status < 400 || status >= 500 || status == 401 || status == 408 || status == 425 || status == 429;
    }

    /** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3); by a date our clock and theirs may differ. */
    private static Optional<Duration> wait(String retryAfter) {
        String written = retryAfter == null ? "" : retryAfter.strip();
        try {
            Duration wait = written.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(written))
                    : Duration.between(
                            Instant.now(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(written, Instant::from));
            return Optional.of(Waits.within(Duration.ZERO, wait, LONGEST_WAIT)).filter(left -> !left.isZero());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String said(Site site, int status, byte[] body) {
        return answered(
                site,
                status,
                body,
                switch (status) {
                    case 400 ->
                        "It does not know the camera or the event type, or not this form of event: compare both in Management Client.";
                    case 403 -> "The role of " + site.username() + " may not trigger events on this camera.";
                    case 404 -> "It has no events API (XProtect before 2023 R2), or not this camera.";
                    case 502, 503, 504 ->
                        "Its API Gateway or event server is down or restarting: look at its services.";
                    default -> remedy(site, status);
                });
    }

    private static String unread(Site site, String path, int status, byte[] body) {
        // analyticsEvents are analytics events to people.
        String what = path.replaceFirst(".*/", "").replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return answered(
                site,
                status,
                body,
                switch (status) {
                    case 403 ->
                        "The role of " + site.username() + " may not read " + what
                                + ". In Management Client, under Security, Roles, put " + site.username()
                                + " in a role that has the right Read on them.";
                    case 404 -> "Check that site." + site + ".url is XProtect's address.";
                    default ->
                        status >= 500
                                ? "Its API Gateway or management server is down or restarting: look at its services."
                                : remedy(site, status);
                });
    }

    private static String remedy(Site site, int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 ->
                "It redirects: write the address it redirects to in site." + site.name() + ".url.";
            case 200 -> "The answer is not XProtect's: check site." + site.name() + ".url.";
            case 401 -> "It refuses the token of " + site.username() + " although it is new.";
            case 429 -> "It asks to be called less often.";
            default -> "";
        };
    }

    private static String answered(Site site, int status, byte[] body, String remedy) {
        return ("XProtect of " + site.name() + " answered " + status + ". " + remedy + " " + quoted(body)).strip();
    }

    /** The error text as part of a sentence; nothing when there is none. */
    private static String quoted(byte[] body) {
        String text = errorText(body);
        return text.isEmpty() ? "" : "It says: " + text;
    }

    /**
     * @param body an answer
     * @return its error text, in either of the shapes of milestone-api.md 3; empty for other bodies (HTML, plain text)
     */
    public static String errorText(byte[] body) {
        JsonNode answer = tree(body);
        JsonNode error = answer.path("error").isObject() ? answer.path("error") : answer;
        for (JsonNode detail : error.path("details")) {
            String text = Text.clean(detail.path("errorText").asText());
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    /** @return any answer as JSON; nothing in it when it is none */
    public static JsonNode tree(byte[] body) {
        try {
            return body == null ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
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
        if (cause instanceof UnknownHostException) {
            return "has a host name that cannot be found. " + unknown;
        } else if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
            return "has a certificate that is not trusted. " + untrusted;
        } else if (failure instanceof ConnectException || cause instanceof ConnectException) {
            return "cannot be connected to. " + unconnected;
        } else if (kind(failure) == Kind.TIMEOUT) {
            return "did not answer in time. Check that it runs and is not overloaded";
        } else if (cause instanceof MessageConstraintException) {
            return "answers with more than XProtect ever does. Check that nothing else answers at this address";
        }
        return "broke the connection ("
                + (cause instanceof NoHttpResponseException
                        ? "no answer"
                        : cause.getClass().getSimpleName()) + ")";
    }
}
