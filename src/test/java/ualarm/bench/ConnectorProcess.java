package ualarm.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ualarm.Rig;

/**
 * The packaged connector as a process of its own in an empty folder. {@code -Dbench.jvm} are its JVM's options, {@code -Dbench.command}
 * starts something else in that folder, a start script for example.
 */
final class ConnectorProcess implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final int port = Rig.freePort();
    private final int consolePort = Rig.freePort();
    private final long begun;
    private final Path folder;
    private final Process process;

    /** @param urls the address of each site's XProtect */
    ConnectorProcess(List<String> urls) {
        try {
            folder = Files.createTempDirectory("bench");
            Files.writeString(folder.resolve("application.properties"), settings(urls));
            begun = System.nanoTime();
            process = new ProcessBuilder(command())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("connector.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String settings(List<String> urls) {
        var settings = new StringBuilder("alarm.host=127.0.0.1\nalarm.port=" + port + "\nconsole.port=" + consolePort
                + "\nalarm.time-offset=0\n");
        for (int i = 0; i < urls.size(); i++) {
            String site = "site." + (i == 0 ? "main" : "site" + i);
            settings.append(site + ".url=" + urls.get(i) + "\n" + site + ".username=u\n" + site + ".password=p\n" + site
                    + ".raise-alarm=off\n");
        }
        return settings.toString();
    }

    private static List<String> command() {
        String own = System.getProperty("bench.command", "");
        if (!own.isEmpty()) {
            return List.of(own.split(" +"));
        }
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(System.getProperty("bench.jvm", "-Xmx256m").split(" +")));
        command.add("-jar");
        command.add(Path.of("target", "ualarm-milestone-connector.jar")
                .toAbsolutePath()
                .toString());
        return command;
    }

    /** @return where it takes alarms */
    int port() {
        return port;
    }

    /** @return since it was started, in seconds */
    double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    /**
     * Posts an alarm again and again until it is accepted.
     *
     * @param body the alarm
     */
    void awaitAccepted(String body) throws InterruptedException {
        byte[] post = Message.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close", body.length(), body);
        while (ask(port, post).filter(answer -> answer.status() == 200).isEmpty()) {
            if (!process.isAlive() || seconds() > LONGEST_START.toSeconds()) {
                throw new IllegalStateException("The connector does not start. See " + folder.resolve("connector.log"));
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** @return what the console says of it; nothing while it does not answer */
    Optional<JsonNode> status() {
        byte[] get = Message.write("GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close", 0, "");
        return ask(consolePort, get).filter(answer -> answer.status() == 200).map(answer -> {
            try {
                return new ObjectMapper().readTree(answer.body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Optional<Message> ask(int port, byte[] request) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request);
            byte[] answer = socket.getInputStream().readAllBytes();
            return Message.in(answer, answer.length);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @return the processor time that it has taken, in milliseconds */
    double cpuMillis() {
        return processes()
                .flatMap(each -> each.info().totalCpuDuration().stream())
                .mapToLong(Duration::toMillis)
                .sum();
    }

    /** @return its resident memory in MB; nothing where the system does not tell */
    OptionalLong resident() {
        var kilobytes = processes()
                .map(each -> Path.of("/proc", String.valueOf(each.pid()), "status"))
                .filter(Files::exists)
                .flatMap(ConnectorProcess::resident)
                .toList();
        return kilobytes.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(kilobytes.stream().mapToLong(Long::longValue).sum() / 1024);
    }

    private static Stream<Long> resident(Path status) {
        try {
            return RESIDENT.matcher(Files.readString(status, StandardCharsets.ISO_8859_1))
                    .results()
                    .map(found -> Long.valueOf(found.group(1)));
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** A start script may stay beside the JVM. */
    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    @Override
    public void close() {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                System.out.println("The connector did not stop within a minute.");
                all.forEach(ProcessHandle::destroyForcibly);
                process.waitFor();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
