package ualarm.milestone;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.CameraName;
import ualarm.alarm.Json;
import ualarm.alarm.Refused;
import ualarm.alarm.Text;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Takes the posts of the XProtect Webhooks add-on (milestone-api.md 11), and knows which of our alarms an event belongs to. */
public final class Webhooks {

    private static final String SIGNATURE = "X-Hub-Signature-256";
    private static final String SCHEME = "sha256=";
    private static final int MOST_REMEMBERED = 10_000;

    private final Sites sites;
    private final Map<String, CameraAlarm> byEvent = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CameraAlarm> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @param sites all sites, some with a webhook secret */
    public Webhooks(Sites sites) {
        this.sites = sites;
    }

    /**
     * Reads a post: its body becomes the event as a map, and these properties are set: {@code site}, {@code eventId},
     * {@code eventName} (its message) and, where the event is one of ours, {@code alarm}. That the id is the one which XProtect gave
     * an event of ours is inferred.
     *
     * @param exchange the post
     * @throws Refused with 401 when it is not signed with the site's secret, with 400 when it cannot be read
     */
    public void read(Exchange exchange) {
        var message = exchange.getMessage();
        Site site = sites.site(message.getHeader("site", String.class));
        byte[] body = message.getBody() instanceof Buffer buffer
                ? buffer.getBytes()
                : Optional.ofNullable(message.getBody(byte[].class)).orElse(new byte[0]);
        if (!isSigned(site.webhookSecret(), body, message.getHeader(SIGNATURE, "", String.class))) {
            throw new Refused(
                    401,
                    "wrong-signature",
                    "The signature is missing or wrong. Set the webhook's token in XProtect to site." + site
                            + ".webhook-secret of the connector.");
        }
        Map<String, Object> event = Json.map(Json.object(body).get("Event"));
        Map<String, Object> header = Json.map(event.get("EventHeader"));
        String id = CameraName.guid(Json.text(header, "ID")).map(UUID::toString).orElse("");
        if (id.isEmpty()) {
            throw new Refused(400, "not-an-event", "This is no event of XProtect: Event.EventHeader.ID is missing.");
        }
        message.removeHeaders("*");
        message.setBody(event);
        exchange.setProperty("site", site.name());
        exchange.setProperty("eventId", id);
        exchange.setProperty("eventName", Text.clean(Json.text(header, "Message")));
        synchronized (byEvent) {
            Optional.ofNullable(byEvent.get(id)).ifPresent(alarm -> exchange.setProperty("alarm", alarm));
        }
    }

    /**
     * Remembers which event an alarm has triggered.
     *
     * @param exchange with the alarm in the property {@code alarm} and the event's id in the header {@code EventId}
     */
    public void triggered(Exchange exchange) {
        var alarm = exchange.getProperty("alarm", CameraAlarm.class);
        if (!sites.site(alarm.site()).webhookSecret().isEmpty()) {
            synchronized (byEvent) {
                byEvent.put(
                        exchange.getMessage()
                                .getHeader("EventId", "", String.class)
                                .toLowerCase(Locale.ROOT),
                        alarm);
            }
        }
    }

    /** The add-on's text says hex, its example is base64 (milestone-api.md 11): both are taken. */
    private static boolean isSigned(Secret secret, byte[] body, String signature) {
        if (!signature.startsWith(SCHEME)) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] right = mac.doFinal(body);
            String shown = signature.substring(SCHEME.length()).strip();
            // Both are compared, whatever the first says, so that the time tells nothing.
            boolean hex = isEqual(HexFormat.of().formatHex(right), shown.toLowerCase(Locale.ROOT));
            boolean base64 = isEqual(Base64.getEncoder().encodeToString(right), shown);
            return hex | base64;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isEqual(String right, String shown) {
        return MessageDigest.isEqual(right.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }
}
