package ualarm.milestone;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.alarm.Undelivered;
import ualarm.fuzz.Fuzz;
import ualarm.intake.Refused;
import ualarm.site.Settings;

/**
 * What XProtect answers and posts, and the file that keeps what a site has. The first byte says what it is taken for. It is read, or it
 * is no JSON of XProtect's, or the alarm is tried later or never.
 */
public final class AnswerFuzz {

    private static final JsonMapper JSON = Answers.mapper();
    private static final Settings SETTINGS = new Settings(
            "site.main.url=http://xprotect\nsite.main.username=ualarm\nsite.main.password=secret",
            Path.of("none"),
            Map.of(),
            Map.of());
    private static final Answers ANSWERS = new Answers(SETTINGS.sites(), Clock.systemUTC());
    private static final Tokens TOKENS = new Tokens(
            SETTINGS.sites(), Clock.systemUTC(), site -> new java.util.concurrent.CompletableFuture<>(), time -> {});
    private static final CameraAlarm ALARM = new CameraAlarm(
            "id",
            "Gate",
            "",
            Instant.EPOCH,
            Instant.EPOCH,
            new UUID(0, 1),
            "main",
            Optional.of(new UUID(0, 2)),
            new Sighting("gate", "", 0, 0, List.of(), ""),
            false,
            "");
    private static final Path FOLDER = Fuzz.emptyFolder();

    private static final Inventories INVENTORIES =
            new Inventories(SETTINGS.sites(), new InventoryFolder(FOLDER.resolve("known")));

    private AnswerFuzz() {}

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        byte[] body = Arrays.copyOfRange(data, 1, data.length);
        try {
            read(data[0] & 15, body);
        } catch (JacksonException | CharConversionException | Undelivered | Refused e) {
            // Each is told to whom it concerns.
        }
    }

    private static void take(Uris uris, Licences licences, AlarmDefinitions definitions) {
        var events = new AnalyticsEvents(Optional.of(
                List.of(new AnalyticsEvents.Item(Optional.of(new UUID(0, 1).toString()), Optional.of("U-Alarm")))));
        INVENTORIES.take("main", uris, "25.1", true, licences, events, definitions, null, null);
    }

    private static void read(int what, byte[] body) throws IOException {
        switch (what) {
            case 0 ->
                INVENTORIES
                        .events("main", JSON.readValue(body, AnalyticsEvents.class))
                        .byName();
            case 1 ->
                INVENTORIES
                        .nextPage(INVENTORIES.firstPage("main"), JSON.readValue(body, CameraPage.class))
                        .cameras()
                        .forEach(camera -> camera.name().length());
            case 2 -> take(null, JSON.readValue(body, Licences.class), null);
            case 3 -> {
                Uris uris = JSON.readValue(body, Uris.class);
                Version.hasEventsSocket(INVENTORIES.version(uris, null));
                INVENTORIES.hasGateway("main", false, uris);
                take(uris, null, null);
            }
            case 4 -> Version.of(INVENTORIES.version(null, JSON.readValue(body, IdentityProvider.class)));
            case 5 -> take(null, null, JSON.readValue(body, AlarmDefinitions.class));
            case 6 -> TOKENS.granted("main", JSON.readValue(body, Token.class));
            case 7 ->
                JSON.readTree(body)
                        .path("events")
                        .forEach(event -> SeenEvent.of(event).id().length());
            case 8 -> ANSWERS.id(body);
            case 9 -> ANSWERS.event("main", 503, body, new String(body, StandardCharsets.ISO_8859_1), ALARM, 0);
            case 10 -> ANSWERS.done("main", "POST", "/x", 403, body, null);
            case 11 -> ANSWERS.read("main", "/api/rest/v1/cameras", 500, body, "1");
            case 12 -> ANSWERS.found("main", "/", 302, body, new String(body, StandardCharsets.UTF_8));
            case 13 -> TOKENS.refusal("main", 400, body);
            case 14 -> {
                var webhooks = new Webhooks(SETTINGS.sites());
                JsonNode post = JSON.readTree(body);
                webhooks.eventName(post);
                webhooks.eventId(post);
            }
            default -> {
                Files.write(FOLDER.resolve("main.json"), body);
                new InventoryFolder(FOLDER).load("main").ifPresent(known -> {
                    known.cameras().forEach(camera -> (camera.name() + camera.id()).length());
                    known.cameras().forEach(camera -> camera.name().length());
                    known.cameras().forEach(camera -> camera.id().toString());
                    known.definitions().map(definitions -> definitions.cover(new UUID(0, 1)));
                    known.events().get("U-Alarm");
                    known.hasEventsApi();
                });
            }
        }
    }
}
