package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ualarm.RouteTest;

class FetchPictureTest extends RouteTest {

    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0};

    FetchPictureTest() {
        super("fetch-picture", "call-xprotect");
    }

    private byte[] fetch() {
        return run("fetch-picture", null, Map.of("site", "main", "alarm", alarm("main")))
                .getMessage()
                .getBody(byte[].class);
    }

    @Test
    void asksForTheCamerasPictureWithBothSizes() {
        answers("main", exchange -> {
            exchange.getMessage().setHeader("CamelHttpResponseCode", 200);
            exchange.getMessage().setBody(JPEG);
        });
        assertThat(fetch()).isEqualTo(JPEG);
        assertThat(requests("main"))
                .containsExactly(new Request(
                        "POST /api/rest/v1/cameras/" + GATE + "?task=JpegGetLive",
                        "Bearer main1",
                        "application/json",
                        "{\"width\":1280,\"height\":720}"));
    }

    @Test
    void takesAPictureInJsonAsWell() {
        answers("main", 200, "{\"data\":{\"image\":\"data:image/jpeg;base64,/9j/4A==\"}}");
        assertThat(fetch()).isEqualTo(JPEG);
    }

    @ParameterizedTest
    @CsvSource({"404, {}", "500, ''", "200, <html>", "200, {}"})
    void thereIsNoneWhereTheAnswerHasNone(int status, String answer) {
        answers("main", status, answer);
        assertThat(fetch()).isEmpty();
    }
}
