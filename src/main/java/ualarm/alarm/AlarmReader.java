package ualarm.alarm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPInputStream;

/**
 * Reads what U-Alarm 1.x to 3.x posts, and the short form of other senders (u-alarm-input.md 1 and 2, design.md 2.3). Keys count
 * whatever their case, underscores, hyphens and blanks, because which spelling a release uses is inferred (I1).
 */
public final class AlarmReader {

    /** How a JPEG begins in base64, and the most that is kept of one: 1 MB in base64. */
    private static final String JPEG = "/9j/";

    private static final int LARGEST_PICTURE = (1 << 20) * 4 / 3;

    private static final Duration AHEAD = Duration.ofSeconds(60);
    private static final int DEEPEST = 64;

    /** An alarm is about one place; even a crowd alarm names a handful of cameras. */
    private static final int MOST_CAMERAS = 100;

    /** More boxes than this nobody can see in a picture; it bounds what an alarm takes in the journal. */
    private static final int MOST_DETECTIONS = 200;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /** Numbers of the alarm types on the wire (u-alarm-input.md 1.2). */
    private static final List<String> TYPES = List.of(
            "UNKNOWN",
            "CROWD_DETECTION",
            "INTRUSION_DETECTION",
            "MULTI_OBJECT_DETECTION",
            "ZONE_CROSSING",
            "LOITERING_DETECTION",
            "STOPPED_DETECTION",
            "WRONG_DIRECTION_DETECTION",
            "PPE_DETECTION",
            "FALL_DETECTION",
            "HAZARDOUS_AREA");

    private final Clock clock;
    private final long largest;

    /**
     * @param clock tells the time of receipt
     * @param largest most bytes a message may have once unpacked
     */
    public AlarmReader(Clock clock, long largest) {
        this.clock = clock;
        this.largest = largest;
    }

    /**
     * Reads one message.
     *
     * @param body its bytes: JSON in UTF-8, plain or packed with gzip, with or without a byte order mark
     * @return the alarm
     * @throws Refused when it is no alarm
     */
    public Alarm read(byte[] body) {
        byte[] text = body.length > 2 && body[0] == 0x1f && body[1] == (byte) 0x8b ? unpack(body) : body;
        int start = start(text);
        return alarm(object(text, start), clock.instant());
    }

