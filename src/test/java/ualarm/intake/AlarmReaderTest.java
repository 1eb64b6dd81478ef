package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.Messages;
import ualarm.alarm.Alarm;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.CameraName;
import ualarm.alarm.Detection;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered;

class AlarmReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private final AlarmText text = new AlarmText(1 << 20);
    private final ObjectReader json = AlarmReader.mapper().readerFor(JsonNode.class);
    private final AlarmReader reader = new AlarmReader(Clock.fixed(NOW, ZoneOffset.UTC));

    private Alarm read(String message) {
        return read(message.getBytes(StandardCharsets.UTF_8));
    }

    /** The steps of the route accept-alarm. */
    private Alarm read(byte[] message) {
        return readWith(text, message);
    }

    private Alarm readWith(AlarmText limit, byte[] message) {
        try {
            return reader.read(json.readValue(limit.of(message)));
        } catch (JacksonException e) {
            throw AlarmReader.unreadable(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void readsUAlarm21WithItsBox() {
        Alarm alarm = read(Messages.P1);
        assertThat(alarm.id()).isEqualTo("0b6f6a0e-5c0e-4a39-9f0b-6a3f7f9f1c11");
        assertThat(alarm.name()).isEqualTo("Perimeter north");
        assertThat(alarm.type()).isEqualTo("INTRUSION_DETECTION");
        assertThat(alarm.state()).isEqualTo(Alarm.State.RAISED);
        assertThat(alarm.time()).isEqualTo(Instant.parse("2025-06-15T10:30:04.250Z"));
        assertThat(alarm.warnings()).isEmpty();
        assertThat(alarm.sightings()).singleElement().satisfies(s -> {
            assertThat(s.camera()).isEqualTo("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab");
            assertThat(s.label()).isEqualTo("North gate");
            assertThat(s.width()).isEqualTo(1280);
            assertThat(s.detections()).containsExactly(new Detection("PERSON_FULL_BODY", 0.913, 640, 180, 128, 360));
        });
    }

    @Test
    void readsTheEndOfAnAlarm() {
        assertThat(read(Messages.P2).state()).isEqualTo(Alarm.State.ENDED);
    }

    @Test
    void readsUAlarm12() {
        Alarm alarm = read(Messages.P3);
        assertThat(alarm.type()).isEqualTo("INTRUSION_DETECTION");
        assertThat(alarm.time()).isEqualTo(Instant.ofEpochMilli(1749983403000L));
    }

    @Test
    void readsEachCameraOfACrowdOnce() {
        assertThat(read(Messages.P4).sightings())
                .extracting(Sighting::camera)
                .containsExactly("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed");
    }

    @Test
    void readsAHeartbeatThatNamesNoCamera() {
        assertThat(read(Messages.P5).state()).isEqualTo(Alarm.State.HEARTBEAT);
    }

    @Test
    void readsCamelCaseAndNumbersForEnums() {
        Alarm alarm = read("""
                {"id":"x","timestamp":1749983404250,"displayName":"Zone","type":4,
                 "zoneCrossingDetails":{"source":{"cameraTechnicalName":"gate","detections":[{"type":"CAR","position":{"x":1,"y":2,"w":3,"h":4}}]}}}
                """);
        assertThat(alarm.name()).isEqualTo("Zone");
        assertThat(alarm.type()).isEqualTo("ZONE_CROSSING");
        assertThat(alarm.sightings().get(0).detections()).containsExactly(new Detection("CAR", 0, 1, 2, 3, 4));
    }

    @Test
    void readsTheShortFormWithNothingButACamera() {
        Alarm alarm = read("{\"camera\":\"gate\"}");
        assertThat(alarm.name()).isEqualTo("U-Alarm");
        assertThat(alarm.id()).isNotEmpty();
        assertThat(alarm.time()).isEqualTo(NOW);
        assertThat(alarm.warnings()).hasSize(1);
    }

    @Test
    void whatIsNullNamesNoCamera() {
        assertThat(read("{\"id\":\"q\",\"crowd_detection_details\":{\"source\":null,"
                                + "\"sources\":[{\"camera_technical_name\":\"gate\"}]}}")
                        .sightings())
                .extracting(Sighting::camera)
                .containsExactly("gate");
    }

    @Test
    void givesTheSameShortFormTheSameIdOnlyWhenItHasATime() {
        String timed = "{\"camera\":\"gate\",\"timestamp\":\"2026-11-20T10:00:00Z\"}";
        assertThat(read(timed).id()).isEqualTo(read(timed).id());
        assertThat(read("{\"camera\":\"gate\"}").id())
                .isNotEqualTo(read("{\"camera\":\"gate\"}").id());
    }

    @ParameterizedTest
    @CsvSource({
        "1749983404, 2025-06-15T10:30:04Z",
        "1749983404.25, 2025-06-15T10:30:04.250Z",
        "1749983404250, 2025-06-15T10:30:04.250Z",
        "1749983404250123, 2025-06-15T10:30:04.250123Z",
        "1749983404250123456, 2025-06-15T10:30:04.250123456Z",
        "2025-06-15T12:30:04.25+02:00, 2025-06-15T10:30:04.250Z",
        "2025-06-15T10:30:04Z, 2025-06-15T10:30:04Z",
        "2025-06-15T03:30:04.250-0700, 2025-06-15T10:30:04.250Z",
        "2025-06-15T16:00:04+0530, 2025-06-15T10:30:04Z",
        "2025-06-15t12:30:04+02, 2025-06-15T10:30:04Z",
        "2025-06-15T10:30:04z, 2025-06-15T10:30:04Z",
    })
    void readsTimesOfAllSizes(String sent, Instant time) {
        Alarm alarm = read("{\"camera\":\"gate\",\"timestamp\":\"" + sent + "\"}");
        assertThat(alarm.time()).isEqualTo(time);
        assertThat(alarm.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "",
                "yesterday",
                "2025-06-15T10:30:04",
                "12",
                "1e300",
                "-5",
                "2026-11-21T12:02:00Z",
                "T",
                "99999999999999999999999"
            })
    void usesTheTimeOfReceiptForTimesThatCannotBe(String sent) {
        Alarm alarm = read("{\"camera\":\"gate\",\"timestamp\":\"" + sent + "\"}");
        assertThat(alarm.time()).isEqualTo(NOW);
        assertThat(alarm.warnings()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8F1C2D3E-4A5B-4C6D-8E7F-0123456789AB",
                " {8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab} ",
                "(8f1c2d3e4a5b4c6d8e7f0123456789ab)",
                "urn:uuid:8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab",
                "\u00a0\u200b8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab\u2003",
                "'8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab'",
                "\u201c8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab\u201d",
            })
    void readsGuidsInAllSpellings(String spelled) {
        assertThat(CameraName.guid(CameraName.clean(spelled)))
                .hasToString("Optional[8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab]");
    }

    @Test
    void readsABomAndGzip() throws IOException {
        assertThat(read("\uFEFF {\"camera\":\"gate\"}").sightings()).hasSize(1);
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(Messages.P1.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(packed.toByteArray()).name()).isEqualTo("Perimeter north");
    }

    @Test
    void refusesWhatUnpacksToMoreThanAllowed() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[2 << 20]);
        }
        assertThatThrownBy(() -> read(packed.toByteArray()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(413));
    }

    @Test
    void takesControlAndOverrideCharactersOutAndCutsLongTexts() {
        Alarm alarm = read("{\"camera\":\"gate\",\"alarm\":\"Ga\\r\\nte\\u202e \\u0000x\"}");
        assertThat(alarm.name()).isEqualTo("Gate x");
        String emoji = "\uD83D\uDEA8".repeat(300);
        assertThat(read("{\"camera\":\"gate\",\"alarm\":\"" + emoji + "\"}")
                        .name()
                        .codePointCount(0, 512))
                .isEqualTo(256);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|400|empty",
                "'   '|400|empty",
                "hello|400|not-json",
                "{\"camera\":|400|cut",
                "{\"camera\":\"gate|400|cut",
                "{\"camera\":\"gate\"} {}|400|two-values",
                "[]|400|not-an-object",
                "17|400|not-an-object",
                "null|400|not-an-object",
                "<alarm/>|415|unreadable-type",
                "--x|415|unreadable-type",
                "{}|422|no-camera",
                "{\"camera\":\" \"}|422|no-camera",
                "{\"camera\":null}|422|no-camera",
                "{\"camera\":[null,true]}|422|no-camera",
                "{\"id\":\"e1\",\"camera_technical_name\":\"\"}|422|no-camera",
                "{\"intrusion_detection_details\":{\"source\":{}}}|422|no-camera",
            })
    void refusesWhatIsNoAlarm(String text, int status, String code) {
        assertThatThrownBy(() -> read(text)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.code()).isEqualTo(code);
        });
    }

    @Test
    void refusesTooDeepAndBinary() {
        String deep = IntStream.range(0, 200).mapToObj(i -> "{\"a\":").collect(Collectors.joining());
        assertThatThrownBy(() -> read(deep))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("too-deep"));
        assertThatThrownBy(() -> read(new byte[] {(byte) 0xff, (byte) 0xd8, 0, 1, 2}))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(415));
    }

    @Test
    void writesAnAlarmAtACameraAndReadsItBack() {
        Alarm alarm = read(Messages.P1);
        CameraAlarm written = CameraAlarm.of(alarm, alarm.sightings().get(0));
        assertThat(CameraAlarm.ofJson(written.toJson())).isEqualTo(written);
        assertThatThrownBy(() -> CameraAlarm.ofJson("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Undelivered.Never.class);
    }

    private static final String GUID = "8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab";

    /** Which member holds the camera differs by release and alarm type (u-alarm-input.md 2). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"camera\":\"a\"} | a",
                "{\"CAMERA\":\"a\"} | a",
                "{\"camera\":[\"a\",\"b\",\"a\"]} | a,b",
                "{\"camera\":{\"id\":\"a\",\"name\":\"b\"}} | a",
                "{\"camera\":{\"id\":\"\",\"name\":\"b\"}} | b",
                "{\"cameras\":[\"a\",{\"technicalName\":\"b\"}]} | a,b",
                "{\"camera\":\"a\",\"cameras\":\"b\"} | a,b",
                "{\"x_details\":{\"source\":{\"camera_technical_name\":\"a\"}}} | a",
                "{\"x_details\":{\"source\":[\"a\",\"b\"]}} | a,b",
                "{\"x_details\":{\"sources\":[\"a\",\"b\"]}} | a,b",
                "{\"x_details\":{\"source\":\"a\"},\"y details\":{\"sources\":\"b\"},\"camera\":\"c\"} | a,b,c",
                "{\"x_details\":\"a\",\"camera\":\"c\"} | c",
                "{\"Camera-Technical-Name\":\"a\"} | a",
                "{\"camera\":\"b\",\"cameraTechnicalName\":\"a\"} | b",
            })
    void findsTheCamerasWhereverTheyStand(String message, String cameras) {
        assertThat(read(message).sightings()).extracting(Sighting::camera).containsExactly(cameras.split(","));
    }

    @Test
    void takesAHundredCamerasAtMost() {
        assertThat(read(cameras(100)).sightings()).hasSize(100);
        assertThatThrownBy(() -> read(cameras(101)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo("too-many-cameras"));
    }

    private static String cameras(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"camera " + i + "\"")
                .collect(Collectors.joining(",", "{\"cameras\":[", "]}"));
    }

    @Test
    void aMessageWithoutAnIdIsKnownAgainByAllThatItSays() {
        String first =
                read("{\"camera\":\"a\",\"alarm\":\"x\",\"time\":1764150000}").id();
        assertThat(first).isNotEmpty();
        assertThat(Stream.of(
                                "{\"camera\":\"b\",\"alarm\":\"x\",\"time\":1764150000}",
                                "{\"cameras\":[\"a\",\"b\"],\"alarm\":\"x\",\"time\":1764150000}",
                                "{\"camera\":\"a\",\"alarm\":\"y\",\"time\":1764150000}",
                                "{\"camera\":\"a\",\"alarm\":\"x\",\"type\":\"FALL\",\"time\":1764150000}",
                                "{\"camera\":\"a\",\"alarm\":\"x\",\"time\":1764150001}")
                        .map(message -> read(message).id()))
                .doesNotHaveDuplicates()
                .doesNotContain(first);
    }

    @Test
    void aCameraThatIsNamedTwiceIsOneWithAllThatItSaw() {
        assertThat(read("{\"cameras\":[{\"id\":\"" + GUID
                                + "\",\"name\":\"Gate\",\"width\":640,\"height\":\"480\",\"detections\":[{\"type\":\"CAR\"}]},"
                                + "{\"id\":\"{" + GUID.toUpperCase(Locale.ROOT)
                                + "}\",\"width\":320,\"height\":960,\"image\":\"/9j/b\",\"detections\":[{\"type\":\"BUS\"}]},"
                                + "{\"id\":\"" + GUID + "\",\"image\":\"/9j/c\"}]}")
                        .sightings())
                .containsExactly(new Sighting(
                        GUID,
                        "Gate",
                        640,
                        960,
                        List.of(new Detection("CAR", 0, 0, 0, 0, 0), new Detection("BUS", 0, 0, 0, 0, 0)),
                        "/9j/b"));
    }

    @Test
    void keepsTwoHundredDetectionsOfACamera() {
        String detections = Stream.generate(() -> "{}").limit(150).collect(Collectors.joining(",", "[7,", "]"));
        String many = Stream.generate(() -> "{}").limit(300).collect(Collectors.joining(",", "[", "]"));
        assertThat(read("{\"camera\":{\"id\":\"a\",\"detections\":" + detections + "}}")
                        .sightings())
                .singleElement()
                .satisfies(sighting -> assertThat(sighting.detections()).hasSize(150));
        for (String twice : List.of(
                "{\"id\":\"a\",\"detections\":" + many + "}",
                "[{\"id\":\"a\",\"detections\":" + detections + "},{\"id\":\"a\",\"detections\":" + detections
                        + "}]")) {
            assertThat(read("{\"camera\":" + twice + "}").sightings())
                    .singleElement()
                    .satisfies(sighting -> assertThat(sighting.detections()).hasSize(200));
        }
    }

    /** What is no JPEG, or far larger than a snapshot, is left out; the alarm is not. */
    @ParameterizedTest
    @CsvSource({
        "/9j/abc, /9j/abc",
        "'data:image/jpeg;base64,/9j/abc', /9j/abc",
        "iVBORw0KGgo, ''",
        "http://camera/9j/, ''",
        "'x,y,/9j/', ''",
    })
    void keepsAPictureThatIsAJpeg(String written, String picture) {
        assertThat(read("{\"camera\":{\"id\":\"a\",\"snapshot\":\"" + written + "\"}}")
                        .sightings())
                .extracting(Sighting::picture)
                .containsExactly(picture);
    }

    @Test
    void keepsAPictureOfAMegabyteAtMost() {
        String largest = "/9j/" + "a".repeat((1 << 20) * 4 / 3 - 4);
        var large = new AlarmText(4 << 20);
        for (String picture : List.of(largest, largest + "a")) {
            byte[] message = ("{\"camera\":\"a\",\"image\":\"" + picture + "\"}").getBytes(StandardCharsets.UTF_8);
            assertThat(readWith(large, message).sightings())
                    .extracting(Sighting::picture)
                    .containsExactly(picture.equals(largest) ? largest : "");
        }
    }

    @Test
    void aPictureOfTheMessageIsOfEachCameraThatHasNone() {
        assertThat(read("{\"cameras\":[\"a\",{\"id\":\"b\",\"image\":\"/9j/b\",\"width\":7}],\"picture\":\"/9j/a\"}")
                        .sightings())
                .containsExactly(
                        new Sighting("a", "", 0, 0, List.of(), "/9j/a"),
                        new Sighting("b", "", 7, 0, List.of(), "/9j/b"));
    }

    /** u-alarm-input.md 1.2: types are names or numbers; only the connector itself may say that U-Alarm is silent. */
    @ParameterizedTest
    @CsvSource({
        "1, CROWD_DETECTION",
        "9, FALL_DETECTION",
        "10, HAZARDOUS_AREA",
        "11, 11",
        "99, 99",
        "007, 007",
        "1/, 1/",
        "1:, 1:",
        "LOITERING_DETECTION, LOITERING_DETECTION",
        "INTRUSION_DETECTION_CASCADING, INTRUSION_DETECTION",
        "SUPERVISION, UNKNOWN",
        "'', ''"
    })
    void readsTheTypeByNameOrNumber(String written, String type) {
        assertThat(read("{\"camera\":\"a\",\"type\":\"" + written + "\"}").type())
                .isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.5", "1, 1", "1.01, 1", "-1, 0", "87, 1", "1e400, 0", "x, 0"})
    void aConfidenceLiesBetween0And1(String written, double confidence) {
        assertThat(read("{\"camera\":{\"id\":\"a\",\"detections\":{\"confidence\":\"" + written + "\"}}}")
                        .sightings()
                        .get(0)
                        .detections())
                .extracting(Detection::confidence)
                .containsExactly(confidence);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-21T12:01:00Z, 0", "2026-11-21T12:01:00.001Z, 1"})
    void aTimeMayBeAMinuteAhead(String sent, int warnings) {
        assertThat(read("{\"camera\":\"a\",\"time\":\"" + sent + "\"}").warnings())
                .hasSize(warnings);
    }

    @Test
    void readsTheEndOfAnAlarmBesideItsDetails() {
        assertThat(read("{\"camera\":\"a\",\"endOfEvent\":1}").state()).isEqualTo(Alarm.State.ENDED);
        assertThat(read("{\"camera\":\"a\",\"endOfEvent\":\"no\"}").state()).isEqualTo(Alarm.State.RAISED);
    }
}
