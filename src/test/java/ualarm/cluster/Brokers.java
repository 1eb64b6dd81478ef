package ualarm.cluster;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ualarm.cluster.BrokerProcess.Part;
import ualarm.cluster.BrokerProcess.State;

/** One Artemis, or a pair of which one half is live and the other has a copy of everything. */
final class Brokers implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final BrokerProcess primary;
    private final Optional<BrokerProcess> backup;
    private int hung;

    private Brokers(BrokerProcess primary, Optional<BrokerProcess> backup) {
        this.primary = primary;
        this.backup = backup;
    }

    /** Starts one. */
    static Brokers alone(Path home, Path folder) {
        var brokers = new Brokers(new BrokerProcess(home, folder.resolve("alone"), Part.ALONE), Optional.empty());
        brokers.start();
        brokers.awaitWhole();
        return brokers;
    }

    /** Starts a pair. */
    static Brokers pair(Path home, Path folder) {
        var brokers = new Brokers(
                new BrokerProcess(home, folder.resolve("primary"), Part.PRIMARY),
                Optional.of(new BrokerProcess(home, folder.resolve("backup"), Part.BACKUP)));
        brokers.start();
        brokers.awaitWhole();
        return brokers;
    }

    /** Starts what does not run. */
    void start() {
        int other = backup.map(BrokerProcess::port).orElse(primary.port());
        if (!primary.isRunning()) {
            primary.start(other);
        }
        backup.filter(half -> !half.isRunning()).ifPresent(half -> half.start(primary.port()));
    }

    /** @return whether it serves and, of a pair, the one half could take the place of the other now */
    boolean isWhole() {
        return primary.state() == State.LIVE
                && backup.filter(half -> half.state() != State.SYNCHRONIZED).isEmpty();
    }

    void awaitWhole() {
        await().atMost(LONGEST).until(() -> {
            // One that has ended by itself is started again, as by its service.
            start();
            if (backup.filter(this::hangs).isPresent()) {
                backup.get().kill();
                start();
                hung++;
            }
            return isWhole();
        });
    }

    /** The backup of 2.40.0 sometimes does not come back when it has given its place back to the primary; its process stays. */
    private boolean hangs(BrokerProcess half) {
        return primary.state() == State.LIVE && half.state() != State.SYNCHRONIZED && half.isStill();
    }

    /** @return how often the backup had to be started again because it did not come back */
    int hung() {
        return hung;
    }

    /** Kills the half that serves. Of a pair that is whole, the other takes its place. */
    void killLive() {
        primary.kill();
    }

    /** Kills the half that does not serve. */
    void killBackup() {
        backup.orElseThrow().kill();
    }

    /** Waits until the backup serves in the place of the primary. */
    void awaitFailOver() {
        await().atMost(LONGEST).until(() -> backup.orElseThrow().state() == State.LIVE);
    }

    /** Leaves no process behind. */
    void killAll() {
        Stream.concat(backup.stream(), Stream.of(primary))
                .filter(BrokerProcess::isRunning)
                .forEach(BrokerProcess::kill);
    }

    /** @return the setting {@code journal.url} */
    String url() {
        return "("
                + String.join(
                        ",",
                        ports().stream().map(port -> "tcp://127.0.0.1:" + port).toList()) + ")";
    }

    private List<Integer> ports() {
        return backup.map(half -> List.of(primary.port(), half.port())).orElse(List.of(primary.port()));
    }

    @Override
    public void close() {
        backup.ifPresent(BrokerProcess::stop);
        primary.stop();
    }
}
