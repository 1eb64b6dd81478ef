package ualarm.milestone;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import ualarm.alarm.CameraName;
import ualarm.alarm.Text;
import ualarm.intake.Refused;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Takes the posts of the XProtect Webhooks add-on (milestone-api.md 11). */
public final class Webhooks {

    private static final String SIGNATURE = "X-Hub-Signature-256";
    private static final String SCHEME = "sha256=";

    private final Sites sites;

    /** @param sites all sites, some with a webhook secret */
    public Webhooks(Sites sites) {
        this.sites = sites;
    }

    /**
     * Checks who sent a post.
     *
     * @param name the site that it was posted to
     * @param signature what it is signed with
     * @param body the post
     * @return the post
     * @throws Refused with 401 when it is not signed with the site's secret
     */
    public byte[] verified(@Variable("site") String name, @Header(SIGNATURE) String signature, byte[] body) {
        Site site = sites.site(name);
        byte[] post = body == null ? new byte[0] : body;
        if (!isSigned(site.webhookSecret(), post, signature == null ? "" : signature)) {
            throw new Refused(
                    401,
                    "wrong-signature",
                    "The signature is missing or wrong. Set the webhook's token in XProtect to site." + site
                            + ".webhook-secret of the connector.");
        }
        return post;
    }

    /**
     * @param post what XProtect posted
     * @return the event's id
     * @throws Refused with 400 when it has none
     */
    public String eventId(JsonNode post) {
        return CameraName.guid(header(post).path("ID").asText())
                .map(UUID::toString)
                .orElseThrow(() -> new Refused(
                        400, "not-an-event", "This is no event of XProtect: Event.EventHeader.ID is missing."));
    }

    /**
     * @param post what XProtect posted
     * @return the event's message
     */
    public String eventName(JsonNode post) {
        return Text.clean(header(post).path("Message").asText());
    }

    private static JsonNode header(JsonNode post) {
        return post.path("Event").path("EventHeader");
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
