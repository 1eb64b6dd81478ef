package ualarm;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.mock.MockComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.intake.Companions;
import ualarm.intake.IntakeCounts;
import ualarm.intake.IntakeRoom;
import ualarm.intake.OpenPort;
import ualarm.mail.MailRoom;
import ualarm.milestone.AlarmDefinitions;
import ualarm.milestone.AnalyticsEvents;
import ualarm.milestone.Arrivals;
import ualarm.milestone.CameraPage;
import ualarm.milestone.CameraPages;
import ualarm.milestone.Licences;
import ualarm.milestone.MilestoneRoom;
import ualarm.milestone.SiteStates;
import ualarm.milestone.Token;
import ualarm.milestone.Uris;
import ualarm.site.Secret;
import ualarm.site.Settings;

/**
 * A shipped route file by itself, with the beans of the rooms: its route is called by {@code direct:} and its id whatever it is
 * {@code from}, and the queues, the servers and the routes of other files that it sends to are mocks. A Camel serves all tests of a
 * class, so a test that teaches a bean something does it about a site of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RouteTest extends CamelMainTestSupport {

    protected static final UUID GATE = UUID.fromString(Rig.CAMERA_A);
    protected static final UUID DOOR = UUID.fromString(Rig.CAMERA_B);
    protected static final String EVENT = "0fcb1955-0e80-4fd4-a78a-db47ee89700c";

    @TempDir
    private static Path folder;

    private final List<String> files;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> mocks = new ArrayList<>(List.of("https?:.*", "smtp:.*"));
    private final List<String> woken = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> tokens = new HashMap<>();
    private int told;
    private MilestoneRoom milestone;

    /** @param files the route file, and those of its neighbours that are no mocks */
    protected RouteTest(String... files) {
        this.files = List.of(files);
        site("main");
        set("site.main.mail.to", "guard@example.com");
        set("mail.host", "relay");
        set("mail.security", "none");
        set("mail.from", "ualarm@example.com");
    }

    /** Changes a setting; to be called by the constructor. */
    protected final void set(String key, String value) {
        settings.put(key, value);
    }

    /** Adds a site, whose server bears its name; to be called by the constructor. */
    protected final void site(String name) {
        set("site." + name + ".url", "http://" + name);
        set("site." + name + ".username", "ualarm");
        set("site." + name + ".password", "secret");
    }

    /** Makes a mock of a route of another file; to be called by the constructor. */
    protected final void neighbour(String uri) {
        mocks.add(uri);
    }

    @BeforeEach
    final void forget() {
        MockEndpoint.resetMocks(context);
        woken.clear();
        told = 0;
    }

    private Settings settings() {
        String file = settings.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining("\n"));
        return new Settings(file, folder, Map.of(), Map.of());
    }

    @Override
    protected final String getPropertyPlaceholderLocations() {
        return "false";
    }

    @Override
    protected final void configure(MainConfigurationProperties main) {
        Settings checked = settings();
        var properties = new Properties();
        CamelSettings.of(checked).forEach((key, value) -> {
            if (key.startsWith("mail.")) {
                properties.setProperty(key, value);
            }
        });
        camelContextConfiguration()
                .withUseOverridePropertiesWithPropertiesComponent(properties)
                .withMockEndpointsAndSkip(String.join("|", mocks))
                .replaceRouteFromWith(files.get(0), "direct:" + files.get(0));
        milestone = new MilestoneRoom(
                checked,
                (route, time) -> woken.add(route),
                site -> CompletableFuture.completedFuture(new Token(
                        Optional.of(new Secret(site + tokens.merge(site, 1, Integer::sum))), Optional.of("3600"))),
                this::picture,
                (site, event) -> new CompletableFuture<>(),
                Arrivals.Listener.NONE);
        var mail = new MailRoom(
                checked,
                milestone.finder(),
                milestone.inventories(),
                () -> CompletableFuture.failedFuture(new AssertionError("no relay's token")),
                time -> woken.add("refresh-mail-token"));
        var rest = new CamelConfiguration() {
            @Override
            public void configure(CamelContext camel) {
                RouteCoverage.recordAllButSending(camel);
                camel.addComponent("journal", new MockComponent());
            }
        };
        Stream.concat(Stream.of(rest, milestone, mail), rooms(checked).stream()).forEach(main::addConfiguration);
        main.setStreamCachingEnabled(false);
        main.setRoutesIncludePattern(Stream.concat(files.stream(), Stream.of("faults"))
                .map(file -> "classpath:routes/" + file + ".camel.yaml")
                .collect(Collectors.joining(",")));
    }

    /** What the route {@code fetch-picture} brings. */
    protected CompletableFuture<byte[]> picture(CameraAlarm alarm) {
        return CompletableFuture.completedFuture(new byte[0]);
    }

    /** @return the rooms that the file needs beside those of XProtect and mail */
    protected List<CamelConfiguration> rooms(Settings checked) {
        return List.of();
    }

    /** @return the room of intake behind a port, where nobody watches over U-Alarm */
    protected static IntakeRoom intake(Settings checked, OpenPort port) {
        return new IntakeRoom(
                checked,
                new IntakeCounts(new SimpleMeterRegistry()),
                CompletableFuture.completedFuture(port),
                time -> {},
                Companions.NONE,
                alarm -> Set.of());
    }

    /** Takes it that a site was read, and has the analytics event and the cameras of these tests but no alarm definition. */
    protected final void isRead(String site, String version, String licence) {
        var cameras = new CameraPages(site);
        cameras.take(Stream.of(GATE, DOOR)
                .map(id -> new CameraPage.Item(
                        Optional.of(id.toString()),
                        Optional.of(id.equals(GATE) ? "North gate" : "Door"),
                        Optional.empty()))
                .toList());
        milestone
                .inventories()
                .take(
                        site,
                        new Uris(Optional.of(version), Optional.empty()),
                        version,
                        true,
                        new Licences(Optional.of(
                                List.of(new Licences.Licence(Optional.of("XProtect " + licence), Optional.empty())))),
                        new AnalyticsEvents(Optional.of(
                                List.of(new AnalyticsEvents.Item(Optional.of(EVENT), Optional.of("U-Alarm"))))),
                        new AlarmDefinitions(Optional.of(List.of())),
                        cameras,
                        false);
    }

    /** @return a bean of the rooms */
    protected final <T> T bean(String name, Class<T> type) {
        return context.getRegistry().lookupByNameAndType(name, type);
    }

    /** @return how a site stands */
    protected final SiteStates.State state(String site) {
        return milestone.states().of(settings().sites().site(site));
    }

    /** @return what the connector knows of XProtect */
    protected final MilestoneRoom milestone() {
        return milestone;
    }

    /** @return the routes that were asked to be run later */
    protected final List<String> woken() {
        return woken;
    }

    /** @return an alarm at the gate of a site */
    protected static CameraAlarm alarm(String site) {
        return alarm(site, "a1");
    }

    /** @return an alarm at the gate of a site, another for each id */
    protected static CameraAlarm alarm(String site, String id) {
        return new CameraAlarm(
                id,
                "Intruder",
                "INTRUSION_DETECTION",
                Instant.parse("2026-11-20T10:00:00Z"),
                Instant.parse("2026-11-20T10:00:01Z"),
                UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)),
                site,
                Optional.of(GATE),
                new Sighting(GATE.toString(), "North gate", 0, 0, List.of(), ""),
                false,
                "");
    }

    /** Runs a route of the file, as those do that it is {@code from}. */
    protected final Exchange run(String route, Object body, Map<String, Object> variables) {
        return template.send("direct:" + route, exchange -> {
            exchange.getMessage().setBody(body);
            variables.forEach(exchange::setVariable);
        });
    }

    /** Has a server answer this to the next request, and to those after it unless they are answered otherwise. */
    protected final void answers(String server, int status, String body) {
        answers(
                server,
                exchange -> answer(
                        exchange.getMessage(), status, body == null ? null : body.getBytes(StandardCharsets.UTF_8)));
    }

    /** Has a server do this with the next request, and with those after it unless they are answered otherwise. */
    protected final void answers(String server, Processor answer) {
        MockEndpoint mock = server(server);
        mock.whenExchangeReceived(++told, answer);
        mock.whenAnyExchangeReceived(answer);
    }

    /** Has a server answer each path with this JSON, and any other with 404. */
    protected final void answers(String server, Map<String, String> byPath) {
        answers(server, exchange -> {
            String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
            byte[] json = byPath.getOrDefault(path, "<html>").getBytes(StandardCharsets.UTF_8);
            answer(exchange.getMessage(), byPath.containsKey(path) ? 200 : 404, json);
        });
    }

    /** As camel-http leaves an answer, whose headers are those of the answer only. */
    private static void answer(Message message, int status, byte[] body) {
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setBody(body);
    }

    private MockEndpoint server(String server) {
        return getMockEndpoint("mock:http:" + server);
    }

    /**
     * A request as it left the route.
     *
     * @param line method, path and query
     */
    public record Request(String line, String authorization, String type, String body) {}

    /** @return the requests that a server was sent, in their order */
    protected final List<Request> requests(String server) {
        return server(server).getReceivedExchanges().stream()
                .map(Exchange::getMessage)
                .map(request -> new Request(
                        text(request, Exchange.HTTP_METHOD) + " " + text(request, Exchange.HTTP_PATH)
                                + (text(request, Exchange.HTTP_QUERY).isEmpty()
                                        ? ""
                                        : "?" + text(request, Exchange.HTTP_QUERY)),
                        text(request, "Authorization"),
                        text(request, Exchange.CONTENT_TYPE),
                        request.getBody(String.class)))
                .toList();
    }

    private static String text(Message message, String header) {
        return message.getHeader(header, "", String.class);
    }

    /** @return the alarms that were put into a queue */
    protected final List<CameraAlarm> queue(String name) {
        return received("journal:" + name, CameraAlarm.class);
    }

    /** @return what a mock has got */
    protected final <T> List<T> received(String mock, Class<T> type) {
        return context.getEndpoint(mock, MockEndpoint.class).getReceivedExchanges().stream()
                .map(exchange -> exchange.getMessage().getBody(type))
                .toList();
    }
}
