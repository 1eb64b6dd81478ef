package ualarm.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.CameraName;
import ualarm.history.History;
import ualarm.intake.Refused;
import ualarm.journal.DeadLetters;
import ualarm.journal.Journal;
import ualarm.journal.JournalComponent;
import ualarm.journal.Watcher;
import ualarm.milestone.Camera;
import ualarm.milestone.CameraFinder;
import ualarm.milestone.CameraStates;
import ualarm.milestone.Inventories;
import ualarm.milestone.RefreshPlan;
import ualarm.routes.RouteKeeper;
import ualarm.site.Settings;

/**
 * The status page and its API (design.md 2.5). Nobody else's page can use it: it answers only under its own address, and what changes
 * something needs a header that a foreign page cannot send.
 */
public final class Console {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final int MOST_ROWS = 1_000;
    private static final int MOST_LETTERS = 100_000;
    private static final Instant LATEST = Instant.parse("2999-12-31T23:59:59Z");
    private static final int MOST_CAMERAS = 20_000;
    private static final int NOT_FOUND = 404;

    private final Settings.Console settings;
    private final Status status;
    private final Inventories inventories;
    private final CameraFinder cameras;
    private final History history;
    private final Journal journal;
    private final RouteKeeper routes;
    private final RefreshPlan plan;
    private final CameraStates cameraStates;
    private final JournalComponent delivery;
    private final Function<byte[], Optional<Throwable>> alarms;

    /**
     * @param settings where it is, and its password
     * @param status knows the sites
     * @param inventories know what the sites have
     * @param cameras know the cameras
     * @param history knows what became of alarms
     * @param journal has the dead letters
     * @param routes know how the routes stand
     * @param plan has sites read
     * @param cameraStates know which cameras XProtect has no connection to
     * @param delivery is stopped and started, site by site
     * @param alarms takes an alarm as if it had been posted, and tells what was wrong with it
     */
    public Console(
            Settings.Console settings,
            Status status,
            Inventories inventories,
            CameraFinder cameras,
            History history,
            Journal journal,
            RouteKeeper routes,
            RefreshPlan plan,
            CameraStates cameraStates,
            JournalComponent delivery,
            Function<byte[], Optional<Throwable>> alarms) {
        this.settings = settings;
        this.status = status;
        this.inventories = inventories;
        this.cameras = cameras;
        this.history = history;
        this.journal = journal;
        this.routes = routes;
        this.plan = plan;
        this.cameraStates = cameraStates;
        this.delivery = delivery;
        this.alarms = alarms;
    }

    /**
     * Sets page and API on a router.
     *
     * @param router the router of the console's port
     * @param pages adds further ones
     */
    public void open(Router router, Consumer<Web> pages) {
        var web = new Web(settings, router);
        web.page("/", "index.html");
        web.page("/console.css", "console.css");
        web.page("/console.js", "console.js");
        web.page("/api/openapi.json", "openapi.json");
        web.get("/api/status", ctx -> status.all());
        web.get("/api/cameras", this::cameras);
        web.get("/api/alarms", this::alarms);
        web.get("/api/alarms/:id", this::trace);
        web.get("/api/dead-letters", ctx -> deadLetters(limit(ctx, MOST_LETTERS, MOST_LETTERS)));
        web.change(HttpMethod.POST, "/api/dead-letters/replay", (ctx, body) -> replay(body));
        web.change(HttpMethod.DELETE, "/api/dead-letters/:id", (ctx, body) -> discard(ctx.pathParam("id")));
        web.get(
                "/api/routes",
                ctx -> routes.states().stream().map(RouteAnswers::state).toList());
        web.change(HttpMethod.POST, "/api/routes/rollback", (ctx, body) -> RouteAnswers.rollback(routes, body));
        web.get("/api/routes/:file", ctx -> RouteAnswers.versions(routes, ctx.pathParam("file")));
        web.get(
                "/api/routes/kamelets/:file",
                ctx -> RouteAnswers.versions(routes, "kamelets/" + ctx.pathParam("file")));
        web.change(HttpMethod.POST, "/api/sites/:site/read", (ctx, body) -> read(ctx.pathParam("site")));
        web.change(HttpMethod.POST, "/api/sites/:site/stop", (ctx, body) -> stop(ctx.pathParam("site")));
        web.change(HttpMethod.POST, "/api/sites/:site/start", (ctx, body) -> start(ctx.pathParam("site")));
        web.change(HttpMethod.POST, "/api/test-alarm", (ctx, body) -> testAlarm(body));
        pages.accept(web);
        web.close();
    }

