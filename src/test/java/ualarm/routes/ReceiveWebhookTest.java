package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.model.ChoiceDefinition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.intake.OpenPort;
import ualarm.milestone.TriggeredEvents;
import ualarm.site.Settings;

class ReceiveWebhookTest extends RouteTest {

    private static final String ID = "11111111-2222-4333-8444-555555555555";

    private final OpenPort port = new OpenPort();

    ReceiveWebhookTest() {
        super("receive-webhook");
        set("site.main.webhook-secret", "s");
    }

    @Override
    protected List<CamelConfiguration> rooms(Settings checked) {
        return List.of(intake(checked, port));
    }

    @AfterAll
    void close() {
        port.close();
    }

    private static String event(String id) {
        return "{\"Event\":{\"EventHeader\":{\"ID\":\"" + id + "\",\"Message\":\"U-Alarm\"}}}";
    }

    private Exchange post(String body, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(bytes));
        return template.send("direct:receive-webhook", exchange -> {
            exchange.getMessage().setBody(bytes);
            exchange.getMessage().setHeader("site", "main");
            exchange.getMessage().setHeader("X-Hub-Signature-256", signature);
        });
    }

    @Test
    void knowsTheAlarmWhoseEventXProtectTellsOf() throws Exception {
        bean("triggeredEvents", TriggeredEvents.class).remember(alarm("main"), ID);
        Exchange end = post(event(ID.toUpperCase()), "s");
        assertThat(end.getVariable("alarm")).isEqualTo(alarm("main"));
        assertThat(end.getVariable("eventId")).isEqualTo(ID);
        assertThat(end.getVariable("eventName")).isEqualTo("U-Alarm");
        assertThat(end.getMessage().getBody(String.class)).isEqualTo("{\"status\":\"accepted\"}");
        assertThat(end.getMessage().getHeaders()).containsOnlyKeys(Exchange.CONTENT_TYPE);
    }

    @Test
    void stepsOfAnIntegratorsOwnReadTheEventAsThePageTells() throws Exception {
        String told = Files.readString(Path.of("docs/routes.md"))
                .replaceAll("(?s).*\\*\\*XProtect's webhooks\\.\\*\\*.*?`(\\$\\{body.*?})`.*", "$1");
        AdviceWith.adviceWith(
                context,
                "receive-webhook",
                route -> route.weaveByType(ChoiceDefinition.class).before().setVariable("told", route.simple(told)));
        assertThat(post(event("33333333-2222-4333-8444-555555555555"), "s").getVariable("told", String.class))
                .isEqualTo("U-Alarm");
    }

    @Test
    void anEventThatIsPostedAgainIsAnsweredAndPassedOver() throws Exception {
        String other = event("22222222-2222-4333-8444-555555555555");
        assertThat(post(other, "s").getProperty(Exchange.DUPLICATE_MESSAGE)).isNull();
        Exchange again = post(other, "s");
        assertThat(again.getProperty(Exchange.DUPLICATE_MESSAGE)).isEqualTo(true);
        assertThat(again.getMessage().getBody(String.class)).isEqualTo("{\"status\":\"accepted\"}");
    }

    @Test
    void whatIsNotSignedOrNoEventIsRefused() throws Exception {
        assertThat(post(event(ID), "guessed").getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, int.class))
                .isEqualTo(401);
        assertThat(post("{}", "s").getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, int.class))
                .isEqualTo(400);
        assertThat(post("{", "s").getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, int.class))
                .isEqualTo(400);
    }
}
