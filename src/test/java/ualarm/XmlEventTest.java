package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;

/** Analytics XML as the event server gets it (milestone-api.md 6). */
class XmlEventTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ONE_BOX = """
            {"id":"x1","timestamp":"1749983404250","display_name":"%s","type":"INTRUSION_DETECTION",
             "intrusion_detection_details":{"source":{"camera_technical_name":"8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab",
               "camera_display_name":"Gate","width":1280,"height":720,
               "detections":[{"type":"PERSON_FULL_BODY","bounding_box":{"x":640,"y":180,"width":128,"height":360},"detection_confidence":0.91}]}}}
            """;

    private static Rig byXml() {
        Rig rig = new Rig(Simulator.CORPORATE).set("site.main.trigger", "xml").start();
        await().atMost(SOON).until(() -> rig.log().contains("triggered by XML"));
        return rig;
    }

    private static Document sent(Rig rig) throws Exception {
        await().atMost(SOON).until(() -> !rig.xprotect().xmlEvents().isEmpty());
        LoggedRequest request = rig.xprotect().xmlEvents().get(0);
        assertThat(request.getHeader("Content-Type")).startsWith("text/xml");
        var schema = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(XmlEventTest.class.getResource("/xprotect/AnalyticsEvent.xsd"));
        schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(request.getBody())));
        var factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(false);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(request.getBody()));
    }

    private static String text(Document xml, String path) throws Exception {
        return XPathFactory.newInstance().newXPath().evaluate(path, xml);
    }

    @Test
    void carriesTheAlarmsNameItsTimeToTheMillisecondAndItsBox() throws Exception {
        try (var rig = byXml()) {
            rig.post(ONE_BOX.formatted("Perimeter north"));
            Document xml = sent(rig);
            assertThat(text(xml, "//EventHeader/Timestamp")).isEqualTo("2025-06-15T10:30:03.750Z");
            assertThat(text(xml, "//EventHeader/Type")).isEqualTo("Perimeter north");
            assertThat(text(xml, "//EventHeader/Message")).isEqualTo("U-Alarm");
            assertThat(text(xml, "//EventHeader/CustomTag")).isEqualTo("x1");
            assertThat(text(xml, "//ObjectId")).isEqualTo(Rig.CAMERA_A);
            assertThat(text(xml, "//Description")).isEqualTo("Person, 91 %");
            assertThat(text(xml, "//Location")).isEqualTo("Gate");
            assertThat(text(xml, "//Object/Type")).isEqualTo("PERSON_FULL_BODY");
            assertThat(text(xml, "//Object/Confidence")).isEqualTo("0.91");
            assertThat(text(xml, "concat(//Top,' ',//Left,' ',//Bottom,' ',//Right)"))
                    .isEqualTo("0.25 0.5 0.75 0.6");
            assertThat(text(xml, "count(//Polygon/PointList/Point)")).isEqualTo("5");
            assertThat(text(xml, "concat(//Point[1]/X,' ',//Point[1]/Y,' ',//Point[3]/X,' ',//Point[3]/Y)"))
                    .isEqualTo("0.5 0.25 0.6 0.75");
            assertThat(text(xml, "//Point[1]/X = //Point[5]/X and //Point[1]/Y = //Point[5]/Y"))
                    .isEqualTo("true");
            await().atMost(SOON).until(() -> rig.log().contains("triggered event"));
        }
    }

    static List<String> names() {
        return List.of(
                "<b>Süd</b> & \"Ost\" 'West'",
                "a ]]> b",
                "Zaun \uD83D\uDEA8 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
                "\u200Fשער צפון\u200E gate",
                "${body} {{x}}");
    }

    @ParameterizedTest
    @MethodSource("names")
    void carriesAnyNameAsText(String name) throws Exception {
        try (var rig = byXml()) {
            rig.post(ONE_BOX.formatted(name.replace("\"", "\\\"")));
            assertThat(text(sent(rig), "//EventHeader/Type")).isEqualTo(name);
        }
    }

    @Test
    void leavesOutWhatItDoesNotKnow() throws Exception {
        try (var rig = byXml()) {
            rig.alarm("bare", Rig.CAMERA_A);
            Document xml = sent(rig);
            assertThat(text(xml, "count(//ObjectList)")).isEqualTo("0");
            assertThat(text(xml, "//EventHeader/Type")).isEqualTo("Gate");
        }
    }

    @Test
    void everyAttemptHasTheSameIdAndEveryAlarmItsOwn() throws Exception {
        try (var rig = byXml()) {
            rig.alarm("one", Rig.CAMERA_A);
            rig.alarm("two", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.xprotect().xmlEvents().size() == 2);
            assertThat(rig.xprotect().xmlEvents().stream()
                            .map(request -> request.getBodyAsString().replaceAll(".*<ID>|</ID>.*", ""))
                            .distinct())
                    .hasSize(2);
        }
    }

    static List<Arguments> troubles() {
        return List.of(
                Arguments.of(
                        aResponse().withStatus(200).withBody("Warning: Event message not known"),
                        "no analytics event named exactly U-Alarm. Add it in Management Client"),
                Arguments.of(
                        aResponse().withStatus(200).withBody("\n<!DOCTYPE html><p>Please log in."),
                        "answered with a page. That is a web server or a proxy: write the event server's host"),
                Arguments.of(aResponse().withStatus(400), "answered 400. It does not know the camera"),
                Arguments.of(aResponse().withStatus(403), "Events allowed from"),
                Arguments.of(aResponse().withStatus(405), "write the event server's host and port"),
                Arguments.of(aResponse().withStatus(500), "restart the Event Server service"),
                Arguments.of(aResponse().withFault(Fault.EMPTY_RESPONSE), "Events allowed from"));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void saysWhatToDoAndGoesOnWhenItIsMended(ResponseDefinitionBuilder trouble, String remedy) {
        try (var rig = byXml()) {
            var stub = rig.xprotect()
                    .server()
                    .stubFor(post(urlEqualTo("/")).atPriority(1).willReturn(trouble));
            rig.alarm("waits", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> rig.log().contains(remedy));
            rig.xprotect().server().removeStub(stub);
            await().atMost(SOON)
                    .until(() -> rig.log().contains("waits \"Gate\" at " + Rig.CAMERA_A + " triggered event"));
        }
    }

    @Test
    void saysWhatToDoWhenThePortIsClosed() {
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.trigger", "xml")
                .set("site.main.event-server", "127.0.0.1:" + Rig.freePort())
                .start()) {
            await().atMost(SOON).until(() -> rig.log().contains("triggered by XML"));
            rig.alarm("waits", Rig.CAMERA_A);
            await().atMost(SOON)
                    .until(() -> rig.log()
                            .contains("cannot be connected to. Switch on Analytics Events in Management Client"));
        }
    }

    /** The event server's own answer has a length and nothing else, and it may close the connection at once. */
    @Test
    void takesTheEventServersBareAnswer() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var rig = new Rig(Simulator.CORPORATE)
                        .set("site.main.trigger", "xml")
                        .set("site.main.event-server", "127.0.0.1:" + server.getLocalPort())
                        .start()) {
            var taken = CompletableFuture.runAsync(() -> {
                try (var socket = server.accept()) {
                    InputStream in = socket.getInputStream();
                    var read = new StringBuilder();
                    while (!read.toString().contains("</AnalyticsEvent>")) {
                        read.append((char) in.read());
                    }
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            rig.alarm("bare", Rig.CAMERA_A);
            await().atMost(SOON).until(taken::isDone);
            await().atMost(SOON).until(() -> rig.log().contains("triggered event"));
        }
    }

    /** Only analytics XML brings the boxes under a new XProtect, too; where its port is shut, the event goes by REST. */
    @Test
    void aSiteThatWantsBoxesGetsXmlWhereTheEventServerAnswersElseRest() {
        try (var rig = new Rig(Simulator.CORPORATE).set("site.main.boxes", "on").start()) {
            await().until(() -> rig.log().contains("triggered by XML"));
            rig.alarm("1", Rig.CAMERA_A);
            await().until(() -> rig.xprotect().xmlEvents().size() == 1);
            rig.xprotect()
                    .server()
                    .stubFor(post(urlEqualTo("/"))
                            .atPriority(1)
                            .willReturn(aResponse().withStatus(403)));
            rig.alarm("2", Rig.CAMERA_A);
            await("by REST, without boxes").until(() -> rig.xprotect().events().size() == 1);
            assertThat(rig.deadLetters()).isEmpty();
        }
        try (var rig = new Rig(Simulator.CORPORATE)
                .set("site.main.boxes", "on")
                .set("site.main.event-server", "127.0.0.1:" + Rig.freePort())
                .start()) {
            await().until(() -> rig.log().contains("triggered by REST"));
            rig.alarm("1", Rig.CAMERA_A);
            await().until(() -> rig.xprotect().events().size() == 1);
        }
    }
}
