package ualarm.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import ualarm.Rig;
import ualarm.Simulator;
import ualarm.simulator.Release;
import ualarm.simulator.XProtect;
import ualarm.site.Edition;

/** The data of an earlier connector, and of a copy: read as its own. */
class UpdateTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static Rig rig(XProtect xprotect) {
        return new Rig(Simulator.CORPORATE)
                .set("site.main.url", xprotect.server().url())
                .set("site.main.username", XProtect.USER)
                .set("site.main.password", XProtect.PASSWORD)
                .set("site.main.mail.to", "");
    }

    private static XProtect xprotect() {
        return new XProtect(new Release(2025, 1), Edition.CORPORATE, 0);
    }

    private static void unpack(String resource, Path data) throws IOException {
        try (InputStream in = UpdateTest.class.getResourceAsStream("/release/" + resource);
                var zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = data.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
    }

    private static List<String> raised(XProtect xprotect) {
        return xprotect.all("alarms").stream()
                .map(alarm -> alarm.path("name").asText())
                .toList();
    }

    private static List<String> states(Rig rig) {
        return StreamSupport.stream(rig.get("/api/alarms").spliterator(), false)
                .map(alarm ->
                        alarm.path("id").asText() + " " + alarm.path("state").asText())
                .toList();
    }

    /** It was killed while three alarms waited; one had been given up (see {@link DataOfRelease}). */
    @Test
    void theDataOfTheReleaseBeforeIsRead() throws Exception {
        try (var xprotect = xprotect();
                var rig = rig(xprotect)) {
            unpack("data-before-1.0.0.zip", rig.folder().resolve("data"));
            rig.start();
            await().atMost(SOON).until(() -> xprotect.all("events").size() == DataOfRelease.WAITING.size());
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(states(rig))
                            .contains(DataOfRelease.DELIVERED + " delivered", DataOfRelease.DEAD + " dead")
                            .containsAll(DataOfRelease.WAITING.stream()
                                    .map(id -> id + " delivered")
                                    .toList()));
            JsonNode letter = rig.get("/api/dead-letters").path(0);
            assertThat(letter.path("alarmId").asText()).isEqualTo(DataOfRelease.DEAD);
            assertThat(rig.change("POST", "/api/dead-letters/replay", "{\"all\":true}")
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(SOON).until(() -> xprotect.all("events").size() == DataOfRelease.WAITING.size() + 1);
        }
    }

    @Test
    void aCopyThatWasTakenWhileItStoodIsReadElsewhere() throws Exception {
        try (var xprotect = xprotect();
                var first = rig(xprotect);
                var second = rig(xprotect)) {
            first.start();
            await().atMost(SOON).until(() -> first.log().contains("7 cameras"));
            first.alarm("delivered", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> raised(xprotect).size() == 1);
            first.change("POST", "/api/sites/main/stop", "");
            first.alarm("waiting", Rig.CAMERA_A);
            first.stop();
            copy(first.folder().resolve("data"), second.folder().resolve("data"));
            second.start();
            await().atMost(SOON).until(() -> raised(xprotect).size() == 2);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(states(second))
                            .containsExactlyInAnyOrder("delivered delivered", "waiting delivered"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    @Test
    void twoConnectorsNeverWorkOffTheSameData() {
        try (var xprotect = xprotect();
                var first = rig(xprotect);
                var second = rig(xprotect)) {
            first.start();
            second.set("journal.directory", first.folder().resolve("data").toString());
            assertThatThrownBy(second::start).hasStackTraceContaining("in use by another process");
            first.alarm("1", Rig.CAMERA_A);
            await().atMost(SOON).until(() -> raised(xprotect).size() == 1);
        }
    }
}
