package ualarm.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code run}: the connector itself, what happens without any command as well. */
@Command(
        name = "run",
        description = "Runs the connector until it is told to stop. This is what happens without a command.",
        footer =
                "Exit codes: 0 it was told to stop, 1 it cannot run, 2 the command line or the settings are not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class RunCommand implements Callable<Integer> {

    private final Program program;

    RunCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        return program.run().getAsInt();
    }
}
