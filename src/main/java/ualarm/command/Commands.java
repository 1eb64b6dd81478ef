package ualarm.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import ualarm.site.Settings;
import ualarm.site.SettingsException;

/** The command line (design.md 2.6). Exit codes: 0 all is well, 1 something is not, 2 the command or the settings are not right. */
@Command(
        name = "ualarm-milestone-connector",
        description = "Takes alarms from Ultinous U-Alarm and delivers them to Milestone XProtect.",
        footer = {
            "",
            "Settings are read from application.properties in this folder. Exit codes: 0 all is well,",
            "1 something is not, 2 the command line or the settings are not right."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class,
        sortOptions = false)
public final class Commands implements Callable<Integer> {

    static final int FINE = 0;
    static final int FAIL = 1;
    static final int USAGE = 2;

    private final Program program;

    private Commands(Program program) {
        this.program = program;
    }

    /**
     * @param args the command line
     * @return whether it only says to run, so that no time need be spent on reading it
     */
    public static boolean isPlainRun(String[] args) {
        return args.length == 0 || args.length == 1 && args[0].equals("run");
    }

    /**
     * @param args the command line
     * @return whether what the connector logs is to be seen beside what the command says
     */
    public static boolean isLogged(String[] args) {
        return List.of(args).contains(TestCommand.LOG);
    }

    /**
     * Does what the command line says.
     *
     * @param args the command line
     * @param program the connector
     * @param more commands that stand above these, by name
     * @return the exit code
     */
    public static int execute(String[] args, Program program, Map<String, Callable<Integer>> more) {
        return execute(
                args, program, more, Path.of(""), new PrintWriter(System.out, true), new PrintWriter(System.err, true));
    }

    /**
     * Does what the command line says.
     *
     * @param args the command line
     * @param program the connector
     * @param folder where the settings lie
     * @param out takes results
     * @param err takes complaints
     * @return the exit code
     */
    public static int execute(String[] args, Program program, Path folder, PrintWriter out, PrintWriter err) {
        return execute(args, program, Map.of(), folder, out, err);
    }

    /**
     * Does what the command line says.
     *
     * @param args the command line
     * @param program the connector
     * @param more commands that stand above these, by name
     * @param folder where the settings lie
     * @param out takes results
     * @param err takes complaints
     * @return the exit code
     */
    public static int execute(
            String[] args,
            Program program,
            Map<String, Callable<Integer>> more,
            Path folder,
            PrintWriter out,
            PrintWriter err) {
        var line = new CommandLine(new Commands(program)).addSubcommand("run", new RunCommand(program));
        more.forEach(line::addSubcommand);
        line.addSubcommand("check", new CheckCommand(program, folder))
                .addSubcommand("cameras", new CamerasCommand(program, folder))
                .addSubcommand("test-alarm", new TestAlarmCommand(program, folder))
                .addSubcommand("validate", new ValidateCommand(program, folder))
                .addSubcommand("routes", new RoutesCommand(program, folder))
                .addSubcommand("test", new TestCommand(program, folder))
                .addSubcommand("hash-password", new HashPasswordCommand())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command.getErr()));
        return line.execute(args);
    }

    private static int failed(Exception failure, PrintWriter err) {
        if (failure instanceof SettingsException settings) {
            err.println("The settings are not right:");
            settings.faults().forEach(fault -> err.println("  " + fault));
            return USAGE;
        }
        err.println(Findings.words(failure));
        return failure instanceof IllegalArgumentException ? USAGE : FAIL;
    }

    @Override
    public Integer call() {
        return program.run().getAsInt();
    }

    /** @return the connector's version; {@code development} when it does not run from its jar */
    public static String version() {
        return Optional.ofNullable(Commands.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** Tells the version. */
    static final class Manifest implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {version()};
        }
    }

    /** What all commands that look at the settings have in common. */
    abstract static class WithSettings implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        private final Program program;
        private final Path folder;

        WithSettings(Program program, Path folder) {
            this.program = program;
            this.folder = folder;
        }

        final Program program() {
            return program;
        }

        final Path folder() {
            return folder;
        }

        final Settings settings() throws IOException {
            return program.settings().load(folder);
        }

        final void print(String text) {
            spec.commandLine().getOut().println(text);
            spec.commandLine().getOut().flush();
        }

        final void complain(String text) {
            spec.commandLine().getErr().println(text);
            spec.commandLine().getErr().flush();
        }
    }
}
