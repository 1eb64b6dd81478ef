package ualarm.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ualarm.site.SettingsFolder;
import ualarm.trial.Result;
import ualarm.trial.TestCase;
import ualarm.trial.Trials;

/** {@code test}: runs test files of routes against a simulated XProtect (docs/testing-routes.md). */
@Command(
        name = "test",
        description = "Runs tests of the routes against a simulated XProtect and a mail server of its own.",
        footer = "Exit codes: 0 all pass, 1 one fails, 2 the command line is not right or a test file cannot be read.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class TestCommand extends Commands.WithSettings {

    /** Has the connectors log; {@code ualarm.Program} looks for it before they can. */
    static final String LOG = "--log";

    @Parameters(
            paramLabel = "files",
            description =
                    "Test files; without any, all routes/tests/*.test.yaml or, where there are none, those in the jar.")
    private List<Path> files = List.of();

    @Option(names = LOG, description = "Shows what the connectors log.")
    private boolean log;

    TestCommand(Program program, Path folder) {
        super(program, folder);
    }

    @Override
    public Integer call() throws IOException {
        var trials = new Trials(SettingsFolder.local(folder()), program().starter());
        var faults = new ArrayList<String>();
        List<TestCase> tests = trials.read(files.stream().map(folder()::resolve).toList(), faults::add);
        if (!faults.isEmpty()) {
            faults.forEach(this::complain);
            return Commands.USAGE;
        }
        long began = System.nanoTime();
        var failed = new ArrayList<Result>();
        trials.run(tests, result -> {
            print((result.isPassed() ? "pass  " : "FAIL  ") + seconds(result.took()) + "  "
                    + result.test().file() + "  " + result.test().name());
            result.failures().forEach(failure -> print(failure.toString()));
            if (!result.isPassed()) {
                failed.add(result);
            }
        });
        print(tests.size() - failed.size() + " of " + tests.size() + " pass, in "
                + seconds(Duration.ofNanos(System.nanoTime() - began)) + ".");
        return failed.isEmpty() ? Commands.FINE : Commands.FAIL;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
