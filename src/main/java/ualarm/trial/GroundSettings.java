package ualarm.trial;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ualarm.simulator.XProtect;
import ualarm.site.LocalSettings;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.trial.TestCase.Ground;

/** The settings of a connector under test: a site {@code main} on the simulated XProtect, then the integrator's own, then the test's. */
final class GroundSettings {

    /** How a test calls the server that takes whatever else routes send. */
    private static final String SERVER = "${server}";

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#]+");

    /**
     * The ports of the simulated far ends, on loopback.
     *
     * @param xprotect XProtect
     * @param server takes whatever else routes send
     * @param mail the mail relay
     * @param console where the connector's console is to be
     */
    record Ports(int xprotect, int server, int mail, int console) {

        /** For a look at the settings without any server. */
        static final Ports NONE = new Ports(1, 1, 1, 2);
    }

    private final LocalSettings local;

    GroundSettings(LocalSettings local) {
        this.local = local;
    }

    /**
     * @param ground what the connector runs with
     * @param folder where its files are
     * @param ports the far ends
     * @return the checked settings
     * @throws SettingsException when those of the test are not right
     */
    Settings of(Ground ground, Path folder, Ports ports) {
        String server = "http://127.0.0.1:" + ports.server();
        var settings = new LinkedHashMap<String, String>();
        settings.put("alarm.host", "127.0.0.1");
        settings.put("alarm.port", "0");
        settings.put("console.port", String.valueOf(ports.console()));
        settings.put("journal.directory", "data");
        settings.put("routes.directory", "routes");
        settings.put("routes.reload", "off");
        settings.put("site.main.url", "http://127.0.0.1:" + ports.xprotect());
        settings.put("site.main.event-server", "127.0.0.1:" + ports.xprotect());
        settings.put("site.main.username", XProtect.USER);
        settings.put("site.main.password", XProtect.PASSWORD);
        settings.put("site.main.mail.to", "guard@example.com");
        settings.put("site.main.time-zone", "UTC");
        settings.put("mail.host", "127.0.0.1");
        settings.put("mail.port", String.valueOf(ports.mail()));
        settings.put("mail.security", "none");
        settings.put("mail.from", "ualarm@example.com");
        settings.put("mail.digest-seconds", "0");
        settings.put("mail.templates", local.templates().toAbsolutePath().toString());
        // What hangs in a test is not waited for.
        settings.put("camel.main.shutdown-timeout", "1");
        local.my().forEach((key, value) -> settings.put(key, diverted(value, server)));
        ground.settings().forEach((key, value) -> settings.put(key, value.replace(SERVER, server)));
        String text = settings.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue().replace("\\", "\\\\"))
                .collect(Collectors.joining("\n"));
        return new Settings(text, folder, Map.of(), Map.of());
    }

    /** An address of the integrator's leads to the test's server, so that no siren sounds because somebody tests. */
    private static String diverted(String value, String server) {
        return ADDRESS.matcher(value).replaceFirst(server);
    }

    /**
     * Checks a test's settings without starting anything.
     *
     * @param test the test
     * @throws TestFileException when they are not right
     */
    void check(TestCase test) {
        try {
            of(test.ground(), Path.of(""), Ports.NONE);
        } catch (SettingsException e) {
            List<String> faults = e.faults().stream()
                    // The line is one of the text above.
                    .map(fault -> fault.replaceFirst("^line \\d+: ", ""))
                    .toList();
            throw new TestFileException(
                    test.file(),
                    test.ground().settingsLine(),
                    "its settings are not right: " + String.join(" ", faults).replaceFirst("\\.$", ""),
                    "Correct them.");
        }
    }
}
