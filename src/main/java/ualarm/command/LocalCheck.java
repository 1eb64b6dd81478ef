package ualarm.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import ualarm.intake.Listening;
import ualarm.milestone.Answers;
import ualarm.site.Settings;
import ualarm.site.Site;
import ualarm.site.Trust;

/** Looks at this machine: the journal's disk, and whether the ports are free or the connector's own. */
final class LocalCheck {

    private static final long MB = 1L << 20;
    private static final long LEAST_FREE = 64 * MB;
    private static final long SCARCE = 1024 * MB;
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Pattern BROKER = Pattern.compile("tcp://\\[?([^,;?()\\]/]+?)]?:(\\d{1,5})");

    private final Settings settings;
    private final ToLongFunction<Path> freeBytes;
    private final Findings findings;

    LocalCheck(Settings settings, ToLongFunction<Path> freeBytes, Findings findings) {
        this.settings = settings;
        this.freeBytes = freeBytes;
        this.findings = findings;
    }

    void run() {
        disk();
        if (!settings.journal().url().isEmpty()) {
            broker();
        }
        Settings.Intake intake = settings.intake();
        port("alarm port", "alarm.port", intake.host(), intake.port(), this::isIntake);
        Settings.Console console = settings.console();
        if (port("console port", "console.port", console.host(), console.port(), this::isConsole)) {
            wake();
        }
    }

    private void disk() {
        Path directory = settings.journal().directory().toAbsolutePath();
        Path existing = directory;
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            Files.delete(Files.createTempFile(existing, "check", ".tmp"));
        } catch (IOException e) {
            findings.fail(
                    "disk",
                    directory + " cannot be written to. Give the user that runs the connector the right to, or set"
                            + " another journal.directory.");
            return;
        }
        long free = freeBytes.applyAsLong(existing);
        String left = directory + ": " + free / MB + " MB are free";
        String remedy =
                ". Make room, or set journal.directory to a larger disk: alarms that cannot be stored are refused.";
        if (free < LEAST_FREE) {
            findings.fail("disk", left + ", which is too little" + remedy);
        } else if (free < SCARCE) {
            findings.warning("disk", left + remedy);
        } else {
            findings.ok("disk", left + ".");
        }
    }

    private void broker() {
        var server = BROKER.matcher(settings.journal().url());
        boolean isReached = false;
        while (server.find() && !isReached) {
            isReached = Reach.connect(server.group(1), Integer.parseInt(server.group(2)))
                    .isEmpty();
        }
        if (isReached) {
            findings.ok("journal", "the external Artemis is reached.");
        } else {
            findings.fail(
                    "journal",
                    "no broker of journal.url can be connected to. Check that Artemis runs, its port, and the firewall.");
        }
    }

    /** @return whether the running connector is there */
    private boolean port(String what, String key, String host, int port, Predicate<HttpResponse<byte[]>> isOurs) {
        String place = host + ":" + port;
        if (port == 0) {
            findings.ok(what, "any free one (" + key + "=0).");
            return false;
        }
        String refused;
        try {
            Listening.probe(host, port);
            findings.ok(what, place + " is free; no connector runs there now.");
            return false;
        } catch (IOException e) {
            refused = Findings.words(e);
        }
        boolean https =
                key.equals("alarm.port") && settings.intake().certificate().isPresent();
        if (ask(https, host, port, key.equals("alarm.port") ? "/" : "/api/status")
                .filter(isOurs)
                .isPresent()) {
            findings.ok(what, place + " is answered by the running connector.");
            return true;
        }
        findings.fail(
                what,
                place + " cannot be opened (" + refused + "). Stop the program that uses it, or set another " + key
                        + (key.equals("alarm.port") ? " here and in U-Alarm." : "."));
        return false;
    }

    /** Whoever has just mended something does not wait until it tries again by itself. */
    private void wake() {
        var connector = new RunningConnector(settings.console());
        for (Site site : settings.sites().all()) {
            try {
                int status = connector
                        .post("/api/sites/" + site.name() + "/read", "{}")
                        .statusCode();
                if (status / 100 != 2) {
                    return;
                }
            } catch (IOException e) {
                return;
            }
        }
        findings.ok("running connector", "it reads its sites anew and tries at once what waits.");
    }

    private boolean isIntake(HttpResponse<byte[]> answer) {
        String status = Answers.tree(answer.body()).path("status").asText();
        // Who may not post, this machine perhaps, is told so by the connector in its own words.
        return status.equals("running")
                || status.equals("rejected") && !settings.intake().allowFrom().isForAll();
    }

    private boolean isConsole(HttpResponse<byte[]> answer) {
        boolean isLocked =
                answer.statusCode() == 401 && !settings.console().password().isEmpty();
        return isLocked || Answers.tree(answer.body()).has("uptimeSeconds");
    }

    /** No password is shown: it may be another program that listens there. */
    private static Optional<HttpResponse<byte[]>> ask(boolean https, String host, int port, String path) {
        try {
            // It is this very machine; the certificate is made out to the name by which U-Alarm knows it.
            var client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER)
                    .sslContext(TlsCheck.context(Trust.of(Trust.INSECURE)))
                    .build();
            URI address = new URI(https ? "https" : "http", null, reachable(host), port, path, null, null);
            return Optional.of(
                    client.send(HttpRequest.newBuilder(address).timeout(ANSWER).build(), BodyHandlers.ofByteArray()));
        } catch (IOException | GeneralSecurityException | URISyntaxException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** @return the address by which this machine reaches a server on that one: "all addresses" is none to connect to */
    static String reachable(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress() ? "127.0.0.1" : host;
        } catch (IOException e) {
            return host;
        }
    }
}
