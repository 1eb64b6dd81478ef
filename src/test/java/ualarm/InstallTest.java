package ualarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code install.sh} from two zips, laid out as src/assembly.xml does, below a folder of the test's own, with a stand-in for systemctl
 * that runs what the installed unit says. docs/operating.md tells what came of it with a real systemd.
 */
@EnabledIf(value = "hasTools", disabledReason = "systemd-notify, setpriv, sha256sum or Perl is not installed")
class InstallTest {

    private static final String NAME = "ualarm-milestone-connector";
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final Duration BETWEEN_ALARMS = Duration.ofMillis(20);

    @TempDir
    private Path temp;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private final int port = Rig.freePort();
    private Path root;
    private Path program;
    private Path settings;
    private Path units;
    private Path older;
    private Path newer;
    private String said = "";

    static boolean hasTools() {
        return Tools.are("systemd-notify", "setpriv", "sha256sum", "perl");
    }

    @BeforeEach
    void unpack() throws IOException {
        root = temp.resolve("root");
        program = root.resolve("opt").resolve(NAME);
        settings = root.resolve("etc").resolve(NAME);
        units = Files.createDirectories(root.resolve("etc/systemd/system"));
        older = zip("1.0.0");
        newer = zip("1.1.0");
        Path systemctl = Files.createDirectory(temp.resolve("path")).resolve("systemctl");
        Files.writeString(
                systemctl,
                "#!/bin/sh\nexec perl "
                        + Path.of("src/test/resources/systemctl.pl").toAbsolutePath() + " \"$@\"\n");
        assertThat(systemctl.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                root.resolve("etc/" + NAME + ".env"),
                "ALARM_HOST=127.0.0.1\nALARM_PORT=" + port + "\nCONSOLE_PORT=" + Rig.freePort() + "\n");
    }

    @AfterEach
    void stop() throws Exception {
        if (Files.exists(units.resolve("pid"))) {
            run(temp.resolve("path/systemctl"), "stop", NAME);
        }
    }

