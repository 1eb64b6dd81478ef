package ualarm.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import ualarm.site.Edition;

/**
 * A simulated XProtect on loopback: management server, API Gateway and event server on one port, with the cameras that
 * docs/testing-routes.md names. It is made of milestone-api.md, where each part says what is known and what is not. What it has changes
 * with what is asked of it; its own lock guards that.
 */
public final class XProtect implements AutoCloseable {

    /** The basic user that it knows. */
    public static final String USER = "ualarm";

    /** The user's password. */
    public static final String PASSWORD = "secret";

    private static final String REST = "/api/rest/v1/";
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final Vms vms;
    private final Logins logins;
    private final AnalyticsXml xml;
    private final Permissions permissions;
    private final List<Resource> resources;
    private final EventSessions sessions;
    private final RecordingServer server;

    /**
     * Begins to answer.
     *
     * @param release its release
     * @param edition its edition
     * @param port the port on loopback; 0 = any free one
     */
    public XProtect(Release release, Edition edition, int port) {
        this(release, edition, port, Optional.empty());
    }

    /**
     * Begins to answer, by HTTPS.
     *
     * @param release its release
     * @param edition its edition
     * @param certificate its certificate's PEM file
     * @param key the key's PEM file
     */
    public XProtect(Release release, Edition edition, Path certificate, Path key) {
        this(
                release,
                edition,
                0,
                Optional.of(new PemKeyCertOptions()
                        .setCertPath(certificate.toString())
                        .setKeyPath(key.toString())));
    }

    private XProtect(Release release, Edition edition, int port, Optional<PemKeyCertOptions> tls) {
        vms = new Vms(release, edition);
        logins = new Logins(Clock.systemUTC(), Map.of(USER, PASSWORD), TOKEN_LIFE);
        xml = new AnalyticsXml(vms);
        permissions = new Permissions(vms);
        resources = List.of(
                permissions,
                new Tasks(vms),
                new Devices(vms),
                new Configuration(vms),
                new EventTypes(vms),
                new Events(vms),
                new Alarms(vms),
                new Footage(vms),
                new Rights(vms));
        sessions = new EventSessions(logins::knows);
        vms.whenTriggered(sessions::happened);
        server = new RecordingServer(port, tls, this::answer, this::open);
    }

    /** @return remembers the requests, and fails as it is told to */
    public RecordingServer server() {
        return server;
    }

    /**
     * Gives it an analytics event; {@code U-Alarm} it has.
     *
     * @param name the event's name
     */
    public synchronized void addAnalyticsEvent(String name) {
        vms.addAnalyticsEvent(name);
    }

    /**
     * Gives it an alarm definition for every camera.
     *
     * @param event name of the analytics event that triggers it
     */
    public synchronized void addAlarmDefinition(String event) {
        vms.addAlarmDefinition(event);
    }

    /**
     * Something happens that nobody triggers: a camera is lost, for example.
     *
     * @param type id of the event type
     * @param source a path such as {@code cameras/…}
     */
    public synchronized void happens(String type, String source) {
        vms.trigger(type, source, "");
    }

    /** Breaks every WebSocket; their sessions can be resumed. */
    public void cutSockets() {
        sessions.cut();
    }

    /** Forgets the sessions of all WebSockets, as after a restart. */
    public void endSessions() {
        sessions.restart();
    }

    /** @param swallows whether events are taken from now on and not shown on WebSockets */
    public void swallowEvents(boolean swallows) {
        sessions.mute(swallows);
    }

    private void open(ServerWebSocket socket) {
        if (vms.release().hasEventsSocket() && socket.path().matches("(?i)/api/ws/events/v1/?")) {
            sessions.open(socket);
        } else {
            socket.reject(404);
        }
    }

    /** Takes away the analytics event {@code U-Alarm}, which a new XProtect does not have. */
    public synchronized void removeAnalyticsEvent() {
        vms.all("analyticsEvents").remove(Vms.analyticsEvent("U-Alarm"));
    }

    /**
     * @param isAdministrator whether its user may change its configuration
     */
    public synchronized void setAdministrator(boolean isAdministrator) {
        vms.setAdministrator(isAdministrator);
    }

