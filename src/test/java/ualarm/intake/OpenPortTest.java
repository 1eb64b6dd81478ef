package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ualarm.Rig;
import ualarm.attack.RawClient;
import ualarm.site.Settings;
import ualarm.site.SettingsException;

/** The alarm port while one connector follows another. */
class OpenPortTest {

    private static final OpenPort.Host GREETING = new OpenPort.Host() {
        @Override
        public void take(HttpServerRequest request) {
            request.response().end("taken");
        }

        @Override
        public void refuseDamaged(HttpServerRequest request) {
            request.response().setStatusCode(400).end();
        }

        @Override
        public void refuseForNow(HttpServerRequest request) {
            request.response().setStatusCode(503).end();
        }
    };

    private static Settings.Intake at(int port) {
        return new Settings(
                        "alarm.host=127.0.0.1\nalarm.port=" + port
                                + "\nsite.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\n",
                        Path.of(""),
                        Map.of(),
                        Map.of())
                .intake();
    }

    @Test
    void whenAnotherPlaceCannotBeOpenedItListensWhereItDidOnceItIsAsked() throws IOException {
        int before = Rig.freePort();
        try (var port = new OpenPort();
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port.open(at(before), GREETING);
            assertThatThrownBy(() -> port.open(at(taken.getLocalPort()), GREETING))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("cannot be opened");
            port.open(at(before), GREETING);
            try (var client = new RawClient(before)) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answer())
                        .hasValueSatisfying(answer -> assertThat(answer.body()).isEqualTo("taken"));
            }
        }
    }
}
