package ualarm.alarm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * An alarm at a camera as the journal keeps it on disk; members that are not there in what an earlier version wrote are as if empty.
 * Times in epoch milliseconds.
 */
record KeptAlarm(
        String id,
        String name,
        String type,
        Long time,
        Long receivedAt,
        UUID key,
        String site,
        String camera,
        String spelled,
        String label,
        int width,
        int height,
        List<Detection> detections,
        @JsonInclude(Include.NON_EMPTY) String picture,
        @JsonInclude(Include.NON_EMPTY) String late) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final ObjectWriter WRITER = JSON.writerFor(KeptAlarm.class);
    private static final ObjectReader READER = JSON.readerFor(KeptAlarm.class);

    static byte[] write(CameraAlarm alarm) {
        Sighting seen = alarm.sighting();
        try {
            return WRITER.writeValueAsBytes(new KeptAlarm(
                    alarm.id(),
                    alarm.name(),
                    alarm.type(),
                    alarm.time().toEpochMilli(),
                    alarm.receivedAt().toEpochMilli(),
                    alarm.key(),
                    alarm.site(),
                    alarm.camera().map(UUID::toString).orElse(""),
                    seen.camera(),
                    seen.label(),
                    seen.width(),
                    seen.height(),
                    seen.detections(),
                    seen.picture(),
                    alarm.late()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IOException when it is damaged */
    static CameraAlarm read(byte[] json) throws IOException {
        KeptAlarm kept = READER.readValue(json);
        String camera = text(kept.camera);
        return new CameraAlarm(
                text(kept.id),
                text(kept.name),
                text(kept.type),
                Instant.ofEpochMilli(Objects.requireNonNull(kept.time, "time is missing")),
                Instant.ofEpochMilli(Objects.requireNonNull(kept.receivedAt, "receivedAt is missing")),
                Objects.requireNonNull(kept.key, "key is missing"),
                text(kept.site),
                camera.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(camera)),
                new Sighting(
                        text(kept.spelled),
                        text(kept.label),
                        kept.width,
                        kept.height,
                        kept.detections == null ? List.of() : List.copyOf(kept.detections),
                        text(kept.picture)),
                false,
                text(kept.late));
    }

    private static String text(String kept) {
        return kept == null ? "" : kept;
    }
}
