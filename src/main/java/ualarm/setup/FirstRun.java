package ualarm.setup;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.console.Web;
import ualarm.intake.Listening;
import ualarm.intake.OpenPort;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.SettingsFolder;

/**
 * A connector that has no site yet: its console is the set-up page, for this machine only, and its alarm port answers 503. It ends when
 * there is a site, whoever has written it.
 */
public final class FirstRun implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.connector");
    private static final String LOOPBACK = "127.0.0.1";
    private static final long LOOK_EVERY = Duration.ofSeconds(2).toMillis();

    /** So that the page still gets the answer to its last request. */
    private static final long END_AFTER = Duration.ofMillis(300).toMillis();

    private final Path folder;
    private final Vertx vertx;
    private final Lock changing;
    private HttpServer page;
    private long look;
    private final CompletableFuture<Settings> found = new CompletableFuture<>();

    /** The page works on the settings, so that it says when they are done. */
    private final AtomicBoolean isHeld = new AtomicBoolean();

    /**
     * Begins to serve.
     *
     * @param folder where the settings lie
     * @param none the settings, which have no site
     * @param port is where alarms come in; it stays open when there is a site
     * @param changing held while settings are changed
     * @throws SettingsException when a port cannot be opened
     */
    public FirstRun(Path folder, Settings none, OpenPort port, Lock changing) {
        this.folder = folder;
        this.vertx = port.vertx();
        this.changing = changing;
        try {
            String host =
                    Settings.isLoopback(none.console().host()) ? none.console().host() : LOOPBACK;
            var console = new Settings.Console(
                    host, none.console().port(), none.console().password());
            port.refuse(none.intake(), "No XProtect is set yet. Send the alarm again.");
            serve(console, none);
            look = vertx.setPeriodic(LOOK_EVERY, timer -> vertx.executeBlocking(this::look, false));
            LOG.warn(
                    "No site is set yet: set it up at http://{}:{}/ on this machine, or by the command setup. Until then port {} answers alarms"
                            + " with 503.",
                    host,
                    console.port(),
                    none.intake().port());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void serve(Settings.Console console, Settings none) {
        Router router = Router.router(vertx);
        var web = new Web(console, router);
        web.page("/", "setup.html");
        web.page("/console.css", "console.css");
        web.page("/api/openapi.json", "openapi.json");
        new SetupApi(folder, none.intake(), changing, new SetupApi.Listener() {
                    @Override
                    public void hold() {
                        isHeld.set(true);
                    }

                    @Override
                    public void release() {
                        isHeld.set(false);
                    }

                    @Override
                    public void start() throws IOException {
                        begin();
                    }
                })
                .open(web);
        web.close();
        page = Listening.begin(
                vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                        .requestHandler(router),
                "console.port",
                console.host(),
                console.port());
    }

    private Object look() {
        if (!isHeld.get()) {
            try {
                begin();
            } catch (SettingsException | IOException e) {
                LOG.debug("There is no site yet: {}", e.getMessage());
            }
        }
        return null;
    }

    private void begin() throws IOException {
        Settings settings = SettingsFolder.load(folder);
        vertx.setTimer(END_AFTER, timer -> found.complete(settings));
    }

    /** @return the settings, once there is a site */
    public CompletableFuture<Settings> found() {
        return found;
    }

    /** Closes the page; the alarm port goes on refusing alarms. */
    @Override
    public void close() {
        vertx.cancelTimer(look);
        if (page != null) {
            page.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
