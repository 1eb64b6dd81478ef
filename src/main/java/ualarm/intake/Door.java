package ualarm.intake;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.site.Settings;
import ualarm.site.Sites;

/**
 * Stands before the route {@code receive-alarm} and lets in what may be an alarm: right address, right token, right path, not too
 * large, not too slow, not too many at once.
 */
public final class Door {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.intake");

    /** A sender that has not sent its whole message by then is too slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String NOTHING_HERE = "There is nothing here. Post alarms to / of this port.";

    private static final int MOST_AT_ONCE = 1_000;
    private static final int UNDECLARED_SIZE = 64 << 10;

    private final Settings.Intake intake;
    private final Set<String> webhooks;
    private final IntakeCounts counts;
    private final AddressList allowed;
    private volatile boolean isShut;
    private final long mostBytes = Runtime.getRuntime().maxMemory() / 4;
    private final Map<RoutingContext, Visit> inside = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    private record Visit(long since, long size) {}

    /**
     * @param intake who may come in, and with how much
     * @param sites all sites, some of which take XProtect's webhooks
     * @param counts counts who is refused
     */
    public Door(Settings.Intake intake, Sites sites, IntakeCounts counts) {
        this.intake = intake;
        this.counts = counts;
        this.webhooks = sites.all().stream()
                .filter(site -> !site.webhookSecret().isEmpty())
                .map(site -> "/xprotect/" + site.name() + "/webhook")
                .collect(Collectors.toSet());
        this.allowed = new AddressList(intake.allowFrom());
    }

    /**
     * Sets the door before all routes of a router.
     *
     * @param router the router of the alarm port
     * @param vertx runs the clock for slow senders
     */
    public void guard(Router router, Vertx vertx) {
        router.route().order(Integer.MIN_VALUE).handler(this::enter).failureHandler(this::failed);
        router.route().last().handler(ctx -> refuse(ctx, 404, "no-such-path", NOTHING_HERE));
        vertx.setPeriodic(1_000, tick -> throwOutSlow());
    }

    /** Takes no more alarms: from now on their senders are told to send them again. */
    public void shut() {
        isShut = true;
    }

