package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.mail.BodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the mailbox gets. Every mail goes to two recipients, so it arrives twice. */
class MailTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SHOP_DOOR = "5e5e5e5e-0000-4000-8000-000000000001";

    private static Rig essential() {
        return new Rig(Simulator.ESSENTIAL);
    }

    private static String text(MimeMessage mail) throws Exception {
        return (String) ((MimeMultipart) mail.getContent()).getBodyPart(0).getContent();
    }

    private static MimeMessage awaitMail(Rig rig, int count) {
        await().atMost(SOON).until(() -> rig.mail().getReceivedMessages().length >= 2 * count);
        // GreenMail lists one mailbox after the other.
        return rig.mail().getReceivedMessages()[count - 1];
    }

    @Test
    void tellsTheAlarmInItsTimeAndWordsUnderStableHeaders() throws Exception {
        try (var rig = essential().start()) {
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.post(Messages.P1.replace(Rig.CAMERA_A, SHOP_DOOR));
            MimeMessage mail = awaitMail(rig, 1);
            assertThat(mail.getSubject()).isEqualTo("[main] Perimeter north \u2013 Shop door");
            assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(mail.getHeader("X-Auto-Response-Suppress")).containsExactly("All");
            assertThat(mail.getHeader("List-Id")).containsExactly("<main.alarms.example.com>");
            assertThat(mail.getMessageID()).matches("<[0-9a-f-]{36}@example\\.com>");
            assertThat(mail.getSentDate()).isNotNull();
            assertThat(mail.getContentType()).startsWith("multipart/alternative");
            assertThat(text(mail))
                    .contains("Perimeter north", "Shop door", "2025-06-15 12:30:04 CEST (2025-06-15 10:30:04 UTC)")
                    .contains("Person", "%", "XProtect Essential+ has no Alarm Manager", "0b6f6a0e-5c0e-4a39");
            // The same alarm once more, with a later time: the mails stand together.
            rig.post(Messages.P1.replace(Rig.CAMERA_A, SHOP_DOOR).replace("1749983404250", "1749983414250"));
            MimeMessage second = awaitMail(rig, 2);
            assertThat(second.getMessageID()).isNotEqualTo(mail.getMessageID());
            assertThat(second.getHeader("References")).containsExactly(mail.getMessageID());
        }
    }

    @Test
    void theRetryOfAMailHasTheSameId() throws Exception {
        try (var rig = essential().set("mail.digest-seconds", "60")) {
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.stop();
            rig.mail().stop();
            rig.start();
            rig.alarm("again", SHOP_DOOR);
            await().atMost(SOON).until(() -> rig.log().contains("wait in mail.main"));
            rig.stop();
            rig.mail().start();
            rig.start();
            MimeMessage mail = awaitMail(rig, 1);
            // The mail is there a moment before the log says so.
            await().atMost(SOON)
                    .until(() -> rig.log().contains("mailed to the recipients of main as " + mail.getMessageID()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "fr", "hu"})
    void speaksTheInstallersLanguage(String language) throws Exception {
        try (var rig = essential().set("mail.language", language).start()) {
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.post(Messages.P1.replace(Rig.CAMERA_A, SHOP_DOOR));
            assertThat(text(awaitMail(rig, 1)))
                    .contains(Map.of("de", "Kamera: Shop door", "fr", "Caméra: Shop door", "hu", "Kamera: Shop door")
                            .get(language))
                    .contains(Map.of("de", "Person", "fr", "Personne", "hu", "Személy")
                            .get(language));
        }
    }

    static List<String> names() {
        return List.of(
                "<script>alert(1)</script> & \"x\" 'y'",
                "Tor\\r\\nBcc: evil@example.com",
                "${7*7} <#assign x=1> [=1] {{x}} <#include \\\"/etc/passwd\\\">",
                "\u200Fשער \uD83D\uDEA8 ]]>");
    }

    @ParameterizedTest
    @MethodSource("names")
    void noNameIsMoreThanText(String name) throws Exception {
        try (var rig = essential().start()) {
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.post("{\"id\":\"n\",\"alarm\":\"" + name.replaceAll("(?<!\\\\)\"", "\\\\\"") + "\",\"camera\":\""
                    + SHOP_DOOR + "\"}");
            MimeMessage mail = awaitMail(rig, 1);
            String shown = name.replace("\\r\\n", "").replace("\\\"", "\"");
            assertThat(mail.getSubject()).isEqualTo("[main] " + shown + " \u2013 Shop door");
            assertThat(mail.getHeader("Bcc")).isNull();
            assertThat(rig.mail().getReceivedMessages()).hasSize(2);
            assertThat(text(mail)).contains(shown);
            String html =
                    (String) ((MimeMultipart) mail.getContent()).getBodyPart(1).getContent();
            assertThat(html).doesNotContain("<script>").doesNotContain("<#");
        }
    }

    @Test
    void anIntegratorsTemplateTakesThePlaceOfOurs() throws Exception {
        try (var rig = essential()) {
            Path own = Files.createDirectories(rig.folder().resolve("mail"));
            Files.writeString(own.resolve("subject.ftl"), "ALARM ${alarms[0].name?upper_case} ${words.camera}");
            Files.writeString(own.resolve("words_en.properties"), "camera=Objektiv\n");
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.alarm("own", SHOP_DOOR);
            assertThat(awaitMail(rig, 1).getSubject()).isEqualTo("ALARM GATE Objektiv");
        }
    }

    @Test
    void aFaultInATemplateIsToldAndTheMailWaits() throws Exception {
        try (var rig = essential()) {
            Path own = Files.createDirectories(rig.folder().resolve("mail"));
            Files.writeString(own.resolve("subject.ftl"), "${nothing.here}");
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.alarm("fault", SHOP_DOOR);
            await().atMost(SOON).until(() -> rig.log().contains("The mail template subject.ftl has a fault"));
            rig.stop();
            Files.delete(own.resolve("subject.ftl"));
            rig.start();
            awaitMail(rig, 1);
        }
    }

    // --- The picture

    private static byte[] grey() throws Exception {
        var image = new BufferedImage(1280, 720, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setColor(Color.GRAY);
        pen.fillRect(0, 0, 1280, 720);
        pen.dispose();
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", out);
        return out.toByteArray();
    }

    private static Rig withPictures() {
        Rig rig = new Rig(Simulator.CORPORATE).set("site.main.mail.when", "always");
        rig.xprotect()
                .server()
                .stubFor(get(urlPathMatching("(?i)/api/.well-known/uris"))
                        .atPriority(1)
                        .willReturn(aResponse().withStatus(200).withBody("{\"ProductVersion\":\"25.2.1.1\"}")));
        return rig;
    }

    private static byte[] picture(MimeMessage mail) throws Exception {
        BodyPart related = ((MimeMultipart) mail.getContent()).getBodyPart(1);
        assertThat(related.getContentType()).startsWith("multipart/related");
        var parts = (MimeMultipart) related.getContent();
        assertThat((String) parts.getBodyPart(0).getContent()).contains("cid:picture");
        assertThat(parts.getBodyPart(1).getHeader("Content-ID")).containsExactly("<picture>");
        assertThat(parts.getBodyPart(1).getDisposition()).isEqualTo("inline");
        return parts.getBodyPart(1).getInputStream().readAllBytes();
    }

    static List<String> answers() {
        return List.of("jpeg", "json");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void showsXProtectsPictureWithTheBoxDrawnOnIt(String form) throws Exception {
        try (var rig = withPictures()) {
            var answer = aResponse().withStatus(200);
            rig.xprotect()
                    .server()
                    .stubFor(post(urlPathMatching("(?i)/api/rest/v1/cameras/" + Rig.CAMERA_A))
                            .atPriority(1)
                            .willReturn(
                                    form.equals("jpeg")
                                            ? answer.withHeader("Content-Type", "image/jpeg")
                                                    .withBody(grey())
                                            : answer.withBody("{\"result\":{\"image\":\""
                                                    + Base64.getEncoder().encodeToString(grey()) + "\"}}")));
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("25.2.1.1"));
            rig.post("""
                    {"id":"x1","timestamp":"1749983404250","display_name":"Gate",
                     "intrusion_detection_details":{"source":{"camera_technical_name":"8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab","width":1280,"height":720,
                       "detections":[{"type":"CAR","bounding_box":{"x":640,"y":180,"width":128,"height":360},"detection_confidence":0.91}]}}}
                    """);
            var shown = ImageIO.read(new ByteArrayInputStream(picture(awaitMail(rig, 1))));
            var edge = new Color(shown.getRGB(640 + 64, 180));
            assertThat(edge.getRed()).isGreaterThan(180);
            assertThat(edge.getBlue()).isLessThan(120);
            assertThat(new Color(shown.getRGB(640 + 64, 300)).getBlue()).isBetween(110, 146);
        }
    }

    static List<Consumer<Rig>> troubles() {
        return List.of(
                rig -> rig.xprotect()
                        .server()
                        .stubFor(post(urlPathMatching("(?i).*/cameras/.*"))
                                .atPriority(1)
                                .willReturn(aResponse().withStatus(200).withFixedDelay(4_000))),
                rig -> rig.xprotect()
                        .server()
                        .stubFor(post(urlPathMatching("(?i).*/cameras/.*"))
                                .atPriority(1)
                                .willReturn(aResponse().withStatus(500))),
                rig -> rig.xprotect()
                        .server()
                        .stubFor(post(urlPathMatching("(?i).*/cameras/.*"))
                                .atPriority(1)
                                .willReturn(aResponse().withStatus(200).withBody(new byte[3 << 20]))));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void goesOutWithoutAPictureThatDoesNotCome(Consumer<Rig> trouble) throws Exception {
        try (var rig = withPictures()) {
            trouble.accept(rig);
            rig.start();
            await().atMost(SOON).until(() -> rig.log().contains("25.2.1.1"));
            rig.alarm("plain", Rig.CAMERA_A);
            MimeMessage mail = awaitMail(rig, 1);
            assertThat(((MimeMultipart) mail.getContent()).getBodyPart(1).getContentType())
                    .startsWith("text/html");
        }
    }

    @Test
    void showsThePictureThatUAlarmSent() throws Exception {
        try (var rig = essential().start()) {
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            byte[] own = grey();
            rig.post("{\"id\":\"p\",\"alarm\":\"Gate\",\"camera\":\"" + SHOP_DOOR
                    + "\",\"img_url\":\"data:image/jpeg;base64,"
                    + Base64.getEncoder().encodeToString(own) + "\"}");
            assertThat(picture(awaitMail(rig, 1))).isEqualTo(own);
        }
    }

    // --- The fallback

    static List<Arguments> reasons() {
        Consumer<Rig> down = rig -> rig.xprotect().breakDown(503);
        Consumer<Rig> hangs =
                rig -> rig.xprotect().breakDown(aResponse().withStatus(200).withFixedDelay(60_000));
        Consumer<Rig> login = rig -> rig.xprotect()
                .breakDown(aResponse().withStatus(400).withBody("{\"error_code\":\"InvalidCredentials\"}"));
        Consumer<Rig> refused = rig -> rig.xprotect()
                .server()
                .stubFor(post(urlPathMatching("(?i).*/events"))
                        .atPriority(1)
                        .willReturn(aResponse().withStatus(403)));
        return List.of(
                Arguments.of("down", down, true),
                Arguments.of("hangs", hangs, true),
                Arguments.of("login refused", login, false),
                Arguments.of("event refused", refused, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void anAlarmThatXProtectDoesNotTakeIsMailedOnceAndStillDelivered(
            String why, Consumer<Rig> trouble, boolean isDelivered) throws Exception {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.mail.fallback-after", "1")
                .start()) {
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            trouble.accept(rig);
            for (int i = 0; i < 12; i++) {
                rig.alarm("late" + i, i % 2 == 0 ? Rig.CAMERA_A : Rig.CAMERA_B);
            }
            awaitMail(rig, 12);
            String all = Arrays.stream(rig.mail().getReceivedMessages())
                    .map(mail -> {
                        try {
                            return mail.getSubject() + text(mail);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .collect(Collectors.joining());
            assertThat(all).contains("(not in XProtect yet)").contains("Not in XProtect yet;");
            if (isDelivered) {
                rig.xprotect().repair();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> rig.xprotect().events().size() >= 12);
            }
            assertThat(rig.mail().getReceivedMessages()).hasSize(24);
            for (int i = 0; i < 12; i++) {
                assertThat(Pattern.compile("late" + i + "\\b").matcher(all).results())
                        .hasSize(2);
            }
        }
    }

    @Test
    void anAlarmOfAnUnknownCameraOrEventIsMailed() throws Exception {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.mail.fallback-after", "1")
                .set("site.main.event", "Other")
                .start()) {
            await().atMost(SOON).until(() -> rig.log().contains("5 cameras"));
            rig.alarm("event-missing", Rig.CAMERA_A);
            assertThat(text(awaitMail(rig, 1))).contains("has no analytics event named exactly Other");
            rig.alarm("camera-missing", "00000000-0000-4000-8000-00000000beef");
            assertThat(text(awaitMail(rig, 2))).contains("camera-missing");
        }
    }

    @Test
    void anAlarmThatCameBeforeTheEditionWasKnownIsMailedOnce() throws Exception {
        try (var rig = essential().set("site.main.camera.door", SHOP_DOOR)) {
            rig.xprotect().breakDown(503);
            rig.start();
            rig.alarm("early", "door");
            rig.xprotect().repair();
            MimeMessage mail = awaitMail(rig, 1);
            assertThat(text(mail)).contains("early").contains("has no Alarm Manager");
            await().atMost(SOON).until(() -> rig.xprotect().events().size() == 1);
            assertThat(rig.mail().getReceivedMessages()).hasSize(2);
        }
    }

    // --- The digest

    private static int count(MimeMessage mail) {
        try {
            var many = Pattern.compile("\\[main] (\\d+) alarms").matcher(mail.getSubject());
            return many.find() ? Integer.parseInt(many.group(1)) : 1;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int counted(Rig rig) {
        return Arrays.stream(rig.mail().getReceivedMessages())
                        .mapToInt(MailTest::count)
                        .sum()
                / 2;
    }

    @Test
    void aStormComesAsOneMailAndThenDigestsThatLeaveNothingOut() throws Exception {
        try (var rig = essential().set("mail.digest-seconds", "3").start()) {
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            long began = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                rig.alarm("storm" + i, SHOP_DOOR);
            }
            await().atMost(SOON).until(() -> counted(rig) == 500);
            MimeMessage[] mails = rig.mail().getReceivedMessages();
            assertThat(count(mails[0])).as("the first goes out at once").isLessThan(20);
            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            assertThat(mails.length / 2L).as("mails in %d s", seconds).isLessThanOrEqualTo(2 + seconds / 3);
            MimeMessage digest = mails[mails.length / 2 - 1];
            assertThat(text(digest)).contains(count(digest) + " × Gate – Shop door");
            assertThat(digest.getHeader("References")).isNotNull();
        }
    }

    @Test
    void anHourWithoutRelayAndARestartInItsMiddleLeavesEachAlarmInOneMail() throws Exception {
        try (var rig = essential().set("mail.digest-seconds", "2").start()) {
            await().atMost(SOON).until(() -> rig.log().contains("Essential+"));
            rig.mail().stop();
            for (int i = 0; i < 100; i++) {
                rig.alarm("before" + i, SHOP_DOOR);
            }
            await().atMost(SOON).until(() -> rig.log().contains("wait in mail.main"));
            rig.stop();
            rig.start();
            for (int i = 0; i < 100; i++) {
                rig.alarm("after" + i, SHOP_DOOR);
            }
            rig.mail().start();
            await().atMost(Duration.ofSeconds(60)).until(() -> counted(rig) >= 200);
            var all = new StringBuilder();
            for (MimeMessage mail : rig.mail().getReceivedMessages()) {
                all.append(text(mail));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(Pattern.compile("before" + i + "\\b").matcher(all).results())
                        .hasSize(2);
                assertThat(Pattern.compile("after" + i + "\\b").matcher(all).results())
                        .hasSize(2);
            }
        }
    }
}