    /**
     * @param resource a collection of the REST API, for example {@code rules}
     * @return what it has of it, as JSON
     */
    public synchronized List<ObjectNode> all(String resource) {
        return vms.all(resource).values().stream().map(ObjectNode::deepCopy).toList();
    }

    /**
     * Gives it an object.
     *
     * @param resource a collection of the REST API, for example {@code rules}
     * @param object the object, with its id
     */
    public synchronized void add(String resource, ObjectNode object) {
        vms.add(resource, object.deepCopy());
    }

    /** Makes all tokens expire. */
    public synchronized void expireTokens() {
        logins.expire();
    }

    /**
     * Makes all tokens expire in the midst of what is under way.
     *
     * @param requests after so many further requests to the REST API
     */
    public synchronized void expireTokensAfter(int requests) {
        logins.expireAfter(requests);
    }

    /** @param life how long the tokens are good that it gives from now on; an hour when nothing is said */
    public synchronized void setTokenLife(Duration life) {
        logins.setLife(life);
    }

    /**
     * @param permission a permission of its user
     * @param isGiven whether the user's role has it, as it has at first
     */
    public synchronized void setPermission(Permission permission, boolean isGiven) {
        permissions.set(permission, isGiven);
    }

    /**
     * @param camera the id of a camera
     * @param isHidden whether its user may not see the camera; all others, and analytics XML, go on
     */
    public synchronized void hideCamera(String camera, boolean isHidden) {
        vms.hide(camera, isHidden);
    }

    /** @param keeps whether it stores events; with a retention of 0 days it takes them, and has none of them afterwards */
    public synchronized void keepEvents(boolean keeps) {
        vms.keepEvents(keeps);
    }

    /** @param more how many further cameras it has */
    public synchronized void addCameras(int more) {
        for (int i = 1; i <= more; i++) {
            vms.addCamera("Camera " + i);
        }
    }

    /** @param most no page of a list is longer, whatever is asked for */
    public synchronized void capPages(int most) {
        vms.paging().cap(most);
    }

    /** @param ignores whether it answers with all that there is whatever page is asked for */
    public synchronized void ignorePaging(boolean ignores) {
        vms.paging().ignore(ignores);
    }

    private synchronized Answer answer(Request request) {
        String path = request.path().toLowerCase(Locale.ROOT);
        if (path.equals("/") && request.method().equals("POST")) {
            return xml.take(request);
        } else if (vms.release().hasIdentityProvider() && path.equals("/idp/.well-known/openid-configuration")) {
            return identityProvider(request);
        } else if (vms.release().hasIdentityProvider() && path.equals("/idp/connect/token")) {
            return logins.logIn(request);
        } else if (!vms.release().hasGateway()) {
            return Answer.text(404, "");
        }
        return switch (path) {
            case "/api/.well-known/uris", "/managementserver/.well-known/uris" -> uris(request);
            case "/api/idp/connect/token" -> logins.logIn(request);
            default -> path.startsWith(REST) ? rest(request) : Answer.text(404, "");
        };
    }

    /** Its addresses are those that it is asked under. */
    private String host(Request request) {
        return server.url().replaceFirst("//.*", "//") + request.header("host");
    }

    private Answer identityProvider(Request request) {
        return Answer.json(
                200,
                Json.object()
                        .put("issuer", host(request) + "/IDP")
                        .put("token_endpoint", host(request) + "/IDP/connect/token")
                        .put("server_version", vms.release().productVersion()));
    }

    private Answer uris(Request request) {
        ObjectNode uris = Json.object()
                .put("ProductVersion", vms.release().productVersion())
                .put("UnsecureManagementServer", host(request) + "/")
                .put("SecureManagementServer", host(request) + "/")
                .put("IdentityProvider", host(request) + "/IDP");
        uris.putArray("ApiGateways").add(host(request) + "/API/");
        return Answer.json(200, uris);
    }

    private Answer rest(Request request) {
        if (!logins.knows(request)) {
            return Answer.error(401, "Token validation failed: the token is expired.");
        }
        List<String> path =
                Arrays.asList(request.path().substring(REST.length()).split("/", -1));
        return resources.stream()
                .map(resource -> resource.answer(path, request))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> Answer.error(404, "Unknown resource: " + path.get(0)));
    }

    @Override
    public void close() {
        server.close();
    }
}
