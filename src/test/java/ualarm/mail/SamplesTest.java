package ualarm.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Detection;
import ualarm.alarm.Sighting;
import ualarm.milestone.Arrivals;
import ualarm.milestone.MilestoneRoom;
import ualarm.site.Settings;

/** Writes a mail of each kind in each language to {@code target/mail-samples}, for the eye. */
class SamplesTest {

    private static final Path SAMPLES = Path.of("target/mail-samples");
    private static final UUID CAMERA = UUID.fromString("8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab");

    @TempDir
    private Path folder;

    private AlarmMail mail(String language) throws Exception {
        Files.createDirectories(folder.resolve("sites"));
        Files.writeString(
                folder.resolve("sites/main.json"),
                "{\"productVersion\":\"25.2.1.1\",\"edition\":\"Essential+\",\"events\":{},\"cameras\":[{\"id\":\""
                        + CAMERA + "\",\"name\":\"Northern perimeter, gate 2\"}],\"gateways\":[]}");
        var settings = new Settings(
                "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\nsite.main.time-zone=Europe/Budapest\n"
                        + "site.main.mail.to=guard@example.com\nmail.host=relay\nmail.from=alarms@example.com\njournal.directory="
                        + folder,
                Path.of(""),
                Map.of(),
                Map.of());
        var milestone = new MilestoneRoom(
                settings,
                (route, time) -> {},
                site -> new CompletableFuture<>(),
                alarm -> new CompletableFuture<>(),
                (site, event) -> new CompletableFuture<>(),
                Arrivals.Listener.NONE);
        var token = new MailToken(settings.relay(), Clock.systemUTC(), CompletableFuture::new, time -> {});
        var relay = new MailRelay(settings.relay(), token, Clock.systemUTC());
        return new AlarmMail(
                settings.sites(),
                milestone.finder(),
                milestone.inventories(),
                relay,
                relay.session(),
                new Templates(Path.of("mail"), language),
                language,
                "alarms@example.com");
    }

    private static CameraAlarm alarm(int number, String name, List<Detection> detections) {
        Instant time = Instant.parse("2026-11-20T22:14:03Z").plusSeconds(number * 7L);
        return new CameraAlarm(
                "0b6f6a0e-5c0e-4a39-9f0b-6a3f7f9f%04d".formatted(number),
                name,
                "INTRUSION_DETECTION",
                time,
                time,
                UUID.nameUUIDFromBytes((name + number).getBytes(StandardCharsets.UTF_8)),
                "main",
                Optional.of(CAMERA),
                new Sighting(CAMERA.toString(), "", 1280, 720, detections, ""),
                false,
                "");
    }

    private static byte[] picture() throws Exception {
        var image = new BufferedImage(1280, 720, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setPaint(new GradientPaint(0, 0, new Color(40, 52, 70), 0, 720, new Color(120, 130, 110)));
        pen.fillRect(0, 0, 1280, 720);
        pen.setColor(new Color(30, 30, 30));
        for (int x = 0; x < 1280; x += 40) {
            pen.fillRect(x, 300, 8, 260);
        }
        pen.setColor(new Color(200, 170, 150));
        pen.fillOval(660, 200, 60, 70);
        pen.fillRect(655, 270, 70, 220);
        pen.dispose();
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", out);
        return out.toByteArray();
    }

    private void write(AlarmMail mail, String name, List<CameraAlarm> alarms, Optional<byte[]> picture)
            throws Exception {
        MimeMessage message = mail.compose(alarms, picture.orElse(new byte[0]));
        Files.createDirectories(SAMPLES);
        try (var out = Files.newOutputStream(SAMPLES.resolve(name + ".eml"))) {
            message.writeTo(out);
        }
        var parts = (MimeMultipart) message.getContent();
        String text = (String) parts.getBodyPart(0).getContent();
        Object second = parts.getBodyPart(1).getContent();
        String html = second instanceof MimeMultipart related
                ? ((String) related.getBodyPart(0).getContent())
                        .replace(
                                "cid:picture",
                                "data:image/jpeg;base64,"
                                        + Base64.getEncoder()
                                                .encodeToString(related.getBodyPart(1)
                                                        .getInputStream()
                                                        .readAllBytes()))
                : (String) second;
        Files.writeString(SAMPLES.resolve(name + ".txt"), message.getSubject() + "\n\n" + text);
        Files.writeString(SAMPLES.resolve(name + ".html"), html);
        assertThat(text + message.getSubject()).doesNotContain("{0}").doesNotContain("why.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "fr", "hu"})
    void oneOfEachKind(String language) throws Exception {
        AlarmMail mail = mail(language);
        var seen = List.of(
                new Detection("PERSON_FULL_BODY", 0.91, 640, 190, 100, 310),
                new Detection("CAR", 0.77, 100, 400, 300, 180));
        CameraAlarm one = alarm(1, "Fence climbed", seen);
        write(mail, "single-" + language, List.of(one), Optional.empty());
        write(mail, "picture-" + language, List.of(alarm(2, "Fence climbed", seen)), Optional.of(picture()));
        String reason =
                "XProtect of main at https://vms cannot be connected to. Check that XProtect runs, the port and the firewall.";
        write(
                mail,
                "fallback-" + language,
                List.of(alarm(3, "Fence climbed", seen).asFallback("main", reason)),
                Optional.empty());
        var many = new ArrayList<CameraAlarm>();
        for (int i = 0; i < 260; i++) {
            many.add(alarm(
                    i + 10,
                    i % 5 == 0 ? "Gate opened at night by somebody" : "Fence climbed",
                    i % 3 == 0 ? seen : List.of()));
        }
        write(mail, "digest-" + language, many, Optional.empty());
    }
}
