package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.hc.core5.http.MessageConstraintException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ualarm.Proxy;
import ualarm.bench.XProtect;

/** An answer that does not end holds no thread and fills no memory. */
class HttpLimitsTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final XProtect xprotect = new XProtect(1, 1, time -> {});
    private final Proxy proxy = new Proxy(xprotect.urls().get(0));
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        var http = new BoundedHttp();
        http.setAutomaticRetriesDisabled(true);
        camel.addComponent("http", http);
        camel.getRegistry().bind("httpLimits", new HttpLimits(clock, Duration.ofMillis(700), Duration.ofMillis(1_400)));
        camel.start();
    }

    @AfterEach
    void close() {
        camel.stop();
        proxy.close();
        xprotect.close();
        clock.shutdownNow();
    }

    private byte[] ask(String method) {
        return ask(proxy.url(), method);
    }

    private byte[] ask(String url, String method) {
        return camel.createFluentProducerTemplate()
                .to(url + "/api/.well-known/uris?responseTimeout=10000&httpClientConfigurer=#httpLimits")
                .withHeader("CamelHttpMethod", method)
                .request(byte[].class);
    }

    @Test
    void whatEndsIsRead() {
        assertThat(new String(ask("GET"))).contains("ApiGateways");
        proxy.fail(Proxy.Fault.LATENCY);
        assertThat(new String(ask("GET"))).contains("ApiGateways");
    }

    @Test
    void anAnswerWhoseHeadersComeAByteASecondEnds() {
        proxy.fail(Proxy.Fault.DRIP);
        assertThatThrownBy(() -> ask("POST")).cause().isInstanceOf(InterruptedIOException.class);
        assertThatThrownBy(() -> ask("GET")).cause().isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void anAnswerWhoseBodyComesByAndByEnds() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write('x');
                exchange.getResponseBody().flush();
                LockSupport.parkNanos(10_000_000);
            }
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThatThrownBy(() -> ask(url, "GET")).cause().isInstanceOf(InterruptedIOException.class);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aBodyEnds() {
        proxy.flood(OK + "\r\n", "x", "");
        assertThatThrownBy(() -> ask("POST"))
                .cause()
                .isInstanceOf(MessageConstraintException.class)
                .hasMessageContaining("1048576");
        proxy.flood(OK + "Content-Length: 99999999999\r\n\r\n", "x", "");
        assertThatThrownBy(() -> ask("GET")).cause().isInstanceOf(MessageConstraintException.class);
    }

    @Test
    void headersEnd() {
        proxy.flood(OK, "X-Filler: more of the same\r\n", "");
        assertThatThrownBy(() -> ask("GET")).cause().isInstanceOf(MessageConstraintException.class);
        proxy.flood(OK + "X-Filler: ", "more of the same ", "");
        assertThatThrownBy(() -> ask("GET")).cause().isInstanceOf(MessageConstraintException.class);
    }
}
