package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside what {@link AdapterFormsTest} shows of it: its limits. */
class XmlTextTest {

    private static Map<String, Object> read(String xml) {
        return new XmlText().read(xml.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String xml, String code) {
        assertThatThrownBy(() -> read(xml)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.code()).isEqualTo(code);
        });
    }

    private static String deep(int levels) {
        return "<a>".repeat(levels) + "</a>".repeat(levels);
    }

    private static String wide(int elements) {
        return "<r>" + "<a/>".repeat(elements - 1) + "</r>";
    }

    @Test
    void readsTextsAndWhatStandsInElements() {
        assertThat(
                        read(
                                "<?xml version='1.0'?><!-- x --><r> x <a b='1'> 1 <!-- x -->2<![CDATA[ <3> ]]></a><c/></r><!-- x -->"))
                .isEqualTo(Map.of("a", "1 2 <3>", "c", ""));
        assertThat(read("<r/>")).isEmpty();
    }

    @Test
    void readsSixtyFourLevelsAndTenThousandElements() {
        assertThat(read(deep(64))).isNotEmpty();
        assertRefused(deep(65), "too-deep");
        assertThat(read(wide(10_000))).isEqualTo(Map.of("a", ""));
        assertRefused(wide(10_001), "too-deep");
    }

    /** A sender could else have us ask whomever it names. */
    @Test
    void asksNobodyForADocumentType() throws IOException {
        var asked = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            assertRefused("<!DOCTYPE r SYSTEM '" + url + "'><r/>", "not-xml");
            assertRefused("<!DOCTYPE r [<!ENTITY % e SYSTEM '" + url + "'> %e;]><r/>", "not-xml");
            assertRefused("<!DOCTYPE r [<!ENTITY e SYSTEM '" + url + "'>]><r>&e;</r>", "not-xml");
        } finally {
            server.stop(0);
        }
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "<r>", "<r></s>", "<r/><s/>", "<!DOCTYPE r><r/>", "<r>&x;</r>", "<r/>x"})
    void refusesWhatIsNoXml(String xml) {
        assertRefused(xml, "not-xml");
    }
}
