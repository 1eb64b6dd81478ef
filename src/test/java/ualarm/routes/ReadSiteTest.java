package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.milestone.Camera;
import ualarm.milestone.Inventory;
import ualarm.milestone.RefreshPlan;
import ualarm.site.Edition;

class ReadSiteTest extends RouteTest {

    private static final String URIS = "/api/.well-known/uris";
    private static final String LICENCES = "/api/rest/v1/licenseInformations";
    private static final String EVENTS = "/api/rest/v1/analyticsEvents";
    private static final String DEFINITIONS = "/api/rest/v1/alarmDefinitions";
    private static final String CAMERAS = "/api/rest/v1/cameras";
    private static final Map<String, String> ALL = Map.of(
            URIS, "{\"ProductVersion\":\"25.1.1804.0\",\"ApiGateways\":[]}",
            LICENCES, "{\"array\":[{\"displayName\":\"XProtect Corporate 2025 R1\"}]}",
            EVENTS, "{\"array\":[{\"id\":\"" + EVENT + "\",\"name\":\"U-Alarm\"}]}",
            DEFINITIONS, "{\"array\":[]}",
            CAMERAS, "{\"array\":[{\"id\":\"" + GATE + "\",\"name\":\"North gate\"}]}");

    ReadSiteTest() {
        super("read-site", "call-xprotect");
        site("poor");
        site("old");
        site("broken");
        site("odd");
        site("listless");
        site("gone");
    }

    private Exchange read(String site) {
        bean("refreshPlan", RefreshPlan.class).due();
        return run("read-site", null, Map.of("site", site));
    }

    private Inventory inventory(String site) {
        return milestone().inventories().of(site).orElseThrow();
    }

    private static Map<String, String> allBut(String... paths) {
        var some = new HashMap<>(ALL);
        some.keySet().removeAll(Set.of(paths));
        return some;
    }

    @Test
    void asksForAddressesEditionEventsDefinitionsAndCamerasAndKeepsThem() {
        answers("main", ALL);
        assertThat(read("main").getException()).isNull();
        assertThat(requests("main"))
                .extracting(Request::line)
                .containsExactly(
                        "GET " + URIS,
                        "GET " + LICENCES,
                        "GET " + EVENTS,
                        "GET " + DEFINITIONS,
                        "GET " + CAMERAS + "?page=0&size=1000");
        assertThat(requests("main").get(0).authorization()).isEmpty();
        assertThat(requests("main").get(1).authorization()).isEqualTo("Bearer main1");
        assertThat(inventory("main").productVersion()).isEqualTo("25.1.1804.0");
        assertThat(inventory("main").edition()).contains(Edition.CORPORATE);
        assertThat(inventory("main").events()).isEqualTo(Map.of("U-Alarm", EVENT));
        assertThat(inventory("main").definitions()).isPresent();
        assertThat(inventory("main").cameras()).containsExactly(new Camera("main", GATE, "North gate"));
        assertThat(state("main").isRead()).isTrue();
    }

    @Test
    void whatTheUserMayNotReadStaysUnknown() {
        answers("poor", allBut(LICENCES, DEFINITIONS));
        assertThat(read("poor").getException()).isNull();
        assertThat(inventory("poor").cameras()).hasSize(1);
        assertThat(inventory("poor").edition()).isEmpty();
        assertThat(inventory("poor").definitions()).isEmpty();
    }

    @Test
    void asksManagementServerAndIdentityProviderWhereThereIsNoGateway() {
        answers("old", Map.of("/IDP/.well-known/openid-configuration", "{\"server_version\":\"21.2\"}"));
        assertThat(read("old").getException()).isNull();
        assertThat(requests("old"))
                .extracting(Request::line)
                .containsExactly(
                        "GET " + URIS,
                        "GET /ManagementServer/.well-known/uris",
                        "GET /IDP/.well-known/openid-configuration",
                        "GET /api/rest/v1/sites");
        assertThat(inventory("old").hasGateway()).isFalse();
        assertThat(inventory("old").productVersion()).isEqualTo("21.2");
    }

    @Test
    void aSiteThatHadAGatewayIsNotTakenForAnOldOne() {
        isRead("gone", "25.1.1804.0", "Corporate");
        answers("gone", Map.of());
        assertThat(read("gone").getException()).isNull();
        assertThat(state("gone").trouble()).contains("has no API Gateway (404)");
        assertThat(inventory("gone").hasGateway()).isTrue();
    }

    @Test
    void aSiteThatCannotBeReachedKeepsWhatIsKnownAndIsReadAgain() {
        isRead("broken", "25.1.1804.0", "Corporate");
        answers("broken", exchange -> exchange.setException(new IOException("reset")));
        assertThat(read("broken").getException()).isNull();
        assertThat(state("broken").trouble())
                .isEqualTo("XProtect of broken at http://broken broke the connection (IOException).");
        assertThat(woken()).last().isEqualTo("refresh-site");
        assertThat(inventory("broken").cameras()).hasSize(2);
    }

    @Test
    void anAnswerThatIsNotXProtectsIsToldSo() {
        var all = new HashMap<>(ALL);
        all.put(EVENTS, "<html>");
        answers("odd", all);
        read("odd");
        assertThat(state("odd").trouble()).contains("answered with something that is not XProtect's");
        assertThat(milestone().inventories().of("odd")).isEmpty();
    }

    @Test
    void anAnswerWithoutAListIsNoEmptyList() {
        var all = new HashMap<>(ALL);
        all.put(CAMERAS, "{}");
        answers("listless", all);
        read("listless");
        assertThat(state("listless").trouble()).contains("answered without a list");
        assertThat(milestone().inventories().of("listless")).isEmpty();
    }
}
