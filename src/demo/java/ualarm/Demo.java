package ualarm;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import ualarm.site.Settings;

/**
 * The connector beside three simulated XProtect systems and a mail server, all in this process and on loopback. It sends itself
 * sample alarms, tells what became of each, and runs on until Ctrl-C.
 */
public final class Demo {

    private static final int PORT = 10000;
    private static final int CORPORATE = 18080;
    private static final int ESSENTIAL = 18081;
    private static final int OLD = 18082;
    private static final int SMTP = 18025;
    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Simulator corporate = new Simulator(Simulator.CORPORATE, CORPORATE);
    private final Simulator essential = new Simulator(Simulator.ESSENTIAL, ESSENTIAL);
    private final Simulator old = new Simulator(Simulator.Version.V2020_R3, Simulator.CORPORATE, OLD);
    private final GreenMail mail = new GreenMail(new ServerSetup(SMTP, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    /** One alarm to send. */
    private record Sample(String sender, String camera, String json, Simulator xprotect) {}

    private Demo() {}

    /** @param args none */
    public static void main(String[] args) throws Exception {
        new Demo().run();
    }

    private void run() throws Exception {
        mail.start();
        try (var connector = new Connector(settings(), camel -> {})) {
            connector.start();
            waitForCameras();
            say("");
            say("Sending five alarms to http://127.0.0.1:%d, as U-Alarm would:", PORT);
            for (Sample sample : samples()) {
                show(sample);
            }
            say("");
            say("Now you. This posts an alarm of the North gate; its line appears below:");
            say(
                    "  curl -d '{\"alarm\":\"My first alarm\",\"camera\":\"8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab\"}' http://127.0.0.1:%d",
                    PORT);
            say("Where to look: the console, with lights, traces and test alarms  http://127.0.0.1:9876/");
            say("               the events XProtect got  http://127.0.0.1:%d/__admin/requests", CORPORATE);
            say("               those of the Essential+  http://127.0.0.1:%d/__admin/requests", ESSENTIAL);
            say("               those of the 2020 R3     http://127.0.0.1:%d/__admin/requests", OLD);
            say("Ctrl-C ends the demo.");
            new CountDownLatch(1).await();
        }
    }

    private static Settings settings() {
        return new Settings(
                String.join(
                        "\n",
                        "alarm.host=127.0.0.1",
                        "alarm.port=" + PORT,
                        "site.office.url=http://127.0.0.1:" + CORPORATE,
                        "site.office.username=ualarm",
                        "site.office.password=demo",
                        "site.shop.url=http://127.0.0.1:" + ESSENTIAL,
                        "site.shop.username=ualarm",
                        "site.shop.password=demo",
                        "site.shop.mail.to=guard@example.com",
                        "site.warehouse.url=http://127.0.0.1:" + OLD,
                        "site.warehouse.username=ualarm",
                        "site.warehouse.password=demo",
                        "site.warehouse.edition=Express+",
                        "site.warehouse.event-server=127.0.0.1:" + OLD,
                        "mail.host=127.0.0.1",
                        "mail.port=" + SMTP,
                        "mail.security=none",
                        "mail.from=ualarm@example.com",
                        "journal.directory=target/demo-data",
                        "routes.directory=routes"),
                Path.of(""),
                Map.of(),
                Map.of());
    }

    /** Fresh ids and times, so that a second run of the demo is not taken for duplicates. */
    private List<Sample> samples() {
        Instant now = Instant.now();
        String id = Long.toHexString(now.toEpochMilli());
        return List.of(
                new Sample(
                        "U-Alarm 2.1",
                        "North gate",
                        Messages.P1
                                .replace("0b6f6a0e-5c0e-4a39-9f0b-6a3f7f9f1c11", id + "-21")
                                .replace("1749983404250", String.valueOf(now.toEpochMilli())),
                        corporate),
                new Sample(
                        "U-Alarm 1.2",
                        "North gate",
                        Messages.P3
                                .replace("2f3c", id + "-12")
                                .replace("1749983403000", String.valueOf(now.toEpochMilli())),
                        corporate),
                new Sample("U-Alarm 3.0", "Lobby", """
                        {"id":"%s-30","timestamp":"%d","displayName":"Loading bay","type":"LOITERING_DETECTION","configId":"9",
                         "loiteringDetails":{"source":{"cameraTechnicalName":"{1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED}",
                           "width":1920,"height":1080,"detections":[]}}}
                        """.formatted(id, now.toEpochMilli()), corporate),
                new Sample("short form", "Shop door", """
                        {"id":"%s-short","alarm":"Shop door forced","camera":"5e5e5e5e-0000-4000-8000-000000000001","timestamp":"%s"}
                        """.formatted(id, now), essential),
                new Sample("short form", "2020 R3", """
                        {"id":"%s-old","alarm":"Hall entered","camera":"0dd00000-0000-4000-8000-000000000001","timestamp":"%s"}
                        """.formatted(id, now), old));
    }

    private void waitForCameras() throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (System.nanoTime() < end
                && (!isAsked(corporate, "/cameras") || !isAsked(essential, "/cameras") || !isAsked(old, "/sites"))) {
            pause();
        }
    }

    private static boolean isAsked(Simulator xprotect, String path) {
        return xprotect.server().getAllServeEvents().stream()
                .anyMatch(served -> served.getRequest().getUrl().contains(path));
    }

    private static int events(Simulator xprotect) {
        return xprotect.events().size() + xprotect.xmlEvents().size();
    }

    private void show(Sample sample) throws Exception {
        Simulator xprotect = sample.xprotect();
        int events = events(xprotect);
        int mails = mail.getReceivedMessages().length;
        long start = System.nanoTime();
        var answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/"))
                        .POST(HttpRequest.BodyPublishers.ofString(sample.json()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        long answered = millis(start);
        long end = start + SOON.toNanos();
        while (events(xprotect) == events && System.nanoTime() < end) {
            pause();
        }
        String became = events(xprotect) > events
                ? (xprotect == old ? "XML event" : "event") + " in XProtect after " + millis(start) + " ms"
                : "no event in XProtect yet; the connector goes on trying";
        if (xprotect == essential) {
            while (mail.getReceivedMessages().length == mails && System.nanoTime() < end) {
                pause();
            }
            MimeMessage[] received = mail.getReceivedMessages();
            became += received.length > mails
                    ? ", and mail \"" + received[received.length - 1].getSubject() + "\""
                    : ", no mail yet";
        }
        say(
                "  %-11s -> %-10s answered %d in %d ms, %s",
                sample.sender(), sample.camera(), answer.statusCode(), answered, became);
    }

    private static void pause() throws InterruptedException {
        new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }

    private static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }

    private static void say(String text, Object... values) {
        System.out.println(text.formatted(values));
    }
}
