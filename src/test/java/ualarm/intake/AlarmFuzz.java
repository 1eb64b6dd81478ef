package ualarm.intake;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.CameraName;

/** What is posted to the alarm port: it is an alarm that the journal keeps as it is, or it is refused. */
public final class AlarmFuzz {

    private static final AlarmText TEXT = new AlarmText(1 << 20);
    private static final ObjectReader JSON = AlarmReader.mapper().readerFor(JsonNode.class);
    private static final AlarmReader READER =
            new AlarmReader(Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC));

    private AlarmFuzz() {}

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] posted) throws IOException {
        Alarm alarm;
        try {
            alarm = READER.read(JSON.readValue(TEXT.of(posted)));
        } catch (JacksonException e) {
            AlarmReader.unreadable(e);
            return;
        } catch (Refused e) {
            return;
        }
        Answer.JSON.writeValueAsBytes(new Answer("accepted", alarm.id(), alarm.warnings(), java.util.Optional.empty()));
        for (var sighting : alarm.sightings()) {
            CameraName.guid(sighting.camera());
            CameraAlarm stored = CameraAlarm.of(alarm, sighting);
            CameraAlarm read = CameraAlarm.ofJson(stored.toJson());
            if (!read.id().equals(stored.id()) || !read.sighting().camera().equals(sighting.camera())) {
                throw new IllegalStateException("The journal keeps another alarm than was posted: " + read);
            }
        }
    }
}
