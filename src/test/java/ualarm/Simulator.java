package ualarm;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.common.ClasspathFileSource;
import com.github.tomakehurst.wiremock.common.ConsoleNotifier;
import com.github.tomakehurst.wiremock.common.filemaker.FilenameMaker;
import com.github.tomakehurst.wiremock.standalone.JsonFileMappingsSource;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.util.ArrayList;
import java.util.List;

/** An XProtect as the mappings in {@code xprotect/} make it: what all have in common, and what an edition has of its own. */
public final class Simulator implements AutoCloseable {

    /** A Corporate site. */
    public static final String CORPORATE = "corporate";

    /** An Essential+ site. */
    public static final String ESSENTIAL = "essential";

    private final WireMockServer server;
    private StubMapping outage;

    /**
     * @param edition {@link #CORPORATE} or {@link #ESSENTIAL}
     * @param port the port on loopback; 0 = any free one
     */
    public Simulator(String edition, int port) {
        server = new WireMockServer(wireMockConfig()
                .bindAddress("127.0.0.1")
                .port(port)
                .notifier(new ConsoleNotifier(false))
                .containerThreads(100)
                .asynchronousResponseEnabled(true)
                .asynchronousResponseThreads(40));
        server.loadMappingsUsing(mappings("xprotect/common/mappings"));
        server.loadMappingsUsing(mappings("xprotect/" + edition + "/mappings"));
        server.start();
    }

    private static JsonFileMappingsSource mappings(String folder) {
        return new JsonFileMappingsSource(new ClasspathFileSource(folder), new FilenameMaker());
    }

    /** @return its address */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** @return its port */
    public int port() {
        return server.port();
    }

    /** @return the server, for stubs of a test's own */
    public WireMockServer server() {
        return server;
    }

    /** @return the events that were taken, in the order of their arrival */
    public List<LoggedRequest> events() {
        var taken = new ArrayList<LoggedRequest>();
        server.getAllServeEvents().stream()
                .filter(served -> served.getResponse().getStatus() == 202)
                .forEach(served -> taken.add(0, served.getRequest()));
        return taken;
    }

    /** @return how many logins succeeded */
    public long logins() {
        return server.getAllServeEvents().stream()
                .filter(served -> served.getRequest().getUrl().toLowerCase().endsWith("/connect/token"))
                .filter(served -> served.getResponse().getStatus() == 200)
                .count();
    }

    /** @return how often somebody tried to log in */
    public int loginAttempts() {
        return server.findAll(postRequestedFor(urlPathMatching("(?i).*/connect/token")))
                .size();
    }

    /**
     * Answers everything in one way from now on.
     *
     * @param answer for example a status, a delay or a fault
     */
    public void breakDown(ResponseDefinitionBuilder answer) {
        repair();
        outage = server.stubFor(any(anyUrl()).atPriority(1).willReturn(answer));
    }

    /** Answers everything with a status from now on. */
    public void breakDown(int status) {
        breakDown(aResponse().withStatus(status).withBody("The service is unavailable."));
    }

    /** Is well again. */
    public void repair() {
        if (outage != null) {
            server.removeStub(outage);
            outage = null;
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
