package ualarm.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import ualarm.site.PasswordHash;

/** {@code hash-password}: the console's password as it may stand in the settings. */
@Command(
        name = "hash-password",
        description = "Asks for a password, or reads a line, and prints the line console.password=… to write into"
                + " application.properties: from it nobody learns the password.",
        footer = "Exit codes: 0 it is printed, 1 there was no password, 2 the command line is not right.",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Manifest.class)
final class HashPasswordCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String password = read();
        if (password.isEmpty()) {
            spec.commandLine().getErr().println("There is no password. Type one, or pass it as a line.");
            return Commands.FAIL;
        }
        spec.commandLine().getOut().println("console.password=" + PasswordHash.of(password));
        return Commands.FINE;
    }

    private static String read() throws IOException {
        if (System.console() != null) {
            return Optional.ofNullable(System.console().readPassword("Password: "))
                    .map(String::new)
                    .orElse("");
        }
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return Optional.ofNullable(in.readLine()).orElse("");
    }
}
