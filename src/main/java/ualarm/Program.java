package ualarm;

import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Text;
import ualarm.command.Commands;
import ualarm.routes.Libraries;
import ualarm.setup.SetupCommand;
import ualarm.setup.Terminal;
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
            System.err.println(Text.root(e));
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
        var service = new Service(Path.of(""), new Systemd(System.getenv()), started -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service), "stop"));
        try {
            service.run();
            return 0;
        } catch (Service.JournalBroken e) {
            LOG.error("The journal can no longer write to its disk. The connector ends; its service starts it again.");
            LogOutput.close();
            Runtime.getRuntime().halt(3);
            return 3;
        } catch (SettingsException e) {
            System.err.println("The settings are not right, so the connector does not start:");
            e.faults().forEach(fault -> System.err.println("  " + fault));
            return 2;
        } catch (Exception e) {
            LOG.error("The connector cannot start: {}", Text.root(e));
            LOG.debug("The connector cannot start", e);
            LogOutput.close();
            return 1;
        }
    }

    private static void stop(Service service) {
        service.close();
        LogOutput.close();
    }
}
