package ualarm.setup;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Asks at the terminal, or takes the answers from standard input, a line each. */
public final class Terminal implements Questions {

    private final Optional<Console> console = Optional.ofNullable(System.console());

    /** Only one of the two may read: it reads ahead. */
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in));

    private final PrintWriter out = new PrintWriter(System.out, true);

    @Override
    public Optional<String> ask(String question) {
        if (console.isPresent()) {
            return Optional.ofNullable(console.get().readLine("%s ", question));
        }
        out.print(question + " ");
        out.flush();
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> askSecretly(String question) {
        return console.isEmpty()
                ? ask(question)
                : Optional.ofNullable(console.get().readPassword("%s ", question))
                        .map(String::new);
    }
}
