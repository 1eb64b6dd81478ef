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

/** An XProtect as the mappings in {@code xprotect/} make it: of a version, which decides what it can do, and of an edition. */
public final class Simulator implements AutoCloseable {

    /** A Corporate site. */
    public static final String CORPORATE = "corporate";

    /** An Essential+ site. */
    public static final String ESSENTIAL = "essential";

    /** Its versions, and the folders of mappings that each has beside its edition's. */
    public enum Version {
        V2020_R3("event-server"),
        V2022_R1("event-server", "gateway", "2022-r1"),
        V2023_R2("event-server", "gateway", "2023-r2", "events-api"),
        V2025_R1("event-server", "gateway", "2025-r1", "events-api");

        private final List<String> folders;

        Version(String... folders) {
            this.folders = List.of(folders);
        }

        /** @return whether it has an API Gateway, from which its cameras and edition can be read */
        public boolean hasGateway() {
            return this != V2020_R3;
        }
    }

    private final WireMockServer server;
    private StubMapping outage;

    /**
     * @param edition {@link #CORPORATE} or {@link #ESSENTIAL}; the version is 2025 R1
     * @param port the port on loopback; 0 = any free one
     */
    public Simulator(String edition, int port) {
        this(Version.V2025_R1, edition, port);
    }

    /**
     * @param version its version
     * @param edition {@link #CORPORATE} or {@link #ESSENTIAL}
     * @param port the port on loopback; 0 = any free one
     */
    public Simulator(Version version, String edition, int port) {
        server = new WireMockServer(wireMockConfig()
                .bindAddress("127.0.0.1")
                .port(port)
                .notifier(new ConsoleNotifier(false))
                .containerThreads(100)
                .asynchronousResponseEnabled(true)
                .asynchronousResponseThreads(40));
        version.folders.forEach(folder -> server.loadMappingsUsing(mappings("xprotect/" + folder + "/mappings")));
        if (version.hasGateway()) {
            server.loadMappingsUsing(mappings("xprotect/" + edition + "/mappings"));
        }
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

    /** @return the REST events that were taken, in the order of their arrival */
    public List<LoggedRequest> events() {
        return taken("/events", 202);
    }

    /** @return the alarms that were raised by REST, in the order of their arrival */
    public List<LoggedRequest> alarms() {
        return taken("/alarms", 202);
    }

    /** @return the analytics XML that was taken, in the order of its arrival */
    public List<LoggedRequest> xmlEvents() {
        return taken("/", 200).stream()
                .filter(request -> request.getUrl().equals("/"))
                .toList();
    }

    private List<LoggedRequest> taken(String path, int status) {
        var taken = new ArrayList<LoggedRequest>();
        server.getAllServeEvents().stream()
                .filter(served -> served.getResponse().getStatus() == status)
                .filter(served -> served.getRequest().getUrl().endsWith(path))
                .forEach(served -> taken.add(0, served.getRequest()));
        return taken;
    }

    /** @return how many logins succeeded */
    public long logins() {
        return server.getAllServeEvents().stream()
                .filter(served -> served.getRequest().getUrl().toLowerCase().endsWith("/connect/token"))
                .filter(served -> served.getResponse().getStatus() == 200)
                // A hanging outage answers with 200, too, long after the connector has given up.
                .filter(served -> served.getResponse().getBodyAsString().contains("access_token"))
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
