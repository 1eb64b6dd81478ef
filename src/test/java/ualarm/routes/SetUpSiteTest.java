package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.RouteTest;
import ualarm.alarm.Undelivered.Later;
import ualarm.milestone.NewDefinition;
import ualarm.milestone.NewEvent;

class SetUpSiteTest extends RouteTest {

    private static final String REFUSED =
            "{\"error\":{\"httpCode\":403,\"details\":[{\"errorText\":\"You do not have sufficient permissions.\"}]}}";

    SetUpSiteTest() {
        // None of the routes bears the file's name.
        super("call-xprotect", "set-up-site");
    }

    @ParameterizedTest
    @CsvSource({
        "list-definitions, alarmDefinitions?disabled",
        "list-rules, rules?disabled",
        "read-rule, rules/r1",
        "read-rights, effectivePermissions/623D03F8-C5D5-46BC-A2F4-4C03562D4F85",
        "find-alarms, alarms?page=0&size=1"
    })
    void asksForWhatIsThere(String route, String path) {
        answers("main", 200, "{\"array\":[]}");
        var read = run(route, null, Map.of("site", "main", "rule", "r1"));
        assertThat(read.getException()).isNull();
        assertThat(requests("main")).extracting(Request::line).containsExactly("GET /api/rest/v1/" + path);
        assertThat(read.getVariable("status")).isEqualTo(200);
    }

    @Test
    void createsAnEventADefinitionAndARule() {
        answers("main", 201, "{\"result\":{\"id\":\"" + EVENT.toUpperCase() + "\"}}");
        assertThat(run("create-event", new NewEvent("U-Alarm", "ours"), Map.of("site", "main"))
                        .getMessage()
                        .getBody())
                .isEqualTo(EVENT);
        answers("main", 201, "{\"data\":{\"id\":\"" + EVENT + "\"}}");
        assertThat(run(
                                "create-definition",
                                new NewDefinition("U-Alarm", NewDefinition.ANALYTICS_EVENTS, EVENT, List.of()),
                                Map.of("site", "main"))
                        .getMessage()
                        .getBody())
                .isEqualTo(EVENT);
        run("create-rule", JsonNodeFactory.instance.objectNode().put("name", "R"), Map.of("site", "main"));
        assertThat(requests("main"))
                .extracting(Request::line)
                .containsExactly(
                        "POST /api/rest/v1/analyticsEvents",
                        "POST /api/rest/v1/alarmDefinitions",
                        "POST /api/rest/v1/rules");
        assertThat(requests("main"))
                .extracting(Request::body)
                .containsExactly(
                        "{\"name\":\"U-Alarm\",\"description\":\"ours\"}",
                        "{\"enabled\":true,\"name\":\"U-Alarm\","
                                + "\"description\":\"Alarms of U-Alarm. Created by the set-up of the U-Alarm - Milestone connector.\","
                                + "\"eventTypeGroup\":\"a96692c8-51b1-4f87-b12c-0d3d9cbfc5a4\",\"eventType\":\"" + EVENT
                                + "\",\"sourceList\":[],\"enableRule\":\"0\",\"managementTimeoutTime\":\"00:01:00\","
                                + "\"managementTimeoutEventList\":[],\"relatedCameraList\":[],\"triggerEventlist\":[],\"mapType\":\"0\","
                                + "\"priority\":\"8188ff24-b5da-4c19-9ebf-c1d8fc2caa75\",\"autoClose\":false}",
                        "{\"name\":\"R\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403|" + REFUSED + "|may not create analytics events",
                "400|{}|there is one of that name",
                "404|<html>|has no analytics events there",
                "503|<html>|down or restarting",
                "302|<html>|is XProtect's address",
                "403|{\"details\":[{\"errorText\":\"VMS64001: The feature is not licensed.\"}]}|does not have analytics events",
                "201|{}|without an id"
            })
    void saysWhyNothingWasCreated(int status, String answer, String told) {
        answers("main", status, answer);
        assertThat(run("create-event", new NewEvent("U-Alarm", ""), Map.of("site", "main"))
                        .getException())
                .isInstanceOf(Later.class)
                .hasMessageContaining(told);
    }

    @Test
    void removesOneThingAndNoticesThatItIsGone() {
        var rule = Map.<String, Object>of("site", "main", "kind", "rules", "id", "r1");
        answers("main", 200, "{\"state\":\"Success\"}");
        assertThat(run("remove", null, rule).getException()).isNull();
        answers("main", 404, "{}");
        assertThat(run("remove", null, rule).getException()).isNull();
        answers("main", 403, REFUSED);
        assertThat(run("remove", null, rule).getException()).hasMessageContaining("may not remove rules");
        assertThat(requests("main")).extracting(Request::line).containsOnly("DELETE /api/rest/v1/rules/r1");
    }
}