    private void enter(RoutingContext ctx) {
        var request = ctx.request();
        if (!allowed.contains(request.remoteAddress().hostAddress())) {
            LOG.warn(
                    "{} may not post alarms (alarm.allow-from)",
                    request.remoteAddress().hostAddress());
            refuse(
                    ctx,
                    403,
                    "address-not-allowed",
                    "This address may not post alarms. Add it to alarm.allow-from of the connector.");
            return;
        }
        HttpMethod method = request.method();
        if (webhooks.contains(request.path())) {
            // XProtect signs its webhooks; it cannot show the senders' token.
            if (method.equals(HttpMethod.POST)) {
                admit(ctx);
            } else {
                ctx.response().putHeader("Allow", "POST");
                refuse(ctx, 405, "method-not-allowed", "Webhooks are posted: use POST.");
            }
            return;
        }
        if (!"/".equals(request.path())) {
            String path = ctx.normalizedPath();
            if ("/".equals(path) || path.startsWith("/xprotect/")) {
                // "//" or "/x/.." would reach the route as "/", past all that follows here.
                refuse(ctx, 404, "no-such-path", NOTHING_HERE);
            } else {
                ctx.next();
            }
            return;
        }
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            ctx.response().putHeader("Content-Type", "application/json").end("{\"status\":\"running\"}");
            return;
        }
        if (!method.equals(HttpMethod.POST)) {
            ctx.response().putHeader("Allow", "GET, HEAD, POST");
            refuse(ctx, 405, "method-not-allowed", "Alarms are posted: use POST.");
            return;
        }
        if (isShut) {
            ctx.response().putHeader("Retry-After", "5");
            refuse(ctx, 503, "stopping", "The connector is being stopped. Send the alarm again.");
            return;
        }
        if (!intake.token().isEmpty() && !showsToken(request.headers())) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer, Basic realm=\"alarms\"");
            refuse(
                    ctx,
                    401,
                    "wrong-token",
                    "The token is missing or wrong. Send alarm.token as http://user:token@host:port.");
            return;
        }
        admit(ctx);
    }

    private void admit(RoutingContext ctx) {
        var request = ctx.request();
        long size = declaredSize(request.getHeader("Content-Length"));
        if (size > intake.maxBody()) {
            refuse(ctx, 413, "too-large", "The message is larger than alarm.max-body of the connector.");
            return;
        }
        long held = size < 0 ? UNDECLARED_SIZE : size;
        if (inside.size() >= MOST_AT_ONCE || bytes.get() + held > mostBytes) {
            ctx.response().putHeader("Retry-After", "1");
            refuse(ctx, 429, "too-many", "Too many alarms at once. Send this one again in a second.");
            return;
        }
        inside.put(ctx, new Visit(System.nanoTime(), held));
        bytes.addAndGet(held);
        ctx.addEndHandler(end -> leave(ctx));
        // What the body is, is decided by looking at it: as a form it would be taken apart before we see it.
        request.headers().set("Content-Type", "application/octet-stream");
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            ctx.response().writeContinue();
        }
        ctx.next();
    }

    private void leave(RoutingContext ctx) {
        Visit visit = inside.remove(ctx);
        if (visit != null) {
            bytes.addAndGet(-visit.size());
        }
    }

    private void throwOutSlow() {
        long now = System.nanoTime();
        inside.forEach((ctx, visit) -> {
            if (now - visit.since() > PATIENCE.toNanos()
                    && !ctx.request().isEnded()
                    && !ctx.response().ended()) {
                ctx.vertx().runOnContext(go -> {
                    refuse(ctx, 408, "too-slow", "The message did not arrive within " + PATIENCE.toSeconds() + " s.");
                });
            }
        });
    }

    private boolean showsToken(MultiMap headers) {
        String key = Optional.ofNullable(headers.get("X-Api-Key")).orElse("");
        String authorization =
                Optional.ofNullable(headers.get("Authorization")).orElse("").strip();
        return intake.token().matches(key)
                || scheme(authorization, "Bearer ")
                        .filter(intake.token()::matches)
                        .isPresent()
                || scheme(authorization, "Basic ")
                        .map(Door::password)
                        .filter(intake.token()::matches)
                        .isPresent();
    }

    private static Optional<String> scheme(String authorization, String scheme) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(authorization.substring(scheme.length()).strip())
                : Optional.empty();
    }

    private static String password(String basic) {
        try {
            String both = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
            return both.substring(both.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static long declaredSize(String contentLength) {
        // Vert.x has refused lengths that are no number before we see them.
        return contentLength == null ? -1 : Long.parseLong(contentLength);
    }

    private void failed(RoutingContext ctx) {
        if (ctx.response().ended() || ctx.response().closed() || ctx.failure() instanceof HttpClosedException) {
            LOG.debug("A sender hung up before its message was whole");
            return;
        }
        switch (ctx.statusCode()) {
            case 413 -> refuse(ctx, 413, "too-large", "The message is larger than alarm.max-body of the connector.");
            case 400 -> refuse(ctx, 400, "not-http", "The request is damaged. Send it again.");
            default -> {
                LOG.error("A request failed: {}", String.valueOf(ctx.failure()));
                ctx.response().putHeader("Retry-After", "5");
                refuse(ctx, 503, "not-stored", "The connector could not take the alarm. Send it again.");
            }
        }
    }

    /** What was not read of a refused message would be taken for the next request, so the connection ends with it. */
    private void refuse(RoutingContext ctx, int status, String code, String message) {
        var response = ctx.response();
        if (response.ended()) {
            return;
        }
        counts.rejected(code);
        if (!ctx.request().isEnded()) {
            response.putHeader("Connection", "close");
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(AlarmIntake.rejected(code, message));
    }
}
