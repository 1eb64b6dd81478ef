package ualarm.milestone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Told;
import ualarm.alarm.Waits;
import ualarm.site.Secret;
import ualarm.site.Site;
import ualarm.site.Trust;

/**
 * The events and state WebSocket of one site's XProtect (milestone-api.md 10): shows the events of some types as they happen. After a
 * break the session is resumed, and what was missed comes again; where it cannot be, that is told. All of it happens on one event loop
 * but the handing on, one event after the other, on a thread that may wait; meanwhile nothing more is read.
 */
final class EventsSocket {

    private static final Logger LOG = LoggerFactory.getLogger(EventsSocket.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LAST_WAIT = Duration.ofSeconds(60);

    /** So long after it was opened again, what was missed meanwhile may still come. */
    private static final Duration CATCHING_UP = Duration.ofSeconds(3);

    private static final long NEVER = Long.MIN_VALUE;
    private static final int PINGS = 3;
    private static final int CONNECT_MILLIS = 3_000;
    private static final int LARGEST = 4 << 20;

    /** Where the socket is to be opened, and what for. */
    record Wanted(URI gateway, Set<String> types) {}

    /** Is told how the socket stands. */
    interface Listener {

        /** @param event happened; on a thread that may wait */
        void happened(SeenEvent event);

        /** Events may have happened that are never shown. */
        void missed();
    }

    private final Vertx vertx;
    private final Site site;
    private final long silenceMillis;
    private final Supplier<Wanted> wanted;
    private final Supplier<CompletionStage<Secret>> bearer;
    private final Listener listener;
    private final WebSocketClient client;
    private final Told troubles = new Told();
    private WebSocket socket;
    private Wanted opened;
    private String session = "";
    private String last = "";
    private int failures;
    private volatile long heardAt;
    private boolean closed;
    private volatile boolean live;
    private volatile long upSince = NEVER;

    /**
     * @param vertx runs it
     * @param site whose events
     * @param silenceMillis a socket on which nothing came for so long, not even the answer to a ping, is dead
     * @param wanted where and what; nothing while the site has none
     * @param bearer shows the site's token when there is one
     * @param listener is told what happens
     */
    EventsSocket(
            Vertx vertx,
            Site site,
            long silenceMillis,
            Supplier<Wanted> wanted,
            Supplier<CompletionStage<Secret>> bearer,
            Listener listener) {
        this.vertx = vertx;
        this.site = site;
        this.silenceMillis = silenceMillis;
        this.wanted = wanted;
        this.bearer = bearer;
        this.listener = listener;
        var options = new WebSocketClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxFrameSize(LARGEST)
                .setMaxMessageSize(LARGEST)
                // Who is silent does not answer that it is closed, either.
                .setClosingTimeout(1)
                .setTryUsePerMessageCompression(false);
        if (!site.trust().equals(Trust.SYSTEM)) {
            try {
                options.setTrustOptions(TrustOptions.wrap(Trust.of(site.trust())));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        options.setVerifyHost(!site.trust().equals(Trust.INSECURE));
        this.client = vertx.createWebSocketClient(options);
    }

    /** @return whether all events that happen now are shown, here or after a short break */
    boolean isLive() {
        return live;
    }

    /** @return how long ago what had happened was surely shown, if it ever is; nothing while it is catching up */
    Optional<Duration> caughtUp() {
        long since = upSince;
        long now = System.nanoTime();
        return live && since != NEVER && now - since > CATCHING_UP.toNanos()
                ? Optional.of(Duration.ofNanos(Math.max(0, now - heardAt)))
                : Optional.empty();
    }

    void open() {
        vertx.getOrCreateContext().runOnContext(go -> tryToOpen());
    }

    private void tryToOpen() {
        if (closed) {
            return;
        }
        Wanted now = wanted.get();
        if (now == null) {
            vertx.setTimer(FIRST_WAIT.toMillis(), again -> tryToOpen());
            return;
        }
        // A login may take long; the threads that may wait for it serve the console and other sites as well.
        Future.fromCompletionStage(bearer.get(), vertx.getOrCreateContext())
                .compose(token -> client.connect(options(now, token.reveal())))
                .onSuccess(connected -> connected(now, connected))
                .onFailure(this::failed);
    }

    private static WebSocketConnectOptions options(Wanted wanted, String token) {
        boolean isTls = wanted.gateway().getScheme().equals("https");
        int port = wanted.gateway().getPort();
        return new WebSocketConnectOptions()
                .setHost(wanted.gateway().getHost())
                .setPort(port > 0 ? port : isTls ? 443 : 80)
                .setSsl(isTls)
                .setURI(SocketCommands.PATH)
                .setTimeout(CONNECT_MILLIS)
                .putHeader("Authorization", token);
    }

    private void connected(Wanted at, WebSocket connected) {
        if (closed) {
            connected.close();
            return;
        }
        socket = connected;
        opened = at;
        heardAt = System.nanoTime();
        connected.textMessageHandler(text -> read(connected, text));
        connected.pongHandler(pong -> heardAt = System.nanoTime());
        connected.exceptionHandler(failure -> LOG.debug("The events WebSocket of {} broke", site, failure));
        long begun = heardAt;
        long ping = vertx.setPeriodic(silenceMillis / PINGS, tick -> look(connected, begun));
        connected.closeHandler(end -> {
            vertx.cancelTimer(ping);
            ended(connected);
        });
        send(SocketCommands.startSession(session, last));
    }

    private void look(WebSocket connected, long begun) {
        Wanted now = wanted.get();
        long silence = TimeUnit.MILLISECONDS.toNanos(silenceMillis);
        // Whoever answers pings only shows nothing either.
        boolean isUnanswered = upSince == NEVER && System.nanoTime() - begun > silence;
        if (isUnanswered || System.nanoTime() - heardAt > silence) {
            connected.close((short) 1001, "silent");
        } else if (now != null && !now.equals(opened)) {
            // The event was made anew in XProtect, or another gateway has taken over.
            missed();
            connected.close((short) 1000, "other events");
        } else {
            connected.writePing(Buffer.buffer("?"));
        }
    }

    private void send(Map<String, ?> command) {
        try {
            socket.writeTextMessage(JSON.writeValueAsString(command));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(WebSocket from, String text) {
        if (from != socket) {
            // It has ended meanwhile; the next shows this again.
            return;
        }
        heardAt = System.nanoTime();
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            LOG.debug("{} sent no JSON on its events WebSocket", site);
            return;
        }
        if (message.path("events").isArray()) {
            handOn(from, message.path("events"));
        }
        switch (message.path("commandId").asInt()) {
            case SocketCommands.START -> started(message);
            case SocketCommands.SUBSCRIBE -> subscribed(message);
            default -> {
                // Somebody else's answer; there is none.
            }
        }
    }

    private void started(JsonNode answer) {
        int status = answer.path("status").asInt();
        if (status == 200) {
            isUp();
        } else if (status == 201) {
            if (!session.isEmpty()) {
                missed();
            }
            session = answer.path("sessionId").asText();
            last = "";
            send(SocketCommands.addSubscription(opened.types()));
        } else {
            refused(answer);
        }
    }

    private void subscribed(JsonNode answer) {
        if (answer.path("status").asInt() == 200) {
            isUp();
        } else {
            refused(answer);
        }
    }

    private void isUp() {
        failures = 0;
        upSince = System.nanoTime();
        troubles.over();
        if (!live) {
            live = true;
            LOG.info("{}: XProtect shows its events on its WebSocket", site);
        }
    }

    private void refused(JsonNode answer) {
        if (!session.isEmpty()) {
            missed();
        }
        socket.close((short) 1000, answer.path("error").path("errorText").asText("refused"));
    }

    private void handOn(WebSocket from, JsonNode events) {
        from.pause();
        vertx.executeBlocking(
                        () -> {
                            events.forEach(event -> listener.happened(SeenEvent.of(event)));
                            return null;
                        },
                        true)
                .onComplete(done -> {
                    if (!events.isEmpty()) {
                        last = events.get(events.size() - 1).path("id").asText();
                    }
                    from.resume();
                });
    }

    private void ended(WebSocket connected) {
        if (socket == connected) {
            socket = null;
            upSince = NEVER;
            again();
        }
    }

    private void failed(Throwable failure) {
        String why = failure instanceof UpgradeRejectedException refused
                ? "it answered " + refused.getStatus()
                : String.valueOf(failure.getMessage());
        if (troubles.isNews(why)) {
            LOG.info("{}: the events WebSocket of XProtect cannot be opened ({}); it is tried again", site, why);
        }
        again();
    }

    private void again() {
        if (closed) {
            return;
        }
        if (failures >= 5 && live) {
            // XProtect keeps a session for about 30 s.
            missed();
        }
        vertx.setTimer(Waits.doubling(FIRST_WAIT, LAST_WAIT, failures++).toMillis(), go -> tryToOpen());
    }

    private void missed() {
        live = false;
        session = "";
        last = "";
        listener.missed();
    }

    void close() {
        closed = true;
        client.close();
    }
}
