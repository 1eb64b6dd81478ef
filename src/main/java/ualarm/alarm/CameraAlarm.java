package ualarm.alarm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    private static final JsonFactory JSON = new JsonFactory();

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

    /** @return whether it tells of U-Alarm itself rather than of a camera */
    public boolean isSupervision() {
        return type.equals(SUPERVISION);
    }

    /** @return whether U-Alarm sent it */
    public boolean isSent() {
        return !isSupervision() && !type.equals(TEST);
    }

    /** @return an id of its own, the same at every attempt; another when the sender sends the alarm again and it is taken again */
    public UUID uniqueId() {
        return UUID.nameUUIDFromBytes((key + " " + receivedAt.toEpochMilli()).getBytes(StandardCharsets.UTF_8));
    }

    /** @return as JSON, the form in which the journal keeps it; times in epoch milliseconds */
    public byte[] toJson() {
        var out = new ByteArrayOutputStream(512);
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("id", id);
            json.writeStringField("name", name);
            json.writeStringField("type", type);
            json.writeNumberField("time", time.toEpochMilli());
            json.writeNumberField("receivedAt", receivedAt.toEpochMilli());
            json.writeStringField("key", key.toString());
            json.writeStringField("site", site);
            json.writeStringField("camera", camera.map(UUID::toString).orElse(""));
            json.writeStringField("spelled", sighting.camera());
            json.writeStringField("label", sighting.label());
            json.writeNumberField("width", sighting.width());
            json.writeNumberField("height", sighting.height());
            json.writeArrayFieldStart("detections");
            for (Detection d : sighting.detections()) {
                json.writeStartObject();
                json.writeStringField("type", d.type());
                json.writeNumberField("confidence", d.confidence());
                json.writeNumberField("x", d.x());
                json.writeNumberField("y", d.y());
                json.writeNumberField("width", d.width());
                json.writeNumberField("height", d.height());
                json.writeEndObject();
            }
            json.writeEndArray();
            if (!sighting.picture().isEmpty()) {
                json.writeStringField("picture", sighting.picture());
            }
            if (!late.isEmpty()) {
                json.writeStringField("late", late);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * @param json what {@link #toJson} wrote, by this or an earlier version; members that are not known are passed over
     * @return the alarm
     * @throws Undelivered.Never when it is not readable
     */
    public static CameraAlarm ofJson(byte[] json) {
        var fields = new Fields();
        try (JsonParser in = JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                fields.read(in);
            }
            return fields.alarm();
        } catch (IOException | RuntimeException e) {
            throw new Undelivered.Never(
                    "This entry of the journal cannot be read (" + e.getMessage() + "). It is kept as it is.");
        }
    }

    private static final class Fields {
        private String id = "";
        private String name = "";
        private String type = "";
        private String site = "";
        private String camera = "";
        private String spelled = "";
        private String label = "";
        private String picture = "";
        private String late = "";
        private int width;
        private int height;
        private Instant time;
        private Instant receivedAt;
        private UUID key;
        private final List<Detection> detections = new ArrayList<>();

        void read(JsonParser in) throws IOException {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "id" -> id = in.getText();
                case "name" -> name = in.getText();
                case "type" -> type = in.getText();
                case "time" -> time = Instant.ofEpochMilli(in.getLongValue());
                case "receivedAt" -> receivedAt = Instant.ofEpochMilli(in.getLongValue());
                case "key" -> key = UUID.fromString(in.getText());
                case "site" -> site = in.getText();
                case "camera" -> camera = in.getText();
                case "spelled" -> spelled = in.getText();
                case "label" -> label = in.getText();
                case "picture" -> picture = in.getText();
                case "late" -> late = in.getText();
                case "width" -> width = in.getIntValue();
                case "height" -> height = in.getIntValue();
                case "detections" -> {
                    while (in.nextToken() == JsonToken.START_OBJECT) {
                        detections.add(detection(in));
                    }
                }
                default -> in.skipChildren();
            }
        }

        private static Detection detection(JsonParser in) throws IOException {
            String type = "";
            double[] numbers = new double[5];
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "type" -> type = in.getText();
                    case "confidence" -> numbers[0] = in.getDoubleValue();
                    case "x" -> numbers[1] = in.getDoubleValue();
                    case "y" -> numbers[2] = in.getDoubleValue();
                    case "width" -> numbers[3] = in.getDoubleValue();
                    case "height" -> numbers[4] = in.getDoubleValue();
                    default -> in.skipChildren();
                }
            }
            return new Detection(type, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        }

        CameraAlarm alarm() {
            Optional<UUID> guid = camera.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(camera));
            var sighting = new Sighting(spelled, label, width, height, List.copyOf(detections), picture);
            Objects.requireNonNull(time, "time is missing");
            Objects.requireNonNull(receivedAt, "receivedAt is missing");
            Objects.requireNonNull(key, "key is missing");
            return new CameraAlarm(id, name, type, time, receivedAt, key, site, guid, sighting, false, late);
        }
    }

    @Override
    public String toString() {
        return id + " \"" + name + "\" at " + camera.map(UUID::toString).orElse(sighting.camera());
    }
}
