package ualarm.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import ualarm.cluster.Book;

/**
 * The counts of a run, a row a fault, in {@code target/proof.md}. Each row is written when its fault is over, and a run that goes on after another
 * one adds to the table: none is lost when it ends early.
 */
final class Report {

    private static final String HEAD =
            "| fault | counts | sent | acknowledged | delivered | doubled | dead letters | lost | remarks |\n"
                    + "|---|---|---:|---:|---:|---:|---:|---:|---|\n";

    private final Path file = Path.of("target", "proof.md");

    /** @param command what was called */
    Report(String command) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        append("\n" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ", commit " + commit() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + " " + System.getProperty("os.arch") + ", Java "
                + System.getProperty("java.version") + ": `" + command + "`\n\n" + HEAD);
    }

    private static String commit() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(git.getInputStream().readAllBytes()).strip();
        return git.waitFor(10, TimeUnit.SECONDS) && !said.isEmpty() ? said : "unknown";
    }

    /**
     * @param fault in words
     * @param counts how often it came
     * @param sent how many alarms were sent
     * @param sum what became of them
     * @param remarks what else was seen
     */
    void row(String fault, String counts, int sent, Book.Sum sum, String remarks) throws IOException {
        String row = String.format(
                "| %s | %s | %d | %d | %d | %d | %d | %d | %s |%n",
                fault,
                counts,
                sent,
                sum.accepted(),
                sum.delivered(),
                sum.doubled(),
                sum.deadLetters(),
                sum.lost(),
                remarks);
        System.out.print(row);
        append(row);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
