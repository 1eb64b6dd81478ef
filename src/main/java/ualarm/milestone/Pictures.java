package ualarm.milestone;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;

/**
 * The camera's picture for a mail where XProtect offers it, from 2025 R2 on (milestone-api.md 9). A mail does not wait longer for it
 * than 2 s.
 */
public final class Pictures {

    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LARGEST = 1 << 20;

    private final Triggers triggers;
    private final Function<CameraAlarm, CompletableFuture<byte[]>> fetch;

    /**
     * @param triggers know which sites offer pictures
     * @param fetch runs the route {@code fetch-picture} for an alarm
     */
    Pictures(Triggers triggers, Function<CameraAlarm, CompletableFuture<byte[]>> fetch) {
        this.triggers = triggers;
        this.fetch = fetch;
    }

    /**
     * @param alarms the alarms of a mail
     * @return whether to fetch a picture: for a single alarm that brought none, from an XProtect that offers it
     */
    public boolean wanted(List<CameraAlarm> alarms) {
        CameraAlarm alarm = alarms.get(0);
        return alarms.size() == 1
                && alarm.sighting().picture().isEmpty()
                && alarm.camera().isPresent()
                && triggers.offersPictures(alarm.site());
    }

    /**
     * Fetches the picture of a mail's only alarm.
     *
     * @param alarms the alarm
     * @return a JPEG; empty when it does not come in time
     */
    public byte[] fetch(List<CameraAlarm> alarms) {
        try {
            byte[] jpeg = fetch.apply(alarms.get(0)).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (jpeg != null && jpeg.length > 0) {
                return jpeg;
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("No picture", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info("{} is mailed without a picture: XProtect gave none in time", alarms.get(0));
        return new byte[0];
    }

    /**
     * Reads the answer: a JPEG, or JSON with one in base64. Which of the two is inferred, so both are taken.
     *
     * @param status the answer's status
     * @param body the answer
     * @return the JPEG; empty when there is none
     */
    public byte[] read(@Variable(Answers.STATUS) int status, @Variable(Answers.ANSWER) byte[] body) {
        if (status >= 300 || body == null || body.length > LARGEST * 2) {
            return new byte[0];
        }
        byte[] jpeg = isJpeg(body) ? body : encoded(Answers.tree(body));
        return isJpeg(jpeg) && jpeg.length <= LARGEST ? jpeg : new byte[0];
    }

    private static byte[] encoded(JsonNode json) {
        for (JsonNode value : json) {
            String text = value.asText();
            byte[] found = text.substring(text.indexOf(',') + 1).startsWith("/9j/")
                    ? Base64.getMimeDecoder().decode(text.substring(text.indexOf(',') + 1))
                    : encoded(value);
            if (found.length > 0) {
                return found;
            }
        }
        return new byte[0];
    }

    private static boolean isJpeg(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xD8;
    }
}
