package ualarm.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import ualarm.Rig;

/** An Artemis as a process of its own, on docs/artemis/broker.xml. Its data stay when it is killed. */
final class BrokerProcess {

    /** What it is to the other half of its pair. */
    enum Part {
        ALONE,
        PRIMARY,
        BACKUP
    }

    /** What has become of it. */
    enum State {
        DEAD,
        STARTING,
        /** It has all that the other half has, and takes its place when that dies. */
        SYNCHRONIZED,
        /** Clients are served by it. */
        LIVE,
        /** It has stopped, in order to start anew. */
        STOPPED
    }

    private static final Map<String, State> MARKS = Map.of(
            "AMQ221000", State.STARTING,
            "AMQ221109", State.STARTING,
            "AMQ221024", State.SYNCHRONIZED,
            "AMQ221007", State.LIVE,
            "AMQ221002", State.STOPPED);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private final Path home;
    private final Path folder;
    private final Part part;
    private final int port = Rig.freePort();
    private Process process;
    private int starts;

    BrokerProcess(Path home, Path folder, Part part) {
        this.home = home;
        this.folder = folder;
        this.part = part;
    }

    int port() {
        return port;
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** @param other the port of the other half; its own when there is none */
    void start(int other) {
        try {
            Path etc = Files.createDirectories(folder.resolve("etc"));
            Files.createDirectories(folder.resolve("tmp"));
            Files.writeString(etc.resolve("broker.xml"), configuration());
            Files.writeString(
                    etc.resolve("bootstrap.xml"),
                    "<broker xmlns=\"http://activemq.apache.org/schema\"><jaas-security domain=\"activemq\"/><server configuration=\""
                            + etc.resolve("broker.xml").toUri() + "\"/></broker>\n");
            Files.writeString(
                    etc.resolve("login.config"),
                    "activemq { org.apache.activemq.artemis.spi.core.security.jaas.PropertiesLoginModule required"
                            + " org.apache.activemq.jaas.properties.user=\"users.properties\""
                            + " org.apache.activemq.jaas.properties.role=\"roles.properties\"; };\n");
            Files.writeString(etc.resolve("users.properties"), "connector = secret\n");
            Files.writeString(etc.resolve("roles.properties"), "amq = connector\n");
            Files.writeString(
                    etc.resolve("management.xml"),
                    "<management-context xmlns=\"http://activemq.apache.org/schema\"/>\n");
            Files.writeString(etc.resolve("log4j2.properties"), """
                    rootLogger.level = INFO
                    rootLogger.appenderRef.console.ref = console
                    appender.console.type = Console
                    appender.console.name = console
                    appender.console.layout.type = PatternLayout
                    appender.console.layout.pattern = %d %-5level %logger{1} %msg%n
                    logger.audit.name = org.apache.activemq.audit
                    logger.audit.level = ERROR
                    """);
            starts++;
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx384m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Djava.security.auth.login.config=" + etc.resolve("login.config"),
                            "-Dlog4j2.configurationFile=" + etc.resolve("log4j2.properties"),
                            "-Dartemis.home=" + home,
                            "-Dartemis.instance=" + folder,
                            "-Dartemis.instance.etc=" + etc,
                            "-Ddata.dir=" + folder.resolve("data"),
                            "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                            "-Dthis.address=127.0.0.1:" + port,
                            "-Dother.address=127.0.0.1:" + other,
                            "-Dcluster.password=pair",
                            "-cp",
                            home.resolve("lib/artemis-boot.jar").toString(),
                            "org.apache.activemq.artemis.boot.Artemis",
                            "run")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log().toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String configuration() throws IOException {
        String file = Files.readString(Path.of("docs/artemis/broker.xml"));
        return switch (part) {
            case ALONE ->
                file.replaceAll("(?s)<ha-policy>.*</ha-policy>", "")
                        .replaceAll("(?s)<cluster-connections>.*</cluster-connections>", "");
            case PRIMARY -> file;
            case BACKUP ->
                file.replaceAll("(?s)<primary>.*</primary>", "<backup><allow-failback>true</allow-failback></backup>");
        };
    }

    /** @return what it has come to since it was started, as its log tells */
    State state() {
        if (!isRunning()) {
            return State.DEAD;
        }
        try (Stream<String> lines = Files.lines(log())) {
            return lines.flatMap(line -> MARKS.entrySet().stream()
                            .filter(mark -> line.contains(mark.getKey()))
                            .map(Map.Entry::getValue))
                    .reduce(State.STARTING, (before, next) -> next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return whether nothing has become of it for some time */
    boolean isStill() {
        try {
            return Files.getLastModifiedTime(log())
                    .toInstant()
                    .plus(LONGEST_PAUSE)
                    .isBefore(Instant.now());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return folder.resolve("log-" + starts + ".txt");
    }

    void kill() {
        Ending.kill(process);
    }

    void stop() {
        if (isRunning()) {
            Ending.stop(process, 20);
        }
    }
}
