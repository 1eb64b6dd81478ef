package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.RouteTest;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.milestone.RefreshPlan;

class TriggerEventTest extends RouteTest {

    private static final String TYPE_AND_SOURCE = "{\"type\":\"" + EVENT + "\",\"source\":\"cameras/" + GATE + "\"";
    private static final String TIME = ",\"time\":\"2026-11-20T09:59:59.500Z\"";
    private static final String TAKEN = "{\"data\":{\"id\":\"e1\"}}";

    TriggerEventTest() {
        super("trigger-event", "call-xprotect");
        set("site.main.send-time", "on");
        site("unread");
        site("timeless");
        site("wary");
        site("small");
        site("old");
        set("site.small.mail.to", "guard@example.com");
        set("site.old.trigger", "xml");
    }

    private Exchange trigger(CameraAlarm alarm) {
        return run("trigger-event", alarm, Map.of("site", alarm.site()));
    }

    private Exchange trigger(String site) {
        return trigger(alarm(site));
    }

    private Exchange trigger() {
        isRead("main", "25.1.1804.0", "Corporate");
        return trigger("main");
    }

    @Test
    void postsTheAnalyticsEventWithItsCameraAndTime() {
        answers("main", 202, TAKEN);
        Exchange end = trigger();
        assertThat(end.getException()).isNull();
        assertThat(requests("main"))
                .containsExactly(new Request(
                        "POST /api/rest/v1/events", "Bearer main1", "application/json", TYPE_AND_SOURCE + TIME + "}"));
        assertThat(end.getVariable("eventId")).isEqualTo("e1");
        assertThat(queue("mail.*")).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"data\":\"e1\"}", "null"})
    void whatIsAnsweredWith202IsDoneWhateverElseIsSaid(String answer) {
        answers("main", 202, answer);
        assertThat(trigger().getException()).isNull();
        assertThat(requests("main")).hasSize(1);
    }

    @Test
    void anotherGoodAnswerIsDoneOnlyWhereItLooksLikeXProtects() {
        answers("main", 200, TAKEN);
        assertThat(trigger().getException()).isNull();
        answers("main", 200, "<html>Log in to the hotel's network</html>");
        assertThat(trigger().getException())
                .isInstanceOf(Later.class)
                .hasMessageContaining("The answer is not XProtect's");
    }

    @ParameterizedTest
    @CsvSource({"500, SERVER", "503, SERVER", "429, SERVER", "504, TIMEOUT", "302, CLIENT"})
    void whatMayPassIsTriedLater(int status, Kind kind) {
        answers("main", status, "");
        assertThat(trigger().getException())
                .isInstanceOfSatisfying(
                        Later.class, later -> assertThat(later.kind()).isEqualTo(kind))
                .hasMessageContaining("XProtect of main answered " + status);
    }

    @Test
    void aRefusedTokenIsRenewedAndAnotherRefusalTriedLater() {
        isRead("wary", "25.1.1804.0", "Corporate");
        answers("wary", 401, "");
        assertThat(trigger("wary").getException())
                .isInstanceOfSatisfying(
                        Later.class, later -> assertThat(later.kind()).isEqualTo(Kind.AUTH));
        assertThat(requests("wary")).extracting(Request::authorization).containsExactly("Bearer wary1", "Bearer wary2");
    }

    @Test
    void waitsForAsLongAsXProtectAsks() {
        answers("main", exchange -> {
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 503);
            exchange.getMessage().setHeader("Retry-After", "7");
        });
        assertThat(trigger().getException())
                .isInstanceOfSatisfying(
                        Later.class, later -> assertThat(later.after()).isEqualTo(Optional.of(Duration.ofSeconds(7))));
    }

    @Test
    void waitsUntilTheDateThatXProtectNames() {
        answers("main", exchange -> {
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 429);
            exchange.getMessage()
                    .setHeader(
                            "Retry-After",
                            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                    ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(20)));
        });
        assertThat(trigger().getException())
                .isInstanceOfSatisfying(
                        Later.class,
                        later -> assertThat(later.after().orElseThrow())
                                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(20)));
    }

    @Test
    void aBrokenConnectionIsTriedLaterAndSaidInWords() {
        answers("main", exchange -> exchange.setException(new IOException("reset")));
        assertThat(trigger().getException())
                .isInstanceOfSatisfying(
                        Later.class, later -> assertThat(later.kind()).isEqualTo(Kind.REFUSED))
                .hasMessage("XProtect of main at http://main broke the connection (IOException).");
    }

    @Test
    void aRefusalIsFinalOnceTheSiteWasReadSince() {
        answers("main", 400, "");
        var plan = bean("refreshPlan", RefreshPlan.class);
        plan.due();
        plan.wasRead("main");
        woken().clear();
        isRead("main", "25.1.1804.0", "Corporate");
        CameraAlarm refused = alarm("main", "refused");
        assertThat(trigger(refused).getException()).isInstanceOf(Later.class);
        assertThat(woken()).contains("refresh-site");
        plan.wasRead("main");
        // An attempt that began in the same millisecond counts as begun before.
        await().untilAsserted(() -> assertThat(trigger(refused).getException())
                .isInstanceOf(Never.class)
                .hasMessageContaining("answered 400"));
    }

    @Test
    void aSiteThatRefusesTheTimeGetsEventsWithoutItFromThenOn() {
        isRead("timeless", "25.1.1804.0", "Corporate");
        answers("timeless", 400, "");
        answers("timeless", 202, TAKEN);
        assertThat(trigger("timeless").getException()).isNull();
        assertThat(trigger("timeless").getException()).isNull();
        assertThat(requests("timeless"))
                .extracting(Request::body)
                .containsExactly(TYPE_AND_SOURCE + TIME + "}", TYPE_AND_SOURCE + "}", TYPE_AND_SOURCE + "}");
    }

    @Test
    void waitsUntilTheSiteIsKnown() {
        assertThat(trigger("unread").getException())
                .isInstanceOf(Later.class)
                .hasMessage("XProtect of unread could not be asked for its version yet.");
        assertThat(requests("unread")).isEmpty();
    }

    @Test
    void mailsAnAlarmWhoseEditionWasNotKnownWhenItCame() {
        isRead("small", "25.1.1804.0", "Essential+");
        answers("small", 202, TAKEN);
        assertThat(trigger("small").getException()).isNull();
        assertThat(queue("mail.*")).containsExactly(alarm("small"));
    }

    @Test
    void postsXmlToTheEventServerWithoutALogin() {
        answers("old:9090/", 200, "");
        Exchange end = trigger("old");
        assertThat(end.getException()).isNull();
        assertThat(end.getVariable("eventId")).isEqualTo(alarm("old").uniqueId());
        assertThat(requests("old:9090/")).singleElement().satisfies(request -> {
            assertThat(request.line()).isEqualTo("POST ");
            assertThat(request.type()).isEqualTo("text/xml");
            assertThat(request.authorization()).isEmpty();
            assertThat(request.body())
                    .contains(
                            "<Message>U-Alarm</Message>",
                            "<Type>Intruder</Type>",
                            "<ObjectId>" + GATE + "</ObjectId>",
                            "<Timestamp>2026-11-20T09:59:59.500Z</Timestamp>");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "200, Event message not known, has no analytics event named exactly U-Alarm",
        "403, '', It takes no events from this machine",
        "500, '', It has a fault of its own"
    })
    void anEventThatTheEventServerDidNotRaiseIsTriedLater(int status, String answer, String told) {
        answers("old:9090/", status, answer);
        assertThat(trigger("old").getException()).isInstanceOf(Later.class).hasMessageContaining(told);
    }

    @Test
    void namesTheEventThatTheEventServerDoesNotHave() {
        answers("old:9090/", 200, "Event message not known");
        CameraAlarm a = alarm("old");
        var silence = new CameraAlarm(
                a.id(),
                "U-Alarm is silent",
                CameraAlarm.SUPERVISION,
                a.time(),
                a.receivedAt(),
                a.key(),
                "old",
                Optional.empty(),
                a.sighting(),
                true,
                "");
        assertThat(trigger(silence).getException()).hasMessageContaining("named exactly U-Alarm supervision. Add it");
    }

    @Test
    void anEventServerThatGivesNoAnswerIsTriedLaterAndSaidInWords() {
        answers("old:9090/", exchange -> exchange.setException(new IOException("reset")));
        assertThat(trigger("old").getException())
                .isInstanceOf(Later.class)
                .hasMessageStartingWith("The event server of old at old:9090 broke the connection")
                .hasMessageContaining("Switch on Analytics Events");
    }
}
