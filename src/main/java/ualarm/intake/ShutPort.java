package ualarm.intake;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import ualarm.site.Settings;
import ualarm.site.SettingsException;

/** The alarm port while no connector can take alarms: each is answered with 503, so that its sender sends it again. */
public final class ShutPort implements AutoCloseable {

    private static final String RETRY_AFTER = "5";

    private final HttpServer server;
    private final byte[] answer;

    /**
     * Begins to listen.
     *
     * @param vertx serves it
     * @param intake where alarms come in
     * @param why what senders are told
     * @throws SettingsException when the port cannot be opened
     */
    public ShutPort(Vertx vertx, Settings.Intake intake, String why) {
        answer = Answer.rejected("not-ready", why).toJson();
        var options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
        AlarmPort.pem(intake).ifPresent(pem -> options.setSsl(true).setKeyCertOptions(pem));
        server = Listening.begin(
                vertx.createHttpServer(options).requestHandler(this::refuse),
                "alarm.port",
                intake.host(),
                intake.port());
    }

    /** What is not read of the request would be taken for the next one, so the connection ends with it. */
    private void refuse(HttpServerRequest request) {
        request.response()
                .setStatusCode(503)
                .putHeader("Retry-After", RETRY_AFTER)
                .putHeader("Content-Type", "application/json")
                .putHeader("Connection", "close")
                .end(Buffer.buffer(answer));
    }

    /** @return its port, also when the setting is 0 for any free one */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