    private Path zip(String version) throws IOException {
        Path zip = Files.createDirectories(temp.resolve("zip " + version));
        for (String part : List.of("src/bin", "src/service", "src/lib", "routes", "mail")) {
            copy(Path.of(part), zip.resolve(Path.of(part).getFileName()));
        }
        Files.copy(Path.of("application.properties"), zip.resolve("application.properties"));
        Files.copy(Path.of("src/install/install.sh"), zip.resolve("install.sh"));
        ThinJar.write(
                zip.resolve(NAME + ".jar"),
                Map.of(Attributes.Name.IMPLEMENTATION_VERSION, version),
                library -> library.toUri().toString());
        return zip;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private int run(Path command, String... arguments) throws Exception {
        var builder = new ProcessBuilder(Stream.concat(Stream.of(command.toString()), Stream.of(arguments))
                        .toList())
                .directory(temp.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(List.of("CACHE_DIRECTORY", "JAVA_TOOL_OPTIONS"));
        // Each lives for some seconds; nor is an archive of its classes to be made.
        environment.put("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xshare:auto");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", temp.resolve("path") + ":" + System.getenv("PATH"));
        environment.put("UNITS", units.toString());
        Process process = builder.start();
        said = new String(process.getInputStream().readAllBytes());
        return process.waitFor();
    }

    private int install(Path zip, String... options) throws Exception {
        return run(
                zip.resolve("install.sh"),
                Stream.concat(
                                Stream.of("--root", root.toString(), "--user", System.getProperty("user.name")),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    @Test
    void whatWasLaidThereByHandIsTakenOverAndNeverDeleted() throws Exception {
        copy(older, Files.createDirectories(program.getParent()).resolve(NAME));
        Path journal = Files.createDirectories(program.resolve("data/journal")).resolve("1.journal");
        Files.writeString(journal, "alarms");
        assertThat(install(newer, "--uninstall")).isEqualTo(1);
        assertThat(said).contains("settings or data in " + program + ", which would be lost");
        assertThat(journal).exists();

        Path data = Files.createDirectories(root.resolve("var/lib/" + NAME));
        assertThat(install(newer, "--no-service")).isEqualTo(1);
        assertThat(said).contains(program + "/data and in " + data + ": nothing was changed");
        assertThat(journal).exists();

        Files.delete(data);
        assertThat(install(newer, "--no-service")).as(said).isZero();
        assertThat(data.resolve("journal/1.journal")).hasContent("alarms");
        assertThat(settings.resolve("application.properties")).exists();
        assertThat(program.resolve("application.properties")).doesNotExist();
    }

    /** Posts one alarm; each has a time of its own, by which its event is known again. */
    private void post() {
        Instant time = Instant.ofEpochMilli(1_763_632_800_000L + number.incrementAndGet());
        String what;
        try {
            int status = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .timeout(Duration.ofSeconds(20))
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"camera\":\"" + Rig.CAMERA_A + "\",\"timestamp\":\"" + time + "\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            what = String.valueOf(status);
            if (status == 200) {
                accepted.add(time.toString());
            }
        } catch (ConnectException e) {
            what = "refused";
        } catch (IOException | InterruptedException e) {
            what = "broken";
        }
        answers.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
    }

    private void awaitMore() {
        int before = accepted.size();
        await().atMost(LONG).until(() -> accepted.size() > before + 25);
    }

    private String version() throws IOException {
        return Files.readString(units.resolve("log"))
                .lines()
                .filter(line -> line.contains("U-Alarm - Milestone connector "))
                .reduce("", (before, last) -> last);
    }

    @Test
    void installedThenUpdatedUnderAlarmsThenGone() throws Exception {
        assertThat(install(older)).as(said).isZero();
        assertThat(said).contains("The connector 1.0.0 runs.", "it is the set-up page");
        post();
        assertThat(answers).containsOnlyKeys("503");
        try (var xprotect = new Simulator(Simulator.CORPORATE, 0)) {
            Files.writeString(
                    settings.resolve("application.properties"),
                    "\nalarm.time-offset=0\nsite.main.url=" + xprotect.url()
                            + "\nsite.main.username=u\nsite.main.password=p\n");
            await("first alarm").atMost(LONG).until(() -> {
                post();
                return !accepted.isEmpty();
            });
            Files.writeString(
                    settings.resolve("routes/send-mail.camel.yaml"),
                    "# mine\n",
                    java.nio.file.StandardOpenOption.APPEND);
            Files.delete(settings.resolve("routes/recipes/axis.camel.yaml"));
            Files.writeString(program.resolve("lib/mine.txt"), "mine");
            Files.writeString(
                    newer.resolve("routes/recipes/filter.camel.yaml"),
                    "# newer\n",
                    java.nio.file.StandardOpenOption.APPEND);
            Files.writeString(
                    newer.resolve("routes/send-mail.camel.yaml"), "# newer\n", java.nio.file.StandardOpenOption.APPEND);
            Files.delete(newer.resolve("routes/recipes/mqtt.camel.yaml"));

            var senders = Executors.newScheduledThreadPool(8);
            try {
                senders.scheduleAtFixedRate(
                        () -> senders.execute(this::post), 0, BETWEEN_ALARMS.toMillis(), TimeUnit.MILLISECONDS);
                awaitMore();
                assertThat(install(newer)).as(said).isZero();
                assertThat(said)
                        .contains(
                                "The connector 1.1.0 runs.",
                                "Before, it was 1.0.0",
                                "edited it: " + settings + "/routes/send-mail");
                awaitMore();
                assertThat(version()).contains("1.1.0");
                checkMerged();
            } finally {
                senders.shutdownNow();
            }
            assertThat(senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(events(xprotect)).containsAll(accepted));
        }
        System.out.printf("Updated under 50 alarms/s: %s, none missing%n", answers);
        assertThat(answers.keySet()).isSubsetOf("200", "503", "refused", "broken");
        assertThat(Files.readString(units.resolve("told"))).contains("READY=1", "WATCHDOG=1", "STOPPING=1");

        assertThat(install(program, "--uninstall")).as(said).isZero();
        assertThat(program).isDirectoryNotContaining("glob:**bin");
        assertThat(units.resolve(NAME + ".service")).doesNotExist();
        assertThat(units.resolve("pid")).doesNotExist();
        assertThat(List.of(
                        program.resolve("lib/mine.txt"),
                        settings.resolve("application.properties"),
                        root.resolve("var/lib/" + NAME + "/journal")))
                .allSatisfy(kept -> assertThat(kept).exists());
    }

    private void checkMerged() throws IOException {
        assertThat(settings.resolve("routes/send-mail.camel.yaml")).content().endsWith("# mine\n");
        assertThat(settings.resolve("routes/send-mail.camel.yaml.new"))
                .content()
                .endsWith("# newer\n");
        assertThat(settings.resolve("routes/recipes/filter.camel.yaml"))
                .content()
                .endsWith("# newer\n");
        assertThat(settings.resolve("routes/recipes/axis.camel.yaml")).doesNotExist();
        assertThat(settings.resolve("routes/recipes/mqtt.camel.yaml")).doesNotExist();
        assertThat(settings.resolve("application.properties")).content().contains("site.main.url");
        assertThat(program.resolve("lib/mine.txt")).exists();
    }

    private static Set<String> events(Simulator xprotect) {
        return xprotect.events().stream()
                .map(event -> event.getBodyAsString().replaceAll(".*\"time\":\"([^\"]+)\".*", "$1"))
                .map(time -> Instant.parse(time).toString())
                .collect(Collectors.toSet());
    }

    @Test
    void whatWouldNotRunIsNotInstalledAndWhatWasBeforeComesBack() throws Exception {
        assertThat(install(older, "--no-service")).as(said).isZero();
        assertThat(units.resolve("calls")).doesNotExist();
        Files.writeString(settings.resolve("application.properties"), "site.main.url=nowhere\n");
        assertThat(install(newer, "--no-service")).isEqualTo(1);
        assertThat(said).contains("line 1: site.main.url is not", "1.1.0 would not run: nothing was changed.");
        assertThat(run(program.resolve("bin/" + NAME), "--version")).isZero();
        assertThat(said).isEqualTo("1.0.0\n");
        assertThat(root.resolve("opt").toFile().list()).containsExactly(NAME);

        Files.writeString(settings.resolve("application.properties"), "# mine\n");
        assertThat(install(newer, "--no-service")).as(said).isZero();
        assertThat(install(program, "--no-service", "--go-back")).as(said).isZero();
        assertThat(said).contains("The connector 1.0.0 ");
        assertThat(root.resolve("opt").toFile().list()).containsExactlyInAnyOrder(NAME, NAME + ".before");
        assertThat(root.resolve("opt/" + NAME + ".before").toFile().list())
                .containsExactlyInAnyOrder("program", "settings");
        assertThat(settings.resolve("application.properties")).hasContent("# mine");
        assertThat(settings.resolve("routes/send-mail.camel.yaml")).exists();

        assertThat(install(program)).isEqualTo(1);
        assertThat(said).contains("Unpack the zip somewhere else than in");
        assertThat(install(program, "--uninstall")).as(said).isZero();
        assertThat(program).doesNotExist();

        assertThat(run(newer.resolve("install.sh"), "--no-such")).isEqualTo(2);
        Files.delete(newer.resolve(NAME + ".jar"));
        assertThat(install(newer)).isEqualTo(1);
        assertThat(said).contains("run it in the unpacked zip");
    }
}
