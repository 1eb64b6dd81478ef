package ualarm.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the system sees (strace): no 200 leaves before the sync that covers its alarm has ended. */
class SyncedFirstTest {

    private static final int ALARMS = 20;

    @TempDir
    private Path folder;

    @Test
    void no200LeavesBeforeItsAlarmIsSynced() throws Exception {
        try (var stand = new Stand(folder.resolve("connector"), "")) {
            // Delivering is not looked at, and would write as well.
            stand.connector().start();
            stand.connector().awaitReady();
            stand.reachable(false);
            Path trace = folder.resolve("trace");
            Optional<Process> strace = strace(stand.connector().pid(), trace);
            Assumptions.assumeTrue(strace.isPresent(), "No strace.");
            int first = stand.book().size();
            IntStream.range(0, ALARMS).forEach(i -> assertThat(stand.sendOne()).isEqualTo(200));
            strace.get().destroy();
            strace.get().waitFor(20, TimeUnit.SECONDS);
            List<String> calls = Files.readAllLines(trace, java.nio.charset.StandardCharsets.ISO_8859_1);
            for (int number = first; number < first + ALARMS; number++) {
                check(calls, "\\\"id\\\":\\\"k" + number + "\\\"");
            }
        }
    }

    /** @param alarm how the alarm is known again where it is written, as strace writes it */
    private static void check(List<String> calls, String alarm) {
        int written = next(calls, 0, "write.*\\.amq>.*" + Pattern.quote(alarm));
        int answered = next(calls, 0, "write.*<(socket|TCP).*HTTP/1.1 200.*" + Pattern.quote(alarm));
        // One that was begun before it was written covers nothing of it.
        String thread =
                calls.get(next(calls, written, "f(data)?sync\\(.*\\.amq>")).split(" ")[0];
        int begun = next(calls, written, "f(data)?sync\\(.*\\.amq>");
        int synced = calls.get(begun).contains("unfinished")
                ? next(calls, begun, "^" + thread + " .*f(data)?sync resumed.*= 0")
                : begun;
        assertThat(calls.get(synced)).as("the sync of %s", alarm).contains("= 0");
        assertThat(synced).as("%s is synced before it is answered", alarm).isLessThan(answered);
    }

    private static int next(List<String> calls, int from, String which) {
        var pattern = Pattern.compile(which);
        return IntStream.range(from, calls.size())
                .filter(i -> pattern.matcher(calls.get(i)).find())
                .findFirst()
                .orElseThrow(() -> new AssertionError("strace has seen no " + which));
    }

    /** @return a strace that has begun; nothing where there is none, or it may not look */
    private static Optional<Process> strace(long pid, Path trace) throws InterruptedException {
        try {
            Path said = trace.resolveSibling("strace.err");
            Process strace = new ProcessBuilder(
                            "strace",
                            "-f",
                            "-y",
                            "-s",
                            "4096",
                            "-e",
                            "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync",
                            "-o",
                            trace.toString(),
                            "-p",
                            String.valueOf(pid))
                    .redirectError(said.toFile())
                    .start();
            await().until(() -> !strace.isAlive() || Files.readString(said).contains("attached"));
            if (strace.isAlive()) {
                return Optional.of(strace);
            }
            System.out.println("SKIPPED: strace may not look at processes here.");
        } catch (IOException e) {
            System.out.println("SKIPPED: there is no strace. Install strace.");
        }
        return Optional.empty();
    }
}
