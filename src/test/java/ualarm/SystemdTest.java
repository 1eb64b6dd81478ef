package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What systemd is told, by its own program, at a socket like its own. {@link InstallTest} has the whole connector tell it. */
@EnabledIf(value = "canListen", disabledReason = "systemd-notify or Perl is not installed")
class SystemdTest {

    @TempDir
    private Path folder;

    private Process listener;

    static boolean canListen() {
        return Tools.are("systemd-notify", "perl");
    }

    @BeforeEach
    void listen() throws IOException {
        listener = new ProcessBuilder(
                        "perl",
                        Path.of("src/test/resources/notified.pl").toString(),
                        folder.resolve("socket").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("told").toFile())
                .start();
        await().until(() -> told().contains("listening"));
    }

    @AfterEach
    void end() {
        listener.destroy();
    }

    private List<String> told() throws IOException {
        return Files.readAllLines(folder.resolve("told"));
    }

    private Systemd systemd() {
        return new Systemd(Map.of("NOTIFY_SOCKET", folder.resolve("socket").toString(), "WATCHDOG_USEC", "30000"));
    }

    @Test
    void itIsReadyOnceAlarmsCanBeStoredAndTheWatchdogIsFedOnlyWhileTheyCan() throws IOException {
        var isWell = new AtomicBoolean();
        try (Systemd systemd = systemd()) {
            systemd.started("Accepting alarms", isWell::get);
            await().until(() -> String.join("\n", told()).contains("STATUS=Alarms cannot be stored"));
            assertThat(told()).doesNotContain("READY=1", "WATCHDOG=1");
            isWell.set(true);
            await().until(() -> told().stream().filter("WATCHDOG=1"::equals).count() > 2);
            isWell.set(false);
            await().until(() -> told().stream()
                            .filter(line -> line.contains("cannot be stored"))
                            .count()
                    > 1);
        }
        List<String> told = told();
        assertThat(told).contains("READY=1", "STATUS=Accepting alarms", "STOPPING=1");
        assertThat(told.subList(lastTrouble(told), told.size()))
                .as("not fed any more")
                .doesNotContain("WATCHDOG=1")
                .contains("STOPPING=1");
    }

    private static int lastTrouble(List<String> told) {
        return told.lastIndexOf("STATUS=Alarms cannot be stored, so senders are told to wait; see the log.");
    }

    @Test
    void whereSystemdDoesNotListenTheConnectorGoesOn() throws IOException {
        try (TraceLog log = new TraceLog(ch.qos.logback.classic.Level.WARN);
                Systemd systemd = new Systemd(
                        Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString(), "WATCHDOG_USEC", "30000"))) {
            systemd.started("Accepting alarms", () -> true);
            await().until(() -> log.text().contains("systemd cannot be told how the connector is"));
        }
        try (Systemd none = new Systemd(Map.of())) {
            none.started("Nobody is told", () -> {
                throw new IllegalStateException("asked");
            });
        }
        assertThat(told()).containsExactly("listening");
    }
}
