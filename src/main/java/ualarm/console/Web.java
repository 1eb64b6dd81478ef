package ualarm.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.intake.Refused;
import ualarm.site.Settings;

/**
 * Pages and an API for people on this machine. Nobody else's page can use them: they answer only under their own address, and what
 * changes something needs a header that a foreign page cannot send.
 */
public final class Web {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json");
    private static final int LARGEST_BODY = 1 << 20;
    private static final int NOT_FOUND = 404;

    private final Settings.Console settings;
    private final Router router;

    /**
     * @param settings where it is, and its password
     * @param router the router of its port; nobody comes by unguarded
     */
    public Web(Settings.Console settings, Router router) {
        this.settings = settings;
        this.router = router;
        router.route().order(Integer.MIN_VALUE).handler(this::guard);
        router.get("/favicon.ico")
                .handler(ctx -> ctx.response().setStatusCode(204).end());
    }

    /**
     * Serves a page of the jar.
     *
     * @param path its path
     * @param name the file's name
     */
    public void page(String path, String name) {
        router.get(path).handler(ctx -> file(ctx, name));
    }

    /** Answers what is not there. To be called last. */
    public void close() {
        router.route("/api/*")
                .last()
                .handler(ctx -> error(ctx, NOT_FOUND, "no-such-path", "There is nothing here. See /api/openapi.json."));
    }

    private void guard(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        var response = ctx.response();
        response.putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-store");
        // Without a password, a name that somebody else made point here must not open it.
        String host =
                Optional.ofNullable(request.authority()).map(a -> a.host()).orElse("");
        boolean isLocal = Settings.isLoopback(host) || host.equals(settings.host());
        if (settings.password().isEmpty() && !isLocal) {
            error(ctx, 403, "wrong-host", "Open the console as http://127.0.0.1:" + settings.port() + "/.");
            return;
        }
        if (!settings.password().isEmpty() && !showsPassword(request.getHeader("Authorization"))) {
            response.putHeader("WWW-Authenticate", "Basic realm=\"U-Alarm connector\"");
            error(
                    ctx,
                    401,
                    "wrong-password",
                    "Give console.password of the connector; the user's name does not matter.");
            return;
        }
        boolean changes =
                !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
        if (changes && request.getHeader("X-Requested-With") == null) {
            error(ctx, 403, "header-missing", "Send the header X-Requested-With: console.");
            return;
        }
        ctx.next();
    }

    private boolean showsPassword(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        try {
            String both = new String(
                    Base64.getDecoder().decode(authorization.substring(6).strip()), StandardCharsets.UTF_8);
            return settings.password().matches(both.substring(both.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void file(RoutingContext ctx, String name) {
        try (InputStream in = Console.class.getResourceAsStream("/console/" + name)) {
            ctx.response()
                    .putHeader("Content-Type", TYPES.get(name.substring(name.lastIndexOf('.') + 1)))
                    .end(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            ctx.fail(e);
        }
    }

    /** What a request that changes something does. */
    public interface Change {

        /**
         * @param ctx the request
         * @param body what was sent; nothing in it when it is no JSON
         * @return what is answered
         */
        Object make(RoutingContext ctx, JsonNode body);
    }

    /**
     * Answers a question.
     *
     * @param path its path
     * @param answer makes the answer, which becomes JSON; may throw {@link Refused}
     */
    public void get(String path, Function<RoutingContext, Object> answer) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(ctx -> answer(ctx, () -> answer.apply(ctx)));
        others(path, "GET, HEAD");
    }

    /**
     * Does something.
     *
     * @param method the method
     * @param path the path
     * @param change does it, and makes the answer, which becomes JSON; may throw {@link Refused}
     */
    public void change(HttpMethod method, String path, Change change) {
        router.route(method, path)
                .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY))
                .handler(ctx -> answer(ctx, () -> change.make(ctx, body(ctx))))
                .failureHandler(ctx -> error(ctx, 413, "too-large", "The request is too large, or broke off."));
        others(path, method.name());
    }

    private static JsonNode body(RoutingContext ctx) {
        return Optional.ofNullable(ctx.body().buffer())
                .map(buffer -> ApiJson.read(buffer.getBytes()))
                .orElse(MissingNode.getInstance());
    }

    private void others(String path, String allowed) {
        router.route(path).handler(ctx -> {
            ctx.response().putHeader("Allow", allowed);
            error(ctx, 405, "method-not-allowed", "Use " + allowed + " here. See /api/openapi.json.");
        });
    }

    /** Journal and history are read from disk: not on the thread that serves everybody. */
    private static void answer(RoutingContext ctx, Callable<Object> work) {
        ctx.vertx()
                .executeBlocking(work, false)
                .onSuccess(found -> {
                    if (found == null) {
                        ctx.response().setStatusCode(204).end();
                    } else {
                        ctx.response()
                                .putHeader("Content-Type", "application/json")
                                .end(Buffer.buffer(ApiJson.bytes(found)));
                    }
                })
                .onFailure(failure -> {
                    if (failure instanceof Refused refused) {
                        error(ctx, refused.status(), refused.code(), refused.getMessage());
                    } else {
                        LOG.warn(
                                "The console could not answer {}: {}",
                                ctx.request().path(),
                                failure.getMessage());
                        error(ctx, 500, "failed", String.valueOf(failure.getMessage()));
                    }
                });
    }

    private static void error(RoutingContext ctx, int status, String code, String message) {
        ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(ApiJson.bytes(Map.of("error", Map.of("code", code, "message", message)))));
    }
}
