package ualarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.command.Commands;
import ualarm.command.Program;
import ualarm.simulator.Vms;
import ualarm.site.SettingsFolder;

/** The command {@code test}, and the tests of the shipped routes that it runs (docs/testing-routes.md). */
class RouteTestFilesTest {

    private static final String POST =
            "when: { post: { alarm: Gate, camera: \"${camera.North gate}\", timestamp: \"2026-03-02T10:00:00Z\" } }\n";

    @TempDir
    private Path folder;

    /** What the command printed, and its exit code. */
    private record Said(int code, String out, String err) {}

    private Said test(String... files) {
        var out = new StringWriter();
        var err = new StringWriter();
        var program = new Program(() -> 7, SettingsFolder::load, CamelSettings::of, Connector::started);
        int code = Commands.execute(
                Stream.concat(Stream.of("test"), Stream.of(files)).toArray(String[]::new),
                program,
                folder,
                new PrintWriter(out),
                new PrintWriter(err));
        return new Said(code, out.toString(), err.toString());
    }

    private String write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return file.toString().replace('\\', '/');
    }

    private void ship() throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.filter(Files::isRegularFile).toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void theShippedRoutesPassTheShippedTests() throws IOException {
        var said = test();
        assertThat(said.code()).as(said.out() + said.err()).isZero();
        try (Stream<Path> shipped = Files.list(Path.of("routes/tests"))) {
            List<String> files = shipped.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".test.yaml"))
                    .toList();
            assertThat(said.out()).contains(files).contains(files.size() + " of " + files.size() + " pass");
        }
    }

    @Test
    void whatFailsIsShownBesideWhatWasExpected() throws IOException {
        String other = write("other.test.yaml", "name: Another camera\n" + POST + """
                then:
                  answer: { status: 202 }
                  xprotect:
                    - request: POST /api/rest/v1/events
                      body:
                        source: "cameras/${camera.Lobby}"
                    - request: POST /api/rest/v1/alarms
                    - { request: POST /api/rest/v1/bookmarks, body: { header: "~Gate" } }
                """);
        String less = write("less.test.yaml", "name: Less than comes\n" + POST.replace("Gate", "Less") + """
                then:
                  xprotect: [{ request: POST /api/rest/v1/events }]
                """);
        String mail = write("mail.test.yaml", "name: Mails\n" + POST.replace("Gate", "Mail") + """
                then:
                  mails: [{ to: guard@example.com, subject: "~Gate" }]
                  dead-letters: [{ reason: "*" }]
                  nothing-else: false
                  within: 1
                """);
        var said = test(other, less, mail);
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out().lines().map(line -> line.replaceFirst("\\d+\\.\\d s", "0.0 s")))
                .contains(
                        "FAIL  0.0 s  " + other + "  Another camera",
                        "  " + other + ":4: answer",
                        "    expected  status: 202",
                        "    actual    status: 200",
                        "  " + other + ":6: POST /api/rest/v1/events",
                        "    expected  body.source: cameras/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
                        "    actual    body.source: cameras/8f1c2d3e-4a5b-4c6d-8e7f-0123456789ab",
                        "  " + other + ":10: POST /api/rest/v1/bookmarks",
                        "    expected  {\"body\":{\"header\":\"~Gate\"}}",
                        "FAIL  0.0 s  " + less + "  Less than comes",
                        "  " + less + ": POST /api/rest/v1/alarms",
                        "    expected  nothing else",
                        "FAIL  0.0 s  " + mail + "  Mails",
                        "  " + mail + ":4: mail",
                        "    actual    it did not come",
                        "  " + mail + ":5: dead letter",
                        "0 of 3 pass, in 0.0 s.");
    }

    @Test
    void theRoutesOfTheFolderAreTestedAndTheirAddressesLeadNowhereElse() throws IOException {
        ship();
        write("application.properties", """
                my.siren=http://siren.example.com:8080/on
                site.main.url=https://xprotect.example.com
                site.main.pasword={{file:not-there}}
                """);
        Path store = folder.resolve("routes/store-alarm.camel.yaml");
        Files.writeString(
                store,
                Files.readString(store)
                        .replace("alarm.*,mail.*", "alarm.*,mail.*,siren.*")
                        .replace("constant: event\n", "constant: event,siren\n"));
        Path channels = folder.resolve("routes/store-alarm.camel.yaml");
        Files.writeString(channels, Files.readString(channels).replace("constant: event\n", "constant: event,siren\n"));
        write("routes/recipes/siren.camel.yaml", """
                - route:
                    id: siren
                    description: Sounds the siren for each alarm.
                    from:
                      uri: journal:siren.*
                      steps:
                        - setBody:
                            simple: '{"who":"${body.name()}"}'
                        - setHeader:
                            name: CamelHttpMethod
                            constant: POST
                        - to: "{{my.siren}}"
                """);
        write("routes/tests/siren.test.yaml", """
                name: The siren sounds once it can be reached
                given:
                  routes: recipes/siren.camel.yaml
                  server:
                    faults: [{ request: POST /on, status: 503, times: 1 }]
                """ + POST + """
                then:
                  xprotect:
                    - { request: POST /api/rest/v1/events }
                    - { request: POST /api/rest/v1/alarms }
                  server:
                    - { request: POST /on, status: 503 }
                    - { request: POST /on, status: 200, body: { who: Gate } }
                """);
        var said = test();
        assertThat(said.code()).as(said.out() + said.err()).isZero();
        assertThat(said.out()).contains("1 of 1 pass");
    }

    @Test
    void routesWithWhichNothingStartsAreAFailure() throws IOException {
        ship();
        write(
                "routes/wrong.camel.yaml",
                "- route: { id: wrong, from: { uri: direct:wrong, steps: [{ to: journul:x }] } }\n");
        var said = test(write("any.test.yaml", "name: Any\n" + POST + "then: {}\n"));
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).contains("The connector does not start with these routes:", "journul");
    }

    @Test
    void thePageIsRight() throws IOException {
        String page = Files.readString(Path.of("docs/testing-routes.md"));
        String example = page.split("```yaml\n|```")[3];
        String failing = example.replaceFirst("(?s)  mails:.*", "");
        var said = test(
                write("gate.test.yaml", example),
                write(
                        "failing.test.yaml",
                        failing.replace("Gate,", "Gate 2,").replace("name: Gate }", "name: Gate 2 }")));
        assertThat(said.out().lines())
                .anyMatch(line -> line.startsWith("pass") && line.endsWith("An alarm at the gate is mailed, too"))
                .contains("    expected  nothing else")
                .anyMatch(line -> line.startsWith(
                        "    actual    mail {\"to\":[\"guard@example.com\"],\"from\":\"ualarm@example.com\""))
                .anyMatch(line -> line.startsWith("1 of 2 pass"));
        assertThat(Vms.names().keySet())
                .filteredOn(name -> !name.equals("camera.Twin"))
                .allSatisfy(name -> assertThat(page).contains("${" + name + "}"));
        try (Stream<Path> shipped = Files.list(Path.of("routes/tests"))) {
            long files = shipped.filter(file -> file.toString().endsWith(".test.yaml"))
                    .filter(file -> !file.getFileName().toString().startsWith("recipe-"))
                    .count();
            assertThat(page).contains("in " + files + " small files");
        }
    }

    @Test
    void aFileThatCannotBeReadIsToldWithLineAndRemedy() throws IOException {
        String slip = write("slip.test.yaml", "name: Slip\n" + POST + "then:\n  xprotct: []\n");
        String camera =
                write("camera.test.yaml", "name: Camera\nwhen:\n  post: { camera: \"${camera.Lobi}\" }\nthen: {}\n");
        String real = write(
                "real.test.yaml",
                "name: Real\ngiven:\n  settings:\n    mail.host: smtp.example.com\n" + POST + "then: {}\n");
        String setting = write(
                "setting.test.yaml",
                "name: Setting\ngiven:\n  settings: { site.main.mail.wen: always }\n" + POST + "then: {}\n");
        String yaml = write("yaml.test.yaml", "name: Yaml\nwhen: [\n");
        String regex = write("regex.test.yaml", "name: Regex\n" + POST + "then:\n  mails: [{ subject: \"~(\" }]\n");
        String then = write("then.test.yaml", "name: Then\n" + POST);
        var said = test(slip, camera, real, setting, yaml, regex, then);
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err().lines())
                .contains(
                        slip + ":4: there is no xprotct here. Did you mean xprotect?",
                        camera + ":3: the simulated XProtect has no camera.Lobi. Did you mean ${camera.Lobby}?",
                        real + ":4: mail.host is set by the command itself, so that a test reaches no real system."
                                + " Take it out. The site of tests is main.",
                        then + ":1: then is missing. Write then: …")
                .anyMatch(line -> line.startsWith(setting + ":3: its settings are not right: there is no setting")
                        && line.contains("Did you mean site.main.mail.when?"))
                .anyMatch(line -> line.startsWith(yaml + ":3: it is not YAML: "))
                .anyMatch(line -> line.startsWith(regex + ":4: '~(' is no regular expression"));
    }

    @Test
    void aWrongCallIsTold() {
        assertThat(test("nowhere.test.yaml").code()).isEqualTo(2);
        assertThat(test("nowhere.test.yaml").err()).contains("There is no file", "nowhere.test.yaml");
        assertThat(test("--lgo").code()).isEqualTo(2);
    }
}
