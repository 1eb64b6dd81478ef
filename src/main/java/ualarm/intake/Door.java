package ualarm.intake;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Told;
import ualarm.site.BasicLogin;
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

    private static final String POST_ALARMS = "Alarms are posted: use POST.";
    private static final String TOO_LARGE = "The message is larger than alarm.max-body of the connector.";
    private static final String NOT_HTTP = "not-http";
    private static final String BEARER = "Bearer ";
    private static final String DAMAGED = "The request is damaged. Send it again.";
    private static final String NOTHING_HERE = "There is nothing here. Post alarms to / of this port.";

    /** A connection that has not sent a whole request head by then is closed; U-Alarm makes a new one for its next alarm. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** A post that is younger than this only makes room for another address. */
    private static final Duration YOUNG = Duration.ofSeconds(1);

    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_SILENT = 1_000;
    private static final int UNDECLARED_SIZE = 64 << 10;
    private static final int GZIP_HEAD = 3;
    private static final String METHODS = "GET, HEAD, POST";

    private final Settings.Intake intake;
    private final Set<String> webhooks;
    private final IntakeCounts counts;
    private volatile boolean isShut;
    private volatile long clock;
    private final Guests<RoutingContext> posts =
            new Guests<>(Runtime.getRuntime().maxMemory() / 4);

    /** Posts to adapters, which may wait for somebody, have places of their own: they cost nobody's alarm. */
    private final Guests<RoutingContext> toAdapters =
            new Guests<>(Runtime.getRuntime().maxMemory() / 8);

    /** Of each post in chunks what has come so far. */
    private final Map<RoutingContext, Chunks> inChunks = new ConcurrentHashMap<>();

    private final Guests<HttpConnection> silent = new Guests<>(Long.MAX_VALUE);
    private final Told told = new Told();

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
        clock = vertx.setPeriodic(1_000, tick -> throwOutSlow());
    }

    /**
     * Looks after nobody any more.
     *
     * @param vertx runs the clock for slow senders
     */
    void leave(Vertx vertx) {
        vertx.cancelTimer(clock);
    }

    /**
     * Takes a connection in. Vert.x's own idle time begins anew with every byte, so it would let in who sends one a minute.
     *
     * @param connection which has sent nothing yet
     */
    void connected(HttpConnection connection) {
        String address = connection.remoteAddress().hostAddress();
        awaitRequest(connection, address);
        connection.closeHandler(closed -> silent.leave(connection, address));
        if (silent.count() > MOST_SILENT) {
            silent.first(anyone -> true).ifPresent(this::close);
        }
    }

    private void awaitRequest(HttpConnection connection, String address) {
        silent.enter(connection, address, System.nanoTime(), 0);
    }

    private void close(Guests.Guest<HttpConnection> longest) {
        silent.leave(longest.who(), longest.address());
        longest.who().close();
    }

    /** Takes no more alarms: from now on their senders are told to send them again. */
    public void shut() {
        isShut = true;
    }

    /**
     * Refuses what has no path, so that no route can be found for it.
     *
     * @param request a {@code CONNECT}, or one to {@code *}
     */
    void refusePathless(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.POST)) {
            refuse(request, 400, NOT_HTTP, "The request has no path. Post alarms to /.");
        } else {
            request.response().putHeader("Allow", METHODS);
            refuse(request, 405, "method-not-allowed", POST_ALARMS);
        }
    }

    /**
     * Refuses what cannot be read as a request, or has a head that is too long. Where it ends nobody knows, so the connection ends with it.
     *
     * @param request what could be read of it
     */
    void refuseDamaged(HttpServerRequest request) {
        Throwable failure = request.decoderResult().cause();
        request.response().putHeader("Connection", "close");
        if (failure instanceof TooLongHttpHeaderException) {
            refuse(request, 431, NOT_HTTP, "The headers are longer than 8192 bytes. Leave out what is not needed.");
        } else if (failure instanceof TooLongHttpLineException) {
            refuse(request, 414, NOT_HTTP, "The address is longer than 4096 bytes. Post alarms to /.");
        } else {
            refuse(request, 400, NOT_HTTP, DAMAGED);
        }
        request.response().close();
    }

    /**
     * Tells a sender to come again.
     *
     * @param request has waited too long for routes that are being exchanged
     */
    void refuseForNow(HttpServerRequest request) {
        request.response().putHeader("Retry-After", "5");
        refuse(request, 503, "not-ready", "The connector or its routes are being exchanged. Send the alarm again.");
    }

    private void enter(RoutingContext ctx) {
        var request = ctx.request();
        String address = request.remoteAddress().hostAddress();
        HttpConnection connection = request.connection();
        silent.leave(connection, address);
        ctx.addEndHandler(end -> {
            if (end.succeeded()) {
                awaitRequest(connection, address);
            }
        });
        if (isShut) {
            // Nothing is under way on any connection when the port closes.
            ctx.response().putHeader("Retry-After", "5").putHeader("Connection", "close");
            refuse(ctx, 503, "stopping", "The connector is being stopped. Send the alarm again.");
            return;
        }
        if (!intake.allowFrom().contains(address)) {
            LOG.atLevel(told.isNews(address) ? Level.WARN : Level.INFO)
                    .log("{} may not post alarms (alarm.allow-from)", address);
            refuse(
                    ctx,
                    403,
                    "address-not-allowed",
                    "This address may not post alarms. Add it to alarm.allow-from of the connector.");
            return;
        }
        HttpMethod method = request.method();
        String fault = fault(ctx);
        if (!fault.isEmpty()) {
            refuse(ctx, 400, NOT_HTTP, fault);
            return;
        }
        if (webhooks.contains(request.path())) {
            // XProtect signs its webhooks; it cannot show the senders' token.
            if (method.equals(HttpMethod.POST)) {
                admit(ctx, address, posts);
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
                admit(ctx, address, toAdapters);
            }
            return;
        }
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            ctx.response().putHeader("Content-Type", "application/json").end("{\"status\":\"running\"}");
            return;
        }
        if (!method.equals(HttpMethod.POST)) {
            ctx.response().putHeader("Allow", METHODS);
            refuse(ctx, 405, "method-not-allowed", POST_ALARMS);
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
        admit(ctx, address, posts);
    }

    /** What a proxy before us could read otherwise than we do, so that one request is two; and what no path can be made of. */
    private static String fault(RoutingContext ctx) {
        var request = ctx.request();
        String coding = request.getHeader("Transfer-Encoding");
        if (request.headers().getAll("Host").size() > 1) {
            return "The request has more than one Host.";
        } else if (coding != null && !coding.strip().equalsIgnoreCase("chunked")) {
            return "The Transfer-Encoding is not chunked alone. Send the message as it is, or packed with gzip.";
        }
        try {
            ctx.normalizedPath();
        } catch (IllegalArgumentException e) {
            return "The path is not percent-encoded. Write % as %25.";
        }
        return "";
    }

    private void admit(RoutingContext ctx, String address, Guests<RoutingContext> kind) {
        var request = ctx.request();
        long size = declaredSize(request.getHeader("Content-Length"));
        if (size > intake.maxBody()) {
            refuse(ctx, 413, "too-large", TOO_LARGE);
            return;
        }
        long held = size < 0 ? UNDECLARED_SIZE : size;
        if (!makeRoom(kind, address, held)) {
            refuseAsTooMany(ctx);
            return;
        }
        Optional<Chunks> chunks =
                Optional.ofNullable(request.getHeader("Transfer-Encoding")).map(coding -> new Chunks());
        chunks.ifPresent(own -> inChunks.put(ctx, own));
        kind.enter(ctx, address, System.nanoTime(), held);
        ctx.addEndHandler(end -> {
            kind.leave(ctx, address);
            inChunks.remove(ctx);
        });
        if (kind == posts) {
            // What the body is, is decided by looking at it: as a form it would be taken apart before we see it.
            request.headers().set("Content-Type", "application/octet-stream");
        }
        chunks.ifPresentOrElse(own -> collect(ctx, address, kind, own), ctx::next);
    }

    /** Reads a body that comes in chunks. It does not say how large it will be; many of them at once would fill the memory. */
    private void collect(RoutingContext ctx, String address, Guests<RoutingContext> kind, Chunks chunks) {
        var request = ctx.request();
        request.handler(chunk -> {
            if (ctx.response().ended() || chunks.isDropped()) {
                return;
            }
            long size = chunks.size() + (long) chunk.length();
            long more = size - kind.holds(ctx, address);
            if (size > intake.maxBody()) {
                chunks.drop();
                refuse(ctx, 413, "too-large", TOO_LARGE);
            } else if (more > 0 && !makeRoomFor(more, kind, address)) {
                chunks.drop();
                refuseAsTooMany(ctx);
            } else {
                chunks.add(chunk);
                kind.holdsMore(ctx, address, more);
            }
        });
        request.endHandler(end -> {
            Optional<Buffer> body = ctx.response().ended() ? Optional.empty() : chunks.whole();
            if (body.isPresent()) {
                var internal = (RoutingContextInternal) ctx;
                internal.setBody(body.get());
                internal.visitHandler(RoutingContextInternal.BODY_HANDLER);
                ctx.next();
            }
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            ctx.response().writeContinue();
        }
    }

    /**
     * Makes room for what a message becomes: packed with gzip, what fills the memory is a small post.
     *
     * @param ctx a message that was let in, and is whole
     * @param workers unpack it
     * @param then takes it further if there is room
     */
    void measure(RoutingContext ctx, WorkerExecutor workers, Runnable then) {
        byte[] start = Optional.ofNullable(ctx.body().buffer())
                .map(body -> body.getBytes(0, Math.min(body.length(), GZIP_HEAD)))
                .orElse(new byte[0]);
        if (!AlarmText.isPacked(start)) {
            then.run();
            return;
        }
        workers.executeBlocking(() -> AlarmText.unpackedSize(ctx.body().buffer().getBytes(), intake.maxBody()), false)
                .onSuccess(size -> {
                    String address = ctx.request().remoteAddress().hostAddress();
                    Guests<RoutingContext> kind = posts.holds(ctx, address) > 0 ? posts : toAdapters;
                    if (size > intake.maxBody()) {
                        refuse(ctx, 413, "too-large", TOO_LARGE);
                    } else if (!makeRoomFor(size, kind, address)) {
                        refuseAsTooMany(ctx);
                    } else {
                        kind.holdsMore(ctx, address, size);
                        then.run();
                    }
                })
                .onFailure(ctx::fail);
    }

    private void refuseAsTooMany(RoutingContext ctx) {
        ctx.response().putHeader("Retry-After", "1");
        refuse(ctx, 429, "too-many", "Too many alarms at once. Send this one again in a second.");
    }

    /** When all places are taken, those give theirs back that keep one without sending: half-sent posts cost nobody's alarm. */
    private boolean makeRoom(Guests<RoutingContext> kind, String address, long held) {
        return makeRoom(() -> kind.count() >= MOST_AT_ONCE || kind.isFull(held), kind, address);
    }

    /** For one who is inside already, and holds more. */
    private boolean makeRoomFor(long more, Guests<RoutingContext> kind, String address) {
        return makeRoom(() -> kind.isFull(more), kind, address);
    }

    private boolean makeRoom(BooleanSupplier isShort, Guests<RoutingContext> kind, String address) {
        while (isShort.getAsBoolean()) {
            long young = System.nanoTime() - YOUNG.toNanos();
            var slow = kind.first(post -> !post.who().request().isEnded()
                    && (post.since() - young < 0 || !post.address().equals(address)));
            if (slow.isEmpty()) {
                return false;
            }
            throwOut(slow.get(), kind);
        }
        return true;
    }

    private Stream<Guests<RoutingContext>> kinds() {
        return Stream.of(posts, toAdapters);
    }

    private void throwOutSlow() {
        long now = System.nanoTime();
        kinds().forEach(kind -> kind.before(now - PATIENCE.toNanos()).stream()
                .filter(post -> !post.who().request().isEnded())
                .forEach(post -> throwOut(post, kind)));
        silent.before(now - SILENCE.toNanos()).forEach(this::close);
    }

    private void throwOut(Guests.Guest<RoutingContext> slow, Guests<RoutingContext> kind) {
        RoutingContext ctx = slow.who();
        Optional.ofNullable(inChunks.get(ctx)).ifPresent(Chunks::drop);
        kind.leave(ctx, slow.address());
        ctx.vertx()
                .runOnContext(go -> refuse(ctx, 408, "too-slow", "The message did not arrive in time. Send it again."));
    }

    private boolean showsToken(MultiMap headers) {
        String key = Optional.ofNullable(headers.get("X-Api-Key")).orElse("");
        String authorization =
                Optional.ofNullable(headers.get("Authorization")).orElse("").strip();
        return intake.token().matches(key)
                || bearer(authorization).filter(intake.token()::matches).isPresent()
                || BasicLogin.password(authorization)
                        .filter(intake.token()::matches)
                        .isPresent();
    }

    private static Optional<String> bearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
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
            case 413 -> refuse(ctx, 413, "too-large", TOO_LARGE);
            case 400 -> refuse(ctx, 400, NOT_HTTP, DAMAGED);
            case 417 -> refuse(ctx, 417, NOT_HTTP, "Of all that a sender may Expect, only 100-continue is known.");
            default -> {
                LOG.error("A request failed: {}", String.valueOf(ctx.failure()));
                ctx.response().putHeader("Retry-After", "5");
                refuse(ctx, 503, "not-stored", "The connector could not take the alarm. Send it again.");
            }
        }
    }

    private void refuse(RoutingContext ctx, int status, String code, String message) {
        refuse(ctx.request(), status, code, message);
    }

    /** What was not read of a refused message would be taken for the next request, so the connection ends with it. */
    private void refuse(HttpServerRequest request, int status, String code, String message) {
        var response = request.response();
        if (response.ended()) {
            return;
        }
        counts.rejected(code);
        if (!request.isEnded()) {
            response.putHeader("Connection", "close");
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(Answer.rejected(code, message).toJson()));
    }
}