    private byte[] unpack(byte[] packed) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] text = in.readNBytes((int) Math.min(largest + 1, Integer.MAX_VALUE - 8));
            if (text.length > largest) {
                throw new Refused(413, "too-large", "The message is larger than alarm.max-body once unpacked.");
            }
            return text;
        } catch (IOException e) {
            throw new Refused(400, "cut", "The gzip data is damaged or was cut off. Send the message again.");
        }
    }

    /** Finds where the JSON begins and says what it is when it is not JSON. */
    private static int start(byte[] text) {
        int i = text.length >= 3 && text[0] == (byte) 0xEF && text[1] == (byte) 0xBB && text[2] == (byte) 0xBF ? 3 : 0;
        while (i < text.length && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n')) {
            i++;
        }
        if (i == text.length) {
            throw new Refused(400, "empty", "The message is empty. Post the alarm as JSON.");
        }
        if (text[i] == '<') {
            throw new Refused(415, "unreadable-type", "The message is XML. Post the alarm as JSON.");
        }
        for (int k = i; k < Math.min(text.length, i + 64); k++) {
            if (text[k] >= 0 && text[k] < ' ' && text[k] != '\t' && text[k] != '\r' && text[k] != '\n') {
                throw new Refused(
                        415, "unreadable-type", "The message is not text in UTF-8. Post the alarm as JSON in UTF-8.");
            }
        }
        if (text[i] == '-' && i + 1 < text.length && text[i + 1] == '-') {
            throw new Refused(415, "unreadable-type", "The message is a multipart form. Post the alarm as plain JSON.");
        }
        return i;
    }

    private static Map<String, Object> object(byte[] text, int start) {
        try (JsonParser in = JSON.createParser(text, start, text.length - start)) {
            if (in.nextToken() == null) {
                throw new Refused(400, "not-json", "The message is not JSON. Post the alarm as JSON.");
            }
            Object value = Json.tree(in, AlarmReader::key);
            if (in.nextToken() != null) {
                throw new Refused(400, "two-values", "There is more after the JSON object. Post one alarm at a time.");
            }
            if (!(value instanceof Map<?, ?>)) {
                throw new Refused(400, "not-an-object", "The JSON is not an object. Post the alarm as {…}.");
            }
            return Json.map(value);
        } catch (StreamConstraintsException e) {
            throw new Refused(
                    400,
                    "too-deep",
                    "The JSON goes deeper than " + DEEPEST + " levels or has a number that is too long.");
        } catch (JsonEOFException e) {
            throw new Refused(400, "cut", "The JSON ends in the middle. Send the whole message.");
        } catch (IOException e) {
            throw new Refused(400, "not-json", "The message is not JSON in UTF-8. Post the alarm as JSON.");
        }
    }

    /** Keys count whatever their case and separators; the usual lower-case ones are not copied. */
    private static String key(String name) {
        boolean plain = true;
        for (int i = 0; i < name.length() && plain; i++) {
            char c = name.charAt(i);
            plain = c >= 'a' && c <= 'z';
        }
        return plain
                ? name
                : name.replace("_", "").replace("-", "").replace(" ", "").toLowerCase(Locale.ROOT);
    }

    private static Alarm alarm(Map<String, Object> message, Instant now) {
        var warnings = new ArrayList<String>();
        var details = details(message);
        boolean heartbeat = yes(message, "heartbeat");
        boolean ended = details.stream().anyMatch(d -> yes(d, "endofevent")) || yes(message, "endofevent");
        var sightings = heartbeat ? List.<Sighting>of() : sightings(message, details);
        if (!heartbeat && sightings.isEmpty()) {
            throw new Refused(
                    422,
                    "no-camera",
                    "The message names no camera. In U-Alarm, set the camera's Technical name to its GUID in XProtect;"
                            + " other senders put it in \"camera\".");
        }
        if (sightings.size() > MOST_CAMERAS) {
            throw new Refused(
                    422,
                    "too-many-cameras",
                    "The message names " + sightings.size() + " cameras; one may name " + MOST_CAMERAS
                            + ". Send several messages.");
        }
        String sentTime = text(message, "timestamp", "time");
        String id = text(message, "id", "eventid");
        if (id.isEmpty() && sentTime.isEmpty()) {
            id = UUID.randomUUID().toString();
        }
        String name = text(message, "displayname", "alarm", "name");
        return new Alarm(
                id.isEmpty() ? idOf(name, sentTime, sightings) : id,
                name.isEmpty() ? "U-Alarm" : name,
                type(text(message, "type")),
                heartbeat ? Alarm.State.HEARTBEAT : ended ? Alarm.State.ENDED : Alarm.State.RAISED,
                time(sentTime, now, warnings),
                sentTime,
                now,
                sightings,
                List.copyOf(warnings));
    }

    /** A message without an id but with a time is the same alarm when all it says is the same. */
    private static String idOf(String name, String sentTime, List<Sighting> sightings) {
        var said = new StringBuilder(name).append('\n').append(sentTime);
        sightings.forEach(s -> said.append('\n').append(s.camera()));
        return UUID.nameUUIDFromBytes(said.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** Which member holds the details differs by release and alarm type; all end in "details" (u-alarm-input.md 2). */
    private static List<Map<String, Object>> details(Map<String, Object> message) {
        var found = new ArrayList<Map<String, Object>>();
        message.forEach((key, value) -> {
            if (key.endsWith("details") && value instanceof Map<?, ?>) {
                found.add(Json.map(value));
            }
        });
        return found;
    }

    private static List<Sighting> sightings(Map<String, Object> message, List<Map<String, Object>> details) {
        var merged = new LinkedHashMap<String, Sighting>();
        for (Map<String, Object> detail : details) {
            each(detail.get("source")).forEach(record -> add(merged, record));
            each(detail.get("sources")).forEach(record -> add(merged, record));
        }
        each(message.get("camera")).forEach(record -> add(merged, record));
        each(message.get("cameras")).forEach(record -> add(merged, record));
        if (merged.isEmpty() && message.containsKey("cameratechnicalname")) {
            add(merged, message);
        }
        String picture = picture(message);
        return merged.values().stream()
                .map(s -> picture.isEmpty() || !s.picture().isEmpty()
                        ? s
                        : new Sighting(s.camera(), s.label(), s.width(), s.height(), s.detections(), picture))
                .toList();
    }

    private static List<?> each(Object value) {
        return value == null ? List.of() : value instanceof List<?> list ? list : List.of(value);
    }

    private static void add(Map<String, Sighting> merged, Object value) {
        Sighting next = sighting(value);
        if (next.camera().isEmpty()) {
            return;
        }
        String same = CameraName.guid(next.camera()).map(UUID::toString).orElse(next.camera());
        merged.merge(same, next, (a, b) -> {
            var both = new ArrayList<>(a.detections());
            both.addAll(b.detections());
            return new Sighting(
                    a.camera(),
                    a.label(),
                    Math.max(a.width(), b.width()),
                    Math.max(a.height(), b.height()),
                    both,
                    a.picture().isEmpty() ? b.picture() : a.picture());
        });
    }

    private static Sighting sighting(Object value) {
        if (!(value instanceof Map<?, ?>)) {
            String name = CameraName.clean(String.valueOf(value));
            return new Sighting(name, "", 0, 0, List.of(), "");
        }
        Map<String, Object> record = Json.map(value);
        String label = text(record, "cameradisplayname", "displayname", "name");
        String technical = CameraName.clean(raw(record, "cameratechnicalname", "technicalname", "id"));
        var detections = new ArrayList<Detection>();
        each(record.get("detections")).forEach(d -> {
            if (d instanceof Map<?, ?> && detections.size() < MOST_DETECTIONS) {
                detections.add(detection(Json.map(d)));
            }
        });
        return new Sighting(
                technical.isEmpty() ? CameraName.clean(label) : technical,
                label,
                (int) number(record, "width"),
                (int) number(record, "height"),
                List.copyOf(detections),
                picture(record));
    }

    /** Which member would hold a picture is inferred (u-alarm-input.md I17): base64, with or without the head of a data URI. */
    private static String picture(Map<String, Object> record) {
        String written = raw(record, "imgurl", "image", "snapshot", "picture", "imagedata");
        String base64 = written.substring(written.indexOf(',') + 1);
        return base64.startsWith(JPEG) && base64.length() <= LARGEST_PICTURE ? base64 : "";
    }

    /** The box and confidence keys are inferred (u-alarm-input.md I6), so all spellings seen in the family are read. */
    private static Detection detection(Map<String, Object> record) {
        Map<String, Object> box = Json.map(
                Optional.ofNullable(record.get("boundingbox")).orElse(record.getOrDefault("position", Map.of())));
        return new Detection(
                text(record, "type"),
                Math.max(0, Math.min(1, number(record, "detectionconfidence", "confidence"))),
                number(box, "x"),
                number(box, "y"),
                number(box, "width", "w"),
                number(box, "height", "h"));
    }

    private static String type(String written) {
        if (!written.isEmpty() && written.length() < 3 && written.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = Integer.parseInt(written);
            return number < TYPES.size() ? TYPES.get(number) : written;
        }
        return switch (written) {
            case "INTRUSION_DETECTION_CASCADING" -> "INTRUSION_DETECTION";
            // Only the connector itself may say that U-Alarm is silent.
            case CameraAlarm.SUPERVISION -> TYPES.get(0);
            default -> written;
        };
    }

    private static Instant time(String sentTime, Instant now, List<String> warnings) {
        if (sentTime.isEmpty()) {
            warnings.add("The message has no timestamp: the time of receipt is used.");
            return now;
        }
        Optional<Instant> read = SentTime.read(sentTime);
        if (read.isEmpty()) {
            warnings.add(
                    "The timestamp cannot be read: the time of receipt is used. Send epoch milliseconds or ISO 8601 with offset.");
            return now;
        }
        if (read.get().isAfter(now.plus(AHEAD))) {
            warnings.add(
                    "The timestamp is more than 60 s ahead: the time of receipt is used. Check the sender's clock.");
            return now;
        }
        return read.get();
    }

    private static boolean yes(Map<String, Object> map, String key) {
        String said = raw(map, key);
        return said.equalsIgnoreCase("true") || said.equals("1");
    }

    private static double number(Map<String, Object> map, String... keys) {
        try {
            String written = raw(map, keys);
            double number = written.isEmpty() ? 0 : Double.parseDouble(written);
            return Double.isFinite(number) ? number : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String text(Map<String, Object> map, String... keys) {
        return Text.clean(raw(map, keys));
    }

    /** The first of these members that says something; by proto3, "" and 0 are the same as absent (u-alarm-input.md I5). */
    private static String raw(Map<String, Object> map, String... keys) {
        for (String key : keys) {
            if (map.get(key) instanceof String said && !said.isBlank() && !said.equals("0")) {
                return said;
            }
        }
        return "";
    }
}
