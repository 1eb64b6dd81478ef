package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What adapters and recipes write and read: the language json, and XML. */
class AdapterFormsTest {

    private static String json(String template, Object body) throws Exception {
        try (var camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("json", new JsonLanguage());
            camel.start();
            var exchange = ExchangeBuilder.anExchange(camel)
                    .withBody(body)
                    .withHeader("count", 3)
                    .build();
            return camel.resolveLanguage("json").createExpression(template).evaluate(exchange, String.class);
        }
    }

    @Test
    void whatASenderWritesStaysAText() throws Exception {
        String name = "Tom's \"gate\", ${header.count} {{x}} \\ \n";
        assertThat(json("{ \"a\": \"${body[name]}\", \"b\": [\"at ${body[name]}\"] }", Map.of("name", name)))
                .isEqualTo("{\"a\":\"Tom's \\\"gate\\\", ${header.count} {{x}} \\\\ \\n\","
                        + "\"b\":[\"at Tom's \\\"gate\\\", ${header.count} {{x}} \\\\ \\n\"]}");
    }

    @Test
    void aNumberStaysOneAndNothingIsLeftOut() throws Exception {
        assertThat(json(
                        "{ \"n\": \"${header.count}\", \"t\": \"${header.count}x\", \"none\": \"${header.none}\", \"is\": true }",
                        "x"))
                .isEqualTo("{\"n\":3,\"t\":\"3x\",\"is\":true}");
    }

    @Test
    void whatIsNoJsonIsToldAtTheStart() {
        assertThatThrownBy(() -> json("{ \"a\": }", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no JSON");
    }

    @Test
    void xmlIsReadByTheNamesOfItsElements() {
        assertThat(new XmlText()
                        .read("<a xmlns='urn:x'><b> 1 </b><c><d>2</d></c><b>3</b></a>"
                                .getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Map.of("b", "1", "c", Map.of("d", "2")));
        assertThatThrownBy(() -> new XmlText()
                        .read("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"
                                .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> new XmlText().read(null)).isInstanceOf(Refused.class);
    }
}
