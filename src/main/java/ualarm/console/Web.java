package ualarm.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
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
    /** A page may load and ask nothing that is not ours, and no other page may have it inside. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; "
                    + "base-uri 'none'; frame-ancestors 'none'",
            "X-Frame-Options",
            "DENY",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private static final int LARGEST_BODY = 1 << 20;
    private static final int NOT_FOUND = 404;

    private final Settings.Console settings;
    private final Login login;
    private final Router router;

    /**
     * @param settings where it is, and its password
     * @param router the router of its port; nobody comes by unguarded
     */
    public Web(Settings.Console settings, Router router) {
        this.settings = settings;
        this.login = new Login(settings.password());
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
        HEADERS.forEach(ctx.response()::putHeader);
        String host =
                Optional.ofNullable(request.authority()).map(a -> a.host()).orElse("");
        // A name that somebody else made point here must not open it. With a password any name will do: a browser
        // shows what it knows of it only under the name that it was typed for.
        boolean isLocal = Settings.isLoopback(host) || host.equals(settings.host());
        if (login.isOpen() && !isLocal) {
            error(ctx, 403, "wrong-host", "Open the console as http://127.0.0.1:" + settings.port() + "/.");
            return;
        }
        boolean changes =
                !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
        if (isOfAnotherPage(request, changes)) {
            error(ctx, 403, "wrong-origin", "Another page asks for this. Open the console itself.");
            return;
        }
        if (changes && request.getHeader("X-Requested-With") == null) {
            error(ctx, 403, "header-missing", "Send the header X-Requested-With: console.");
            return;
        }
        if (changes && isOfAPage(request) && !isJson(request)) {
            error(ctx, 415, "not-json", "Send JSON, with the Content-Type application/json.");
            return;
        }
        if (login.isOpen()) {
            ctx.next();
        } else {
            askForPassword(ctx);
        }
    }

    /** What a browser says of where a request comes from (Fetch Metadata); an older one tells at least its origin. */
    private static boolean isOfAnotherPage(HttpServerRequest request, boolean changes) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            boolean isOwn = site.equals("same-origin") || site.equals("none");
            // A link may lead here; that shows nothing to the page that has it.
            return !isOwn && (changes || !"navigate".equals(request.getHeader("Sec-Fetch-Mode")));
        }
        String origin = request.getHeader("Origin");
        return origin != null && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(request.getHeader("Host"));
    }

    private static boolean isOfAPage(HttpServerRequest request) {
        return request.getHeader("Sec-Fetch-Site") != null || request.getHeader("Origin") != null;
    }

    private static boolean isJson(HttpServerRequest request) {
        boolean isEmpty = request.getHeader("Transfer-Encoding") == null
                && Optional.ofNullable(request.getHeader("Content-Length"))
                        .orElse("0")
                        .equals("0");
        String type = Optional.ofNullable(request.getHeader("Content-Type")).orElse("");
        return isEmpty || type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private void askForPassword(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        request.pause();
        Future.fromCompletionStage(
                        login.isRight(request.remoteAddress().hostAddress(), request.getHeader("Authorization")),
                        ctx.vertx().getOrCreateContext())
                .onComplete(asked -> {
                    request.resume();
                    if (asked.succeeded() && asked.result()) {
                        ctx.next();
                    } else if (asked.succeeded()) {
                        ctx.response().putHeader("WWW-Authenticate", "Basic realm=\"U-Alarm connector\"");
                        error(
                                ctx,
                                401,
                                "wrong-password",
                                "Give console.password of the connector; the user's name does not matter.");
                    } else if (asked.cause() instanceof Login.Wait wait) {
                        ctx.response().putHeader("Retry-After", String.valueOf(wait.seconds()));
                        error(
                                ctx,
                                429,
                                "too-many-passwords",
                                "Too many wrong passwords came from this address. Try again in " + wait.seconds()
                                        + " s.");
                    } else {
                        ctx.fail(asked.cause());
                    }
                });
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
