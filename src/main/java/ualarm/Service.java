package ualarm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Text;
import ualarm.console.Web;
import ualarm.intake.Listening;
import ualarm.intake.OpenPort;
import ualarm.setup.FirstRun;
import ualarm.setup.SetupApi;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.SettingsFolder;

/**
 * The connector of a folder: the set-up page where no site is set yet, then one connector after another, whenever the settings are changed on
 * its pages. The alarm port stays open between them. The lock on this guards which connector runs.
 */
final class Service implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.connector");

    /** So that the page still gets the answer to its last request. */
    private static final long FOLLOWS_AFTER = Duration.ofMillis(300).toMillis();

    private final Path folder;
    private final Systemd systemd;
    private final Consumer<Connector> started;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    /** Held while settings are changed on a page, and while another connector follows; who asked first is first. */
    private final ReentrantLock changing = new ReentrantLock(true);

    /** Done when a connector with other settings is asked for. */
    private volatile CompletableFuture<Void> asked = new CompletableFuture<>();

    private volatile String trouble = "";
    private CompletableFuture<OpenPort> port;
    private Connector connector;

    /**
     * @param folder where the settings lie
     * @param systemd is told when alarms are accepted, or when there is a set-up page
     * @param started hears of each connector that takes alarms
     */
    Service(Path folder, Systemd systemd, Consumer<Connector> started) {
        this.folder = folder;
        this.systemd = systemd;
        this.started = started;
    }

    /**
     * Runs until it is told to stop.
     *
     * @throws IOException when the settings cannot be read
     * @throws SettingsException when they are not right, or a port cannot be opened
     * @throws JournalBroken when alarms can be stored no more
     * @throws InterruptedException when the process ends
     */
    void run() throws IOException, InterruptedException {
        Settings settings = settings();
        start(settings, Set.of());
        while (!stopped.isDone()) {
            CompletableFuture<Void> broken = running().journal().broken();
            CompletableFuture.anyOf(stopped, broken, asked).join();
            if (broken.isDone()) {
                throw new JournalBroken();
            }
            settings = follow(settings);
        }
    }

    /**
     * Reads the settings; where no site is set, that is done first.
     *
     * @return settings that a connector can run with, on ports that are free
     * @throws SettingsException when they are not right
     */
    private Settings settings() throws IOException {
        Optional<Settings> none = SettingsFolder.withoutSite(folder);
        Settings first = none.isPresent() ? none.get() : SettingsFolder.load(folder);
        if (first.logsJson()) {
            LogOutput.json();
        }
        checkPort("alarm.port", first.intake().host(), first.intake().port());
        if (none.isEmpty()) {
            checkPort("console.port", first.console().host(), first.console().port());
            return first;
        }
        Settings found;
        var page = new FirstRun(folder, first, port(), changing);
        try {
            // systemd would end a service that is not started in time; there is nothing to be stored yet.
            systemd.started("No site is set yet: see the set-up page", () -> true);
            CompletableFuture.anyOf(page.found(), stopped).join();
            found = page.found().getNow(first);
        } finally {
            close(page);
        }
        checkPorts(first, found);
        return found;
    }

    /** When all is stopped, the page goes with the port's Vert.x: while that closes, nobody is told that a page has. */
    private synchronized void close(FirstRun page) {
        if (!stopped.isDone()) {
            page.close();
        }
    }

    /** Camel only logs that a port is taken and runs on, deaf (camel.md 0, 6). */
    private static void checkPort(String key, String host, int port) {
        try {
            Listening.probe(host, port);
        } catch (IOException e) {
            throw Listening.refused(key, host, port, e);
        }
    }

    private OpenPort port() {
        return preparedPort().join();
    }

    /** The first time, it is prepared while the journal is opened. */
    private synchronized CompletableFuture<OpenPort> preparedPort() {
        if (port == null) {
            port = CompletableFuture.supplyAsync(OpenPort::new);
        }
        return port;
    }

    private synchronized Connector running() {
        return connector;
    }

    private synchronized void start(Settings settings, Set<String> stoppedByHand) {
        if (stopped.isDone()) {
            return;
        }
        connector = new Connector(settings, preparedPort(), web -> open(web, settings));
        try {
            connector.start(stoppedByHand);
        } catch (RuntimeException e) {
            connector.close();
            throw e;
        }
        Connector now = connector;
        systemd.started("Accepting alarms at port " + now.port(), now.journal()::isWritable);
        started.accept(now);
    }

    private void open(Web web, Settings settings) {
        new SetupApi(folder, settings.intake(), changing, new SetupApi.Listener() {
                    @Override
                    public void start() throws IOException {
                        checkPorts(settings, SettingsFolder.load(folder));
                        port().vertx().setTimer(FOLLOWS_AFTER, timer -> asked.complete(null));
                    }

                    @Override
                    public String trouble() {
                        return trouble;
                    }

                    @Override
                    public long waiting(String site) throws IOException {
                        return running().journal().waitingFor(site);
                    }
                })
                .open(web);
    }

    /** Those that the connector has already are its own. */
    private static void checkPorts(Settings before, Settings changed) {
        Settings.Intake intake = changed.intake();
        if (!intake.host().equals(before.intake().host())
                || intake.port() != before.intake().port()) {
            checkPort("alarm.port", intake.host(), intake.port());
        }
        Settings.Console console = changed.console();
        if (!console.host().equals(before.console().host())
                || console.port() != before.console().port()) {
            checkPort("console.port", console.host(), console.port());
        }
    }

    /**
     * Has a connector follow with what the settings are by now; no alarm is refused for settings with which it does not start.
     *
     * @return those with which it runs
     */
    private Settings follow(Settings before) throws InterruptedException {
        // Whoever is changing settings on a page gets an answer.
        changing.lockInterruptibly();
        try {
            return followUnchanging(before);
        } finally {
            changing.unlock();
        }
    }

    private synchronized Settings followUnchanging(Settings before) throws InterruptedException {
        if (stopped.isDone()) {
            return before;
        }
        asked = new CompletableFuture<>();
        Settings changed;
        try {
            changed = SettingsFolder.load(folder);
            checkPorts(before, changed);
        } catch (IOException | SettingsException e) {
            refuse(e);
            return before;
        }
        LOG.info("The settings were changed: the connector begins anew with them, and alarms wait meanwhile.");
        connector.makeWay();
        try {
            // Until its console was gone, somebody could stop or start a delivery; so it is with one that has not
            // started.
            start(changed, connector.stoppedByHand(before));
            trouble = "";
            return changed;
        } catch (RuntimeException e) {
            refuse(e);
            start(before, connector.stoppedByHand(before));
            return before;
        }
    }

    private void refuse(Exception why) {
        trouble =
                "The connector does not start with application.properties as it is, and goes on with the settings before: "
                        + Text.root(why);
        LOG.error(trouble);
    }

    @Override
    public void close() {
        stopped.complete(null);
        systemd.close();
        end();
    }

    private synchronized void end() {
        if (connector != null) {
            connector.close();
        }
        if (port != null) {
            port.join().close();
        }
    }

    /** Alarms can be stored no more. */
    static final class JournalBroken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
