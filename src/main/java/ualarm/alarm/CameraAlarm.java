package ualarm.alarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An alarm at one camera: what the journal keeps and the routes deliver.
 *
 * @param id the alarm's id
 * @param name the alarm's name in U-Alarm
 * @param type the kind of alarm; empty when not given
 * @param time when it happened (UTC)
 * @param receivedAt when we received it (UTC)
 * @param key the same for the same alarm at the same camera, however often it is sent
 * @param site the site that owns the camera; empty while that is not known
 * @param camera the camera's GUID in XProtect; nothing while that is not known
 * @param sighting the camera as the sender knows it, and what it saw
 * @param isMailed whether it was mailed, or stands in the mail's queue
 * @param late why XProtect has not taken it in time; empty for an alarm that is not mailed as a fallback
 */
public record CameraAlarm(
        String id,
        String name,
        String type,
        Instant time,
        Instant receivedAt,
        UUID key,
        String site,
        Optional<UUID> camera,
        Sighting sighting,
        boolean isMailed,
        String late) {

    /** The type of an alarm that is not a camera's: U-Alarm has fallen silent, or is heard again. */
    public static final String SUPERVISION = "SUPERVISION";

    /** The type of an alarm that the console raised for a test. */
    public static final String TEST = "TEST";

    /**
     * @param alarm the whole alarm
     * @param sighting one of its cameras
     * @return the alarm at that camera, its site not known yet
     */
    public static CameraAlarm of(Alarm alarm, Sighting sighting) {
        var identity = new StringBuilder(128);
        identity.append(alarm.id())
                .append('\n')
                .append(alarm.sentTime())
                .append('\n')
                .append(alarm.state());
        alarm.sightings().stream()
                .map(Sighting::camera)
                .sorted()
                .forEach(c -> identity.append('\n').append(c));
        identity.append("\n\n").append(sighting.camera());
        return new CameraAlarm(
                alarm.id(),
                alarm.name(),
                alarm.type(),
                alarm.time(),
                alarm.receivedAt(),
                UUID.nameUUIDFromBytes(identity.toString().getBytes(StandardCharsets.UTF_8)),
                "",
                Optional.empty(),
                sighting,
                false,
                "");
    }

    /**
     * @param owner the site that owns the camera
     * @param guid the camera's GUID there
     * @return the same alarm with its place known
     */
    public CameraAlarm at(String owner, UUID guid) {
        return new CameraAlarm(
                id, name, type, time, receivedAt, key, owner, Optional.of(guid), sighting, isMailed, late);
    }

    /**
     * @param mailed whether it was mailed, or stands in the mail's queue
     * @return the same alarm, knowing that
     */
    public CameraAlarm mailed(boolean mailed) {
        return new CameraAlarm(id, name, type, time, receivedAt, key, site, camera, sighting, mailed, late);
    }

    /**
     * @param recipients the site whose recipients get it as a fallback
     * @param reason why XProtect has not taken it in time
     * @return the alarm as it is mailed as a fallback
     */
    public CameraAlarm asFallback(String recipients, String reason) {
        return new CameraAlarm(id, name, type, time, receivedAt, key, recipients, camera, sighting, true, reason);
    }

    /** @return the same alarm without picture and detections, which take most of its memory: for lists of many */
    public CameraAlarm brief() {
        return new CameraAlarm(id, name, type, time, receivedAt, key, site, camera, sighting.brief(), isMailed, late);
    }

    /** @return whether it tells of U-Alarm itself rather than of a camera */
    public boolean isSupervision() {
        return type.equals(SUPERVISION);
    }

    /** @return an id of its own, the same at every attempt; another when the sender sends the alarm again and it is taken again */
    public UUID uniqueId() {
        return UUID.nameUUIDFromBytes((key + " " + receivedAt.toEpochMilli()).getBytes(StandardCharsets.UTF_8));
    }

    /** @return as JSON, the form in which the journal keeps it */
    public byte[] toJson() {
        return KeptAlarm.write(this);
    }

    /**
     * @param json what {@link #toJson} wrote, by this or an earlier version; members that are not known are passed over
     * @return the alarm
     * @throws Undelivered.Never when it is not readable
     */
    public static CameraAlarm ofJson(byte[] json) {
        try {
            return KeptAlarm.read(json);
        } catch (IOException | RuntimeException e) {
            throw new Undelivered.Never(
                    "This entry of the journal cannot be read (" + e.getMessage() + "). It is kept as it is.");
        }
    }

    @Override
    public String toString() {
        return id + " \"" + name + "\" at " + camera.map(UUID::toString).orElse(sighting.camera());
    }
}
