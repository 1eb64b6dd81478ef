package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The start script as it lies in the zip, beside a jar of the classes under test, started in another folder. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There the script is another one")
class StartScriptTest {

    private static final Duration LONG = Duration.ofSeconds(120);

    @TempDir
    private Path temp;

    private Path home;
    private Path folder;
    private Path script;
    private Path cache;
    private int port;

    @BeforeEach
    void unpack() throws IOException {
        home = Files.createDirectories(temp.resolve("connector"));
        cache = home.resolve("cache");
        script = home.resolve("bin/ualarm-milestone-connector");
        Files.createDirectory(home.resolve("bin"));
        Files.copy(Path.of("src/bin/java.options"), home.resolve("bin/java.options"));
        Files.copy(Path.of("src/bin/ualarm-milestone-connector"), script);
        assertThat(script.toFile().setExecutable(true)).isTrue();
        // Java archives no classes of those whose place is told as an address.
        ThinJar.write(
                home.resolve("ualarm-milestone-connector.jar"),
                Map.of(),
                library -> home.relativize(library).toString());
        // Beside other tests, what makes way for everything else would never be done.
        Path nice = Files.createDirectory(temp.resolve("path")).resolve("nice");
        Files.writeString(nice, "#!/bin/sh\nshift 2\nexec \"$@\"\n");
        assertThat(nice.toFile().setExecutable(true)).isTrue();
        folder = Files.createDirectories(temp.resolve("my settings"));
        port = Rig.freePort();
        Files.writeString(
                folder.resolve("application.properties"),
                "alarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + Rig.freePort()
                        + "\nsite.main.url=http://127.0.0.1:9\nsite.main.username=u\nsite.main.password=p\n");
    }

    private Process start(Path start, Map<String, String> environment, String... arguments) throws IOException {
        var builder = new ProcessBuilder(Stream.concat(Stream.of(start.toString()), Stream.of(arguments))
                        .toList())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_OPTS", "CACHE_DIRECTORY", "JAVA_TOOL_OPTIONS"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CACHE_HOME", temp.resolve("user").toString());
        builder.environment().put("PATH", temp.resolve("path") + File.pathSeparator + System.getenv("PATH"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private int run(Map<String, String> environment, String... arguments) throws Exception {
        Process process = start(script, environment, arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    private int post() {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .timeout(Duration.ofSeconds(20))
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"camera\":\"" + Rig.CAMERA_A + "\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            return 0;
        }
    }

    private void awaitAnswer(Process connector) {
        await().atMost(LONG).untilAsserted(() -> {
            if (!connector.isAlive()) {
                throw new IllegalStateException("The connector has ended: " + output());
            }
            assertThat(post()).as(output()).isEqualTo(200);
        });
    }

    @Test
    void theSecondStartUsesWhatTheFirstHasMade() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), script);
        Process first = start(link, Map.of());
        try {
            awaitAnswer(first);
            await().atMost(LONG).until(() -> Files.exists(cache.resolve("classes.of")));
        } finally {
            first.destroy();
        }
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).as("ended by a signal").isEqualTo(143);
        assertThat(cache.toFile().list())
                .as("nothing left of its making")
                .containsExactlyInAnyOrder("classes.archive", "classes.of");

        Process second = start(script, Map.of("JAVA_OPTS", "-Xlog:class+load:file=classes -Xlog:gc:file=gc"), "run");
        try {
            awaitAnswer(second);
        } finally {
            second.destroy();
        }
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("gc"))).contains("Using Serial");
        try (Stream<String> classes = Files.lines(folder.resolve("classes"))) {
            assertThat(classes.filter(line -> line.matches(".* org\\.apache\\.camel\\..* shared objects file.*")))
                    .hasSizeGreaterThan(500);
        }

        Files.delete(cache.resolve("classes.archive"));
        Files.writeString(cache.resolve("classes.archive"), "not an archive");
        assertThat(run(Map.of(), "--version")).isZero();
        assertThat(output()).isEqualTo("development\n");
    }

    @Test
    void whereNoFolderCanBeWrittenItRunsWithoutAnArchive() throws Exception {
        Files.writeString(cache, "a file where the folder would be");
        Files.writeString(temp.resolve("user"), "as well");
        assertThat(run(Map.of(), "validate")).isZero();
        assertThat(output()).isEqualTo("Settings and routes are right.\n");
    }

    @Test
    void argumentsAndExitCodesAreTheConnectorsAlsoInAFolderWithABlank() throws Exception {
        script = Files.move(home, temp.resolve("my connector")).resolve("bin/ualarm-milestone-connector");
        assertThat(run(Map.of("JAVA_OPTS", "-Dalarm.port=none"), "validate", "--json"))
                .isEqualTo(1);
        assertThat(output()).startsWith("[").contains("alarm.port");
        assertThat(run(Map.of(), "no such command")).isEqualTo(2);
        assertThat(output()).contains("'no such command'");
        assertThat(run(Map.of("JAVA_OPTS", "-Dalarm.port=none"))).isEqualTo(2);
        assertThat(temp.resolve("my connector/cache"))
                .as("Java would not find its own archive fit")
                .doesNotExist();
    }

    @Test
    void withAFullHeapItEndsSoThatItsServiceStartsItAgain() throws Exception {
        assertThat(run(Map.of("JAVA_OPTS", "-Xms4m -Xmx6m -Xshare:auto"))).isEqualTo(3);
        assertThat(output()).contains("java.lang.OutOfMemoryError");
    }

    @Test
    void itSaysWhatToDoWithoutTheRightJava() throws Exception {
        Path none = Files.createDirectory(temp.resolve("none"));
        assertThat(run(Map.of("JAVA_HOME", "", "PATH", none.toString()))).isEqualTo(1);
        assertThat(output()).startsWith("There is no java in the PATH. Install Java 17 or newer");
        assertThat(run(Map.of("JAVA_HOME", none.toString()))).isEqualTo(1);
        assertThat(output()).startsWith("JAVA_HOME is " + none + ", and there is no bin/java. Install Java 17");
        Path old = Files.createDirectories(temp.resolve("old/bin"));
        Files.writeString(old.resolve("java"), "");
        assertThat(old.resolve("java").toFile().setExecutable(true)).isTrue();
        Files.writeString(temp.resolve("old/release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"1.8.0_392\"\n");
        assertThat(run(Map.of("JAVA_HOME", temp.resolve("old").toString()))).isEqualTo(1);
        assertThat(output()).contains("is Java 1.8.0_392, and the connector needs 17. Install Java 17");
    }

    @Test
    void itSaysWhatToDoWithoutTheJar() throws Exception {
        Files.delete(home.resolve("ualarm-milestone-connector.jar"));
        assertThat(run(Map.of())).isEqualTo(1);
        assertThat(output()).startsWith("There is no ualarm-milestone-connector.jar in " + home.toRealPath() + ".");
    }
}
