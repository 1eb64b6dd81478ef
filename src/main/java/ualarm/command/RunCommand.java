package ualarm.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code run}: the connector itself, what happens without any command as well. */
@Command(
        name = "run",
        description = "Runs the connector until it is told to stop. This is what happens without a command.",
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
