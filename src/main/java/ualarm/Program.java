package ualarm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.command.Commands;
import ualarm.intake.Listening;
import ualarm.routes.Libraries;
import ualarm.setup.FirstRun;
import ualarm.setup.SetupCommand;
import ualarm.setup.Terminal;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.SettingsFolder;

/** The process: does what the command line says, and ends with its exit code. */
final class Program {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.connector");

    /** Not a command for people: the start script's, see {@link Training}. */
    private static final String TRAINING = "train";

    private Program() {}

    static void main(String[] args) {
        Libraries.besideTheJar().load();
        // Threads of a half-started broker would keep the process alive, deaf.
        if (Commands.isPlainRun(args)) {
            System.exit(run());
        }
        if (args.length == 1 && args[0].equals(TRAINING)) {
            System.exit(train());
        }
        // A command says itself what it has found; what the routes log of it would stand among its lines, or in its
        // JSON.
        if (!Commands.isLogged(args)) {
            LogOutput.none();
        }
        prepare();
        System.exit(Commands.execute(
                args,
                new ualarm.command.Program(Program::run, SettingsFolder::load, CamelSettings::of, Connector::started),
                Map.of("setup", new SetupCommand(Path.of(""), new Terminal()))));
    }

    /** @return the exit code: 0 when all went well */
    private static int train() {
        LogOutput.none();
        prepare();
        try {
            Training.run();
            return 0;
        } catch (Exception e) {
            System.err.println(rootMessage(e));
            return 1;
        }
    }

    /** Java's own settings, which must stand before Netty and Camel are loaded. */
    private static void prepare() {
        // Netty keeps 4 MB for each thread that ever needs a buffer; alarms need a few kB, and G1 handles such large
        // blocks badly.
        System.setProperty("io.netty.allocator.maxOrder", "5");
        // Deliveries wait for XProtect most of their time. Before Java 21, Camel takes no notice.
        System.setProperty("camel.threads.virtual.enabled", "true");
        // Pictures are drawn, but never shown.
        System.setProperty("java.awt.headless", "true");
    }

    /** @return the exit code, once the connector was told to stop */
    private static int run() {
        prepare();
        try {
            var systemd = new Systemd(System.getenv());
            Settings settings = settings(Path.of(""), systemd);
            var connector = new Connector(settings, camel -> {});
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(systemd, connector), "stop"));
            connector.start();
            systemd.started("Accepting alarms at port " + connector.port(), connector.journal()::isWritable);
            CompletableFuture.anyOf(connector.stopped(), connector.journal().broken())
                    .join();
            if (connector.journal().broken().isDone()) {
                LOG.error(
                        "The journal can no longer write to its disk. The connector ends; its service starts it again.");
                LogOutput.close();
                Runtime.getRuntime().halt(3);
            }
            return 0;
        } catch (SettingsException e) {
            System.err.println("The settings are not right, so the connector does not start:");
            e.faults().forEach(fault -> System.err.println("  " + fault));
            return 2;
        } catch (Exception e) {
            LOG.error("The connector cannot start: {}", rootMessage(e));
            LOG.debug("The connector cannot start", e);
            LogOutput.close();
            return 1;
        }
    }

    /**
     * Reads the settings; where no site is set, that is done first.
     *
     * @param folder where they lie
     * @param systemd is told when there is a set-up page
     * @return settings that a connector can run with, on ports that are free
     * @throws SettingsException when they are not right
     */
    static Settings settings(Path folder, Systemd systemd) throws IOException {
        Optional<Settings> none = SettingsFolder.withoutSite(folder);
        Settings settings = none.isPresent() ? setUp(folder, none.get(), systemd) : SettingsFolder.load(folder);
        if (settings.logsJson()) {
            LogOutput.json();
        }
        checkPort("alarm.port", settings.intake().host(), settings.intake().port());
        checkPort("console.port", settings.console().host(), settings.console().port());
        return settings;
    }

    private static Settings setUp(Path folder, Settings none, Systemd systemd) {
        if (none.logsJson()) {
            LogOutput.json();
        }
        try (var first = new FirstRun(folder, none)) {
            // systemd would end a service that is not started in time; there is nothing to be stored yet.
            systemd.started("No site is set yet: see the set-up page", () -> true);
            return first.found().join();
        }
    }

    private static void stop(Systemd systemd, Connector connector) {
        systemd.close();
        connector.close();
        LogOutput.close();
    }

    /** Camel only logs that a port is taken and runs on, deaf (camel.md 0, 6). */
    private static void checkPort(String key, String host, int port) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw Listening.refused(key, host, port, e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
