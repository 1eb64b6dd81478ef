package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import ualarm.RouteTest;
import ualarm.alarm.Undelivered.Later;

class RaiseAlarmTest extends RouteTest {

    private static final String NAMES = "{\"name\":\"Intruder\",\"message\":\"U-Alarm\",\"source\":\"";
    private static final String FIRST_FORM = NAMES + GATE + "\",\"time\":\"2026-11-20T09:59:59.500Z\"}";
    private static final String NEXT_FORM = NAMES + GATE + "\"}";
    private static final String LAST_FORM = NAMES + "cameras/" + GATE + "\"}";
    private static final String TAKEN = "{\"data\":{\"id\":\"a1\"}}";

    RaiseAlarmTest() {
        super("raise-alarm", "call-xprotect");
        site("unread");
        site("choosy");
        site("choosier");
        site("cheap");
        site("off");
        set("site.off.raise-alarm", "off");
    }

    private Exchange raise(String site) {
        return run("raise-alarm", alarm(site), Map.of("site", site));
    }

    private Exchange raise() {
        isRead("main", "25.1.1804.0", "Corporate");
        return raise("main");
    }

    @Test
    void postsTheAlarmUnderItsName() {
        answers("main", 202, TAKEN);
        assertThat(raise().getException()).isNull();
        assertThat(requests("main"))
                .containsExactly(
                        new Request("POST /api/rest/v1/alarms", "Bearer main1", "application/json", FIRST_FORM));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"data\":\"a1\"}", "null"})
    void whatIsAnsweredWith202IsDoneWhateverElseIsSaid(String answer) {
        answers("main", 202, answer);
        assertThat(raise().getException()).isNull();
        assertThat(requests("main")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "200, answered 200 to the alarm",
        "403, The role of ualarm may not manage alarms",
        "404, It has no alarms API",
        "500, answered 500 to the alarm"
    })
    void whatIsNotTakenIsTriedLater(int status, String told) {
        answers("main", status, "<html>");
        assertThat(raise().getException()).isInstanceOf(Later.class).hasMessageContaining(told);
    }

    @Test
    void isSentInItsNextFormWhereTheFirstIsRefusedAndThenAlways() {
        isRead("choosy", "25.1.1804.0", "Corporate");
        answers("choosy", 400, "");
        answers("choosy", 202, TAKEN);
        assertThat(raise("choosy").getException()).isNull();
        assertThat(raise("choosy").getException()).isNull();
        assertThat(requests("choosy")).extracting(Request::body).containsExactly(FIRST_FORM, NEXT_FORM, NEXT_FORM);
    }

    @Test
    void isSentInItsLastFormWhereBothBeforeAreRefused() {
        isRead("choosier", "25.1.1804.0", "Corporate");
        answers("choosier", 400, "");
        answers("choosier", 400, "");
        answers("choosier", 202, TAKEN);
        assertThat(raise("choosier").getException()).isNull();
        assertThat(raise("choosier").getException()).isNull();
        assertThat(requests("choosier"))
                .extracting(Request::body)
                .containsExactly(FIRST_FORM, NEXT_FORM, LAST_FORM, LAST_FORM);
    }

    @Test
    void whereAlarmsAreNotLicensedThatIsDoneAndNoMoreAreRaised() {
        isRead("cheap", "25.1.1804.0", "Corporate");
        answers("cheap", 400, "{\"error\":{\"details\":[{\"errorText\":\"VMS64001: The feature is not licensed.\"}]}}");
        assertThat(raise("cheap").getException()).isNull();
        assertThat(raise("cheap").getException()).isNull();
        assertThat(requests("cheap")).hasSize(1);
    }

    @Test
    void asksNothingWhereTheSettingsSayNo() {
        assertThat(raise("off").getException()).isNull();
        assertThat(requests("off")).isEmpty();
    }

    @Test
    void waitsUntilTheAlarmDefinitionsAreKnown() {
        assertThat(raise("unread").getException())
                .isInstanceOf(Later.class)
                .hasMessage("XProtect of unread could not be asked for its alarm definitions yet.");
    }
}
