package ualarm.milestone;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Json;

/**
 * Fetches the camera's picture for a mail where XProtect offers it, from 2025 R2 on (milestone-api.md 9). A mail does not wait
 * longer for it than 2 s.
 */
public final class Pictures {

    private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int LARGEST = 1 << 20;
    private static final String ALARM = "alarm";
    private static final String PICTURE = "picture";

    private final Cameras cameras;
    private final Function<CameraAlarm, CompletableFuture<Exchange>> fetch;
    private final Executor threads;

    /**
     * @param cameras know the sites' versions
     * @param fetch runs the route {@code fetch-picture} for an alarm
     * @param threads go on with what waited for a picture
     */
    public Pictures(Cameras cameras, Function<CameraAlarm, CompletableFuture<Exchange>> fetch, Executor threads) {
        this.cameras = cameras;
        this.fetch = fetch;
        this.threads = threads;
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
                && cameras.offersPictures(alarm.site());
    }

    /**
     * Fetches the picture of a mail's only alarm into the property {@code picture}; without one when it does not come in time.
     *
     * @param exchange with the alarms in the body
     * @return done in any case
     */
    public CompletionStage<Void> fetch(Exchange exchange) {
        var alarm = (CameraAlarm) exchange.getMessage().getBody(List.class).get(0);
        // Sending a mail takes its thread, which must not be one that brings answers.
        return fetch.apply(alarm)
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync(
                        (answer, failure) -> {
                            byte[] jpeg = failure == null ? answer.getProperty(PICTURE, byte[].class) : null;
                            if (jpeg == null) {
                                LOG.info("{} is mailed without a picture: XProtect gave none in time", alarm);
                            } else {
                                exchange.setProperty(PICTURE, jpeg);
                            }
                            return null;
                        },
                        threads);
    }

    /**
     * Makes the request. Both sizes are mandatory.
     *
     * @param exchange with the alarm in the property {@code alarm}; becomes the request
     */
    public void compose(Exchange exchange) {
        var alarm = exchange.getProperty(ALARM, CameraAlarm.class);
        var message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(
                Exchange.HTTP_PATH, "/api/rest/v1/cameras/" + alarm.camera().orElseThrow());
        message.setHeader(Exchange.HTTP_QUERY, "task=JpegGetLive");
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody("{\"width\":1280,\"height\":720}".getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Takes the answer: a JPEG, or JSON with one in base64. Which of the two is inferred, so both are taken.
     *
     * @param exchange the answer
     */
    public void take(Exchange exchange) {
        byte[] body = Answers.body(exchange);
        if (Answers.status(exchange) >= 300 || body.length == 0 || body.length > LARGEST * 2) {
            return;
        }
        byte[] jpeg = isJpeg(body) ? body : encoded(Json.object(body));
        if (isJpeg(jpeg) && jpeg.length <= LARGEST) {
            exchange.setProperty(PICTURE, jpeg);
        }
    }

    private static byte[] encoded(Object json) {
        if (json instanceof Map<?, ?> object) {
            for (Object value : object.values()) {
                byte[] found = encoded(value);
                if (found.length > 0) {
                    return found;
                }
            }
        } else if (json instanceof String text
                && text.substring(text.indexOf(',') + 1).startsWith("/9j/")) {
            return Base64.getMimeDecoder().decode(text.substring(text.indexOf(',') + 1));
        }
        return new byte[0];
    }

    private static boolean isJpeg(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xD8;
    }
}
