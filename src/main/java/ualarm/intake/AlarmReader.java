package ualarm.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.std.JsonNodeDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.CameraName;
import ualarm.alarm.Detection;
import ualarm.alarm.Sighting;
import ualarm.alarm.Text;

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

    /** Thirty times what a crowd of a hundred people needs. Packed with gzip, millions of empty objects are a small post and fill the memory. */
    private static final int MOST_TOKENS = 200_000;

    /** An alarm is about one place; even a crowd alarm names a handful of cameras. */
    private static final int MOST_CAMERAS = 100;

    /** More boxes than this nobody can see in a picture; it bounds what an alarm takes in the journal. */
    private static final int MOST_DETECTIONS = 200;

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

    /** @param clock tells the time of receipt */
    public AlarmReader(Clock clock) {
        this.clock = clock;
    }

    /** @return reads what senders post: not deeper than they have a reason to write, and nothing after the one object */
    static JsonMapper mapper() {
        return JsonMapper.builder(factory())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                // A number is looked at as it was written, however large or fine.
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .addModule(new SimpleModule().addDeserializer(JsonNode.class, new Tree()))
                .build();
    }

    /** Jackson's own lets slip through what no decimal can hold, such as 1e99999999999, as a fault of ours. */
    private static final class Tree extends StdDeserializer<JsonNode> {

        private static final JsonDeserializer<? extends JsonNode> JACKSONS =
                JsonNodeDeserializer.getDeserializer(JsonNode.class);

        Tree() {
            super(JsonNode.class);
        }

        @Override
        public JsonNode deserialize(JsonParser from, DeserializationContext context) throws IOException {
            try {
                return JACKSONS.deserialize(from, context);
            } catch (NumberFormatException e) {
                // Without the cause, which Camel would take for the fault.
                throw new JsonParseException(from, "a number that no decimal can hold");
            }
        }

        @Override
        public JsonNode getNullValue(DeserializationContext context) {
            return NullNode.getInstance();
        }
    }

    /** @return reads JSON of whoever may post: what would cost memory or time out of proportion is refused */
    static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxTokenCount(MOST_TOKENS)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                // Names are the sender's: the process would remember each.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    /**
     * Says what is wrong with a text that is not one JSON object.
     *
     * @param failure what the {@link #mapper} stumbled over
     * @return the refusal
     */
    static Refused unreadable(IOException failure) {
        if (failure instanceof StreamConstraintsException) {
            return new Refused(
                    400,
                    "too-deep",
                    "The JSON goes deeper than " + DEEPEST + " levels, has more than " + MOST_TOKENS
                            + " brackets, names and values, or a number or name that is too long.");
        } else if (failure instanceof JsonEOFException) {
            return new Refused(400, "cut", "The JSON ends in the middle. Send the whole message.");
        } else if (failure instanceof MismatchedInputException) {
            return new Refused(400, "two-values", "There is more after the JSON object. Post one alarm at a time.");
        }
        return new Refused(400, "not-json", "The message is not JSON in UTF-8. Post the alarm as JSON.");
    }

    /**
     * Reads one message.
     *
     * @param message its JSON
     * @return the alarm
     * @throws Refused when it is no alarm
     */
    public Alarm read(JsonNode message) {
        if (!message.isObject()) {
            throw new Refused(400, "not-an-object", "The JSON is not an object. Post the alarm as {…}.");
        }
        return alarm(new Members(message), clock.instant());
    }

    private static Alarm alarm(Members message, Instant now) {
        var warnings = new ArrayList<String>();
        // Which member holds the details differs by release and alarm type (u-alarm-input.md 2).
        var details = message.objectsEndingIn("details");
        boolean heartbeat = message.isTrue("heartbeat");
        boolean ended = details.stream().anyMatch(d -> d.isTrue("endofevent")) || message.isTrue("endofevent");
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
                id.isEmpty() ? idOf(name, text(message, "type"), sentTime, sightings) : id,
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
    private static String idOf(String name, String type, String sentTime, List<Sighting> sightings) {
        var said =
                new StringBuilder(name).append('\n').append(type).append('\n').append(sentTime);
        sightings.forEach(s -> said.append('\n').append(s.camera()));
        return UUID.nameUUIDFromBytes(said.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static List<Sighting> sightings(Members message, List<Members> details) {
        var merged = new LinkedHashMap<String, Sighting>();
        for (Members detail : details) {
            detail.each("source").forEach(record -> add(merged, sighting(record)));
            detail.each("sources").forEach(record -> add(merged, sighting(record)));
        }
        message.each("camera").forEach(record -> add(merged, sighting(record)));
        message.each("cameras").forEach(record -> add(merged, sighting(record)));
        if (merged.isEmpty() && !message.text("cameratechnicalname").isEmpty()) {
            add(merged, sighting(message));
        }
        String picture = picture(message);
        return merged.values().stream()
                .map(s -> picture.isEmpty() || !s.picture().isEmpty()
                        ? s
                        : new Sighting(s.camera(), s.label(), s.width(), s.height(), s.detections(), picture))
                .toList();
    }

    private static void add(Map<String, Sighting> merged, Sighting next) {
        if (next.camera().isEmpty()) {
            return;
        }
        String same = CameraName.guid(next.camera()).map(UUID::toString).orElse(next.camera());
        merged.merge(same, next, (a, b) -> {
            return new Sighting(
                    a.camera(),
                    a.label(),
                    Math.max(a.width(), b.width()),
                    Math.max(a.height(), b.height()),
                    Stream.concat(a.detections().stream(), b.detections().stream())
                            .limit(MOST_DETECTIONS)
                            .toList(),
                    a.picture().isEmpty() ? b.picture() : a.picture());
        });
    }

    private static Sighting sighting(JsonNode value) {
        if (value.isObject()) {
            return sighting(new Members(value));
        }
        // Some write out what they do not know, as null.
        String name = value.isTextual() || value.isNumber() ? value.asText() : "";
        return new Sighting(CameraName.clean(name), "", 0, 0, List.of(), "");
    }

    private static Sighting sighting(Members record) {
        String label = text(record, "cameradisplayname", "displayname", "name");
        String technical = CameraName.clean(record.text("cameratechnicalname", "technicalname", "id"));
        return new Sighting(
                technical.isEmpty() ? CameraName.clean(label) : technical,
                label,
                (int) record.number("width"),
                (int) record.number("height"),
                record.each("detections").stream()
                        .filter(JsonNode::isObject)
                        .limit(MOST_DETECTIONS)
                        .map(detection -> detection(new Members(detection)))
                        .toList(),
                picture(record));
    }

    /** Which member would hold a picture is inferred (u-alarm-input.md I17): base64, with or without the head of a data URI. */
    private static String picture(Members record) {
        String written = record.text("imgurl", "image", "snapshot", "picture", "imagedata");
        String base64 = written.substring(written.indexOf(',') + 1);
        return base64.startsWith(JPEG) && base64.length() <= LARGEST_PICTURE ? base64 : "";
    }

    /** The box and confidence keys are inferred (u-alarm-input.md I6), so all spellings seen in the family are read. */
    private static Detection detection(Members record) {
        Members box = record.object(record.has("boundingbox") ? "boundingbox" : "position");
        return new Detection(
                text(record, "type"),
                Math.max(0, Math.min(1, record.number("detectionconfidence", "confidence"))),
                box.number("x"),
                box.number("y"),
                box.number("width", "w"),
                box.number("height", "h"));
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

    private static String text(Members members, String... keys) {
        return Text.clean(members.text(keys));
    }
}