    private static String query(RoutingContext ctx, String name) {
        try {
            return Optional.ofNullable(ctx.request().getParam(name)).orElse("").strip();
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "wrong-query", "The query is not percent-encoded. Write % as %25.");
        }
    }

    private static int limit(RoutingContext ctx, int usual, int most) {
        String written = query(ctx, "limit");
        if (written.isEmpty()) {
            return usual;
        }
        if (!written.matches("[1-9]\\d{0,8}")) {
            throw new Refused(400, "wrong-limit", "limit is a number from 1 to " + most + ".");
        }
        return Math.min(most, Integer.parseInt(written));
    }

    private static Optional<Instant> time(RoutingContext ctx, String name) {
        String written = query(ctx, name);
        try {
            Optional<Instant> time = written.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(written));
            if (time.filter(t -> t.isBefore(Instant.EPOCH) || t.isAfter(LATEST)).isPresent()) {
                throw new DateTimeParseException("out of range", written, 0);
            }
            return time;
        } catch (DateTimeParseException e) {
            throw new Refused(400, "wrong-time", name + " is a time in UTC such as 2026-11-20T10:00:00Z.");
        }
    }

    private Object cameras(RoutingContext ctx) {
        List<Camera> found = inventories.search(query(ctx, "q"), limit(ctx, MOST_CAMERAS, MOST_CAMERAS));
        Map<String, Instant> last = lastAlarms(ids(found));
        return found.stream()
                .map(camera -> {
                    var row = new LinkedHashMap<String, Object>();
                    row.put("site", camera.site());
                    row.put("id", camera.id());
                    row.put("name", camera.name());
                    row.put("lastAlarmAt", last.get(camera.id().toString()));
                    row.put(
                            "noConnectionSince",
                            cameraStates.brokenSince(camera.id()).orElse(null));
                    return row;
                })
                .toList();
    }

    private static List<String> ids(List<Camera> cameras) {
        return cameras.stream().map(camera -> camera.id().toString()).toList();
    }

    /** The cameras are shown without a history, too. */
    private Map<String, Instant> lastAlarms(List<String> ids) {
        try {
            return history.lastAlarms(ids);
        } catch (IllegalStateException e) {
            LOG.warn(e.getMessage());
            return Map.of();
        }
    }

    private Object alarms(RoutingContext ctx) {
        String text = query(ctx, "q");
        // The history has U-Alarm's name of a camera, XProtect has another.
        List<String> named = text.isEmpty() ? List.of() : ids(inventories.search(text, MOST_CAMERAS));
        var found = history.alarms(
                text, named, query(ctx, "site"), time(ctx, "from"), time(ctx, "to"), limit(ctx, 50, MOST_ROWS));
        found.forEach(this::named);
        return found;
    }

    /** The camera's name in XProtect says more than U-Alarm's. */
    private void named(Map<String, Object> row) {
        CameraName.guid(String.valueOf(row.get("camera")))
                .flatMap(cameras::camera)
                .filter(camera -> !camera.name().isEmpty())
                .ifPresent(camera -> row.put("cameraName", camera.name()));
    }

    private Object trace(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        var found = history.trace(id);
        if (found.isEmpty()) {
            throw new Refused(
                    NOT_FOUND, "no-such-alarm", "There is no alarm of that id in the history. It keeps 30 days.");
        }
        found.forEach(this::named);
        var alarm = new LinkedHashMap<String, Object>();
        alarm.put("id", id);
        alarm.put("name", found.get(0).get("name"));
        alarm.put("cameras", found);
        return alarm;
    }

    private Object deadLetters(int limit) {
        return journal.deadLetters().list(limit).stream()
                .map(letter -> {
                    Optional<CameraAlarm> alarm = letter.alarm();
                    var row = new LinkedHashMap<String, Object>();
                    row.put("id", letter.id());
                    row.put("alarmId", letter.alarmId());
                    row.put("name", alarm.map(CameraAlarm::name).orElse("(cannot be read)"));
                    row.put("site", alarm.map(CameraAlarm::site).orElse(""));
                    row.put(
                            "camera",
                            alarm.map(a -> a.camera()
                                            .map(UUID::toString)
                                            .orElse(a.sighting().camera()))
                                    .orElse(""));
                    row.put("cameraName", alarm.map(a -> a.sighting().label()).orElse(""));
                    row.put("target", Journal.channel(letter.queue()));
                    row.put("reason", letter.reason());
                    row.put("time", alarm.map(CameraAlarm::time).orElse(null));
                    row.put("givenUpAt", letter.givenUpAt());
                    named(row);
                    return row;
                })
                .toList();
    }

    private Object replay(JsonNode body) {
        boolean all = body.path("all").asBoolean();
        var ids = new ArrayList<String>();
        body.path("ids").forEach(id -> ids.add(id.asText()));
        if (ids.isEmpty() != all) {
            throw new Refused(400, "nothing-named", "Name dead letters as {\"ids\":[…]}, or all as {\"all\":true}.");
        }
        if (all) {
            return Map.of("replayed", journal.deadLetters().replayAll(letter -> saw(letter, Watcher.Result.REPLAYED)));
        }
        List<DeadLetters.Letter> replayed = journal.deadLetters().replay(ids);
        replayed.forEach(letter -> saw(letter, Watcher.Result.REPLAYED));
        return Map.of("replayed", replayed.size());
    }

    private void saw(DeadLetters.Letter letter, Watcher.Result result) {
        letter.alarm().ifPresent(alarm -> history.saw(letter.queue(), alarm, Watcher.Step.of(result, Duration.ZERO)));
    }

    private Object discard(String id) {
        DeadLetters.Letter letter = journal.deadLetters()
                .discard(id)
                .orElseThrow(() -> new Refused(
                        NOT_FOUND, "no-such-letter", "There is no such dead letter. It may have been replayed."));
        saw(letter, Watcher.Result.DISCARDED);
        return null;
    }

    private Object read(String site) {
        plan.now(known(site));
        return Map.of("site", site);
    }

    private Object stop(String site) {
        delivery.stopSite(known(site));
        LOG.warn("{}: delivery was stopped by hand; alarms are kept until it is started again", site);
        return Map.of("site", site);
    }

    private Object start(String site) {
        delivery.startSite(known(site));
        plan.now(site);
        LOG.info("{}: delivery was started by hand", site);
        return Map.of("site", site);
    }

    private String known(String site) {
        if (!plan.knows(site)) {
            throw new Refused(NOT_FOUND, "no-such-site", "There is no such site. GET /api/status lists them.");
        }
        return site;
    }

    private Object testAlarm(JsonNode body) {
        String camera = body.path("camera").asText();
        String site = body.path("site").asText();
        if (camera.isEmpty() || site.isEmpty()) {
            throw new Refused(
                    400, "wrong-body", "Send {\"site\":\"…\",\"camera\":\"…\"} with site and GUID from /api/cameras.");
        }
        boolean isThere = CameraName.guid(camera)
                .flatMap(cameras::camera)
                .filter(found -> found.site().equals(site))
                .isPresent();
        if (!isThere) {
            throw new Refused(
                    NOT_FOUND,
                    "no-such-camera",
                    "The site " + site + " has no such camera. Take site and GUID from /api/cameras.");
        }
        plan.now(site);
        String id = "test-" + UUID.randomUUID();
        var alarm = Map.of(
                "id",
                id,
                "alarm",
                "Test alarm",
                "type",
                CameraAlarm.TEST,
                "camera",
                camera,
                "timestamp",
                Instant.now().toString());
        Optional<Throwable> failure = alarms.apply(ApiJson.bytes(alarm));
        if (failure.isPresent()) {
            throw new Refused(503, "not-stored", String.valueOf(failure.get().getMessage()));
        }
        return Map.of("id", id);
    }
}
