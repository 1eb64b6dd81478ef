package ualarm;

import static org.awaitility.Awaitility.await;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A real mail server, Debian's Exim, on a free port of loopback: STARTTLS, login required; {@code refused@…} does not exist,
 * {@code later@…} only once {@link #open} was called.
 */
final class Exim implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/exim4");

    private final Path folder;
    private final int port = Rig.freePort();
    private final Process process;

    /** @return why it cannot run here; empty when it can */
    static String missing() {
        return !Files.isExecutable(PROGRAM)
                ? "Debian's package exim4-daemon-light is not installed"
                : !System.getProperty("user.name").equals("root") ? "Exim is started by root only" : "";
    }

    Exim(TestCertificate certificate) throws Exception {
        // Exim gives up its rights and must still get here.
        folder = Files.createTempDirectory(
                "exim", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        for (String each : List.of("spool", "box")) {
            Files.setPosixFilePermissions(
                    Files.createDirectory(folder.resolve(each)), PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Path each : List.of(certificate.certificate(), certificate.key())) {
            Files.copy(each, folder.resolve(each.getFileName()));
            Files.setPosixFilePermissions(
                    folder.resolve(each.getFileName()), PosixFilePermissions.fromString("rw-r--r--"));
        }
        Path configuration = folder.resolve("exim.conf");
        Files.writeString(
                configuration, """
                primary_hostname = localhost
                keep_environment =
                spool_directory = FOLDER/spool
                log_file_path = FOLDER/spool/%slog
                daemon_smtp_ports = PORT
                local_interfaces = 127.0.0.1
                tls_advertise_hosts = *
                tls_certificate = FOLDER/cert.pem
                tls_privatekey = FOLDER/key.pem
                auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
                acl_smtp_rcpt = check_rcpt
                acl_smtp_data = accept
                never_users =
                begin acl
                check_rcpt:
                  deny    !authenticated = *
                          message = login first
                  deny    local_parts = refused
                          message = no such user here
                  defer   local_parts = later
                          condition = ${if exists{FOLDER/open}{no}{yes}}
                          message = try again later
                  accept
                begin routers
                all:
                  driver = accept
                  transport = box
                begin transports
                box:
                  driver = appendfile
                  directory = FOLDER/box
                  maildir_format
                  envelope_to_add
                  user = Debian-exim
                  group = Debian-exim
                begin authenticators
                plain:
                  driver = plaintext
                  public_name = PLAIN
                  server_prompts = :
                  server_condition = ${if and{{eq{$auth2}{ualarm}}{eq{$auth3}{relay-secret}}}}
                  server_set_id = $auth2
                """.replace("FOLDER", folder.toString()).replace("PORT", String.valueOf(port)));
        process = new ProcessBuilder(PROGRAM.toString(), "-C", configuration.toString(), "-bdf")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        await().ignoreExceptions().until(() -> {
            new java.net.Socket("127.0.0.1", port).close();
            return true;
        });
    }

    int port() {
        return port;
    }

    /** From now on {@code later@…} gets mail, too. */
    void open() {
        try {
            Files.createFile(folder.resolve("open"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what was delivered, a message a recipient; {@code Envelope-to} tells to whom */
    List<MimeMessage> delivered() {
        Path box = folder.resolve("box/new");
        var messages = new ArrayList<MimeMessage>();
        if (Files.isDirectory(box)) {
            try (Stream<Path> files = Files.list(box)) {
                for (Path file : files.sorted().toList()) {
                    try (var in = Files.newInputStream(file)) {
                        messages.add(new MimeMessage(Session.getInstance(new Properties()), in));
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return messages;
    }

    /** @return to whom something was delivered, once for each mail */
    List<String> recipients() {
        return delivered().stream()
                .map(message -> {
                    try {
                        return message.getHeader("Envelope-to", null);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        process.destroy();
        // Those that deliver outlive it, and would write their log into the folder again.
        await().until(() -> ProcessHandle.allProcesses()
                .noneMatch(any -> any.info().commandLine().orElse("").contains(folder.toString())));
        Rig.delete(folder);
    }
}
