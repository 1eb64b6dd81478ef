package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.RouteTest;
import ualarm.alarm.CameraAlarm;
import ualarm.intake.OpenPort;
import ualarm.journal.NotStored;
import ualarm.site.Settings;

class ReceiveAlarmTest extends RouteTest {

    private static final String STORE = "mock:direct:store-alarm";

    private final OpenPort port = new OpenPort();

    ReceiveAlarmTest() {
        super("receive-alarm");
        neighbour("direct:store-alarm");
    }

    @Override
    protected List<CamelConfiguration> rooms(Settings checked) {
        return List.of(intake(checked, port));
    }

    @AfterAll
    void close() {
        port.close();
    }

    private Message post(String message) {
        isRead("main", "25.1.1804.0", "Corporate");
        Exchange end = template.send("direct:receive-alarm", exchange -> {
            exchange.getMessage().setBody(message.getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setHeader("CamelHttpPath", "/evil");
            exchange.getMessage().setHeader("JournalDuplicate", true);
        });
        assertThat(end.getException()).isNull();
        return end.getMessage();
    }

    private static String body(Message answer) {
        return answer.getBody(String.class);
    }

    private void whenStored(Processor stores) {
        getMockEndpoint(STORE).whenAnyExchangeReceived(stores);
    }

    @Test
    void hasAnAlarmStoredForItsSiteThenAnswersThatItIsAccepted() {
        Message answer = post("{\"id\":\"a1\",\"alarm\":\"Gate\",\"camera\":\"North gate\"}");
        assertThat(received(STORE, CameraAlarm.class))
                .singleElement()
                .extracting(CameraAlarm::id, CameraAlarm::name, CameraAlarm::site, CameraAlarm::camera)
                .containsExactly("a1", "Gate", "main", Optional.of(GATE));
        assertThat(body(answer)).startsWith("{\"status\":\"accepted\",\"id\":\"a1\"");
    }

    @Test
    void nothingOfARequestButItsBodyGoesAnyFurther() {
        Message answer = post("{\"id\":\"a1\",\"camera\":\"North gate\"}");
        assertThat(getMockEndpoint(STORE).getExchanges().get(0).getMessage().getHeaders())
                .isEmpty();
        assertThat(answer.getHeaders()).doesNotContainValue("/evil");
    }

    @Test
    void anAlarmThatTheJournalHadIsADuplicate() {
        whenStored(exchange -> exchange.getMessage().setHeader("JournalDuplicate", true));
        assertThat(body(post("{\"id\":\"a1\",\"camera\":\"North gate\"}"))).contains("\"duplicate\"");
    }

    @Test
    void anAlarmOfSeveralCamerasIsADuplicateOnlyWhereTheJournalHadItForEach() {
        String both = "{\"id\":\"a1\",\"details\":{\"sources\":[{\"technical_name\":\"" + GATE
                + "\"},{\"technical_name\":\"" + DOOR + "\"}]}}";
        whenStored(exchange -> exchange.getMessage()
                .setHeader(
                        "JournalDuplicate",
                        exchange.getMessage()
                                .getBody(CameraAlarm.class)
                                .camera()
                                .equals(Optional.of(DOOR))));
        assertThat(body(post(both))).contains("\"accepted\"");
        assertThat(received(STORE, CameraAlarm.class))
                .extracting(CameraAlarm::camera)
                .containsExactly(Optional.of(GATE), Optional.of(DOOR));
    }

    @Test
    void anAlarmOfAnUnknownCameraIsKeptByItself() {
        assertThat(body(post("{\"id\":\"a1\",\"camera\":\"nowhere\"}"))).contains("\"accepted\"");
        assertThat(queue("unmatched"))
                .singleElement()
                .extracting(CameraAlarm::site)
                .isEqualTo("");
        assertThat(received(STORE, CameraAlarm.class)).isEmpty();
    }

    @Test
    void aHeartbeatIsAnsweredAndStoredNowhere() {
        assertThat(body(post("{\"heartbeat\":true,\"details\":{\"source\":{\"technical_name\":\"" + GATE + "\"}}}")))
                .contains("\"heartbeat\"");
        assertThat(received(STORE, CameraAlarm.class)).isEmpty();
        assertThat(queue("unmatched")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''|400|empty", "{|400|cut", "[]|400|not-an-object", "<a/>|415|unreadable-type", "{}|422|no-camera"
            })
    void whatIsNoAlarmIsTheSendersFault(String message, int status, String code) {
        Message answer = post(message);
        assertThat(answer.getHeader(Exchange.HTTP_RESPONSE_CODE, int.class)).isEqualTo(status);
        assertThat(body(answer)).startsWith("{\"status\":\"rejected\"").contains("\"code\":\"" + code + "\"");
        assertThat(answer.getHeaders()).containsOnlyKeys(Exchange.HTTP_RESPONSE_CODE, Exchange.CONTENT_TYPE);
    }

    @Test
    void anAlarmThatCannotBeStoredIsAskedForAgain() {
        whenStored(exchange -> {
            throw new NotStored("The disk is full");
        });
        Message answer = post("{\"id\":\"a1\",\"camera\":\"North gate\"}");
        assertThat(answer.getHeader(Exchange.HTTP_RESPONSE_CODE, int.class)).isEqualTo(503);
        assertThat(answer.getHeader("Retry-After")).isEqualTo("5");
        assertThat(body(answer)).contains("\"not-stored\"", "The disk is full. Send it again.");
    }

    @Test
    void anAdaptersAlarmTakesTheSameWay() {
        isRead("main", "25.1.1804.0", "Corporate");
        assertThat(run("alarm", "{\"camera\":\"Door\"}", Map.of()).getException())
                .isNull();
        assertThat(received(STORE, CameraAlarm.class))
                .singleElement()
                .extracting(CameraAlarm::camera)
                .isEqualTo(Optional.of(DOOR));
    }
}
