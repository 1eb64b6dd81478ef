package ualarm.milestone;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.site.Sites;

/**
 * The picture that is attached to a raised alarm, with what was seen framed. That XProtect takes it, and in this form, is inferred from
 * the SOAP twin {@code AttachSnapshot} (milestone-api.md 5.3), so it stands behind {@code site.<name>.snapshot}.
 */
public final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    private final Sites sites;

    /** @param sites all sites, some of which want snapshots */
    Snapshots(Sites sites) {
        this.sites = sites;
    }

    /**
     * A snapshot as XProtect is sent it.
     *
     * @param timeOffset milliseconds from the alarm's time
     * @param width in pixels
     * @param height in pixels
     * @param hasOverlay whether something is drawn on it
     * @param sizeInBytes of the JPEG
     * @param image the JPEG, in base64 as JSON has it
     */
    @JsonInclude(Include.ALWAYS)
    public record Request(int timeOffset, int width, int height, boolean hasOverlay, int sizeInBytes, byte[] image) {}

    /**
     * @param site the site's name
     * @param alarmId XProtect's id of the raised alarm; empty when it told none
     * @return whether a picture is to be attached
     */
    public boolean wanted(@Variable("site") String site, @Variable("alarmId") String alarmId) {
        return sites.site(site).snapshot() && alarmId != null && !alarmId.isEmpty();
    }

    /**
     * @param alarm the alarm
     * @return whether it brought its own picture, so that XProtect need not be asked for one
     */
    public boolean isThere(@Variable("alarm") CameraAlarm alarm) {
        return Picture.sent(alarm.sighting()).isPresent();
    }

    /**
     * @param alarm the alarm
     * @param live a picture of its camera; empty when there is none
     * @return what to attach; {@code null} when there is no picture
     * @throws IOException when the picture cannot be read
     */
    public Request request(@Variable("alarm") CameraAlarm alarm, @Body byte[] live) throws IOException {
        Optional<byte[]> jpeg = Picture.sent(alarm.sighting())
                .or(() -> Optional.ofNullable(live).filter(bytes -> bytes.length > 0))
                .flatMap(bytes -> Picture.framed(bytes, alarm.sighting()));
        if (jpeg.isEmpty()) {
            LOG.info("{}: no snapshot is attached, XProtect gave no picture", alarm);
            return null;
        }
        byte[] bytes = jpeg.get();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
        return new Request(0, image.getWidth(), image.getHeight(), true, bytes.length, bytes);
    }

    /**
     * Tells what became of it. An alarm without its picture is an alarm all the same: nothing is tried again.
     *
     * @param alarm the alarm
     * @param status what XProtect answered
     */
    public void attached(@Variable("alarm") CameraAlarm alarm, @Variable(Answers.STATUS) int status) {
        if (status < 300) {
            LOG.info("{} has its snapshot in XProtect of {}", alarm, alarm.site());
        } else {
            LOG.warn(
                    "{}: XProtect of {} answered {} to the snapshot. Set site.{}.snapshot=off if it never takes one.",
                    alarm,
                    alarm.site(),
                    status,
                    alarm.site());
        }
    }
}
