package ualarm.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills connectors and brokers, with SIGKILL, under a stream of alarms, and says what became of these: {@code -Dcluster.kills}, how often;
 * {@code -Dcluster.victims}, who: any of {@code CONNECTOR}, {@code LIVE}, {@code BACKUP}, {@code ALONE}, {@code NOBODY}, separated by commas;
 * {@code -Dcluster.rate}, alarms a second; {@code -Dcluster.seconds}, after which no more are killed. Fails when an accepted alarm is lost.
 */
public final class Kills {

    private enum Victim {
        /** Either connector. */
        CONNECTOR,
        /** The half of the pair that serves. */
        LIVE,
        /** The half of the pair that does not. */
        BACKUP,
        /** A broker without another. */
        ALONE,
        /** Nobody: how it is undisturbed. */
        NOBODY
    }

    private final Random random = new Random();
    private final Map<Victim, Integer> killed = new EnumMap<>(Victim.class);
    private final Cluster cluster;

    private Kills(Cluster cluster) {
        this.cluster = cluster;
    }

    /** @param args none */
    public static void main(String[] args) throws Exception {
        Optional<Path> home = Artemis.home();
        if (home.isEmpty()) {
            return;
        }
        int kills = Integer.getInteger("cluster.kills", 20);
        var victims = java.util.Arrays.stream(
                        System.getProperty("cluster.victims", "CONNECTOR,LIVE").split(","))
                .map(Victim::valueOf)
                .toList();
        Path folder = Files.createTempDirectory("cluster");
        System.out.println("In " + folder);
        Brokers brokers =
                victims.contains(Victim.ALONE) ? Brokers.alone(home.get(), folder) : Brokers.pair(home.get(), folder);
        try (var cluster = new Cluster(brokers, folder, "")) {
            // Stopped by a signal, it leaves nothing behind.
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::killAll));
            cluster.start();
            Book.Sum sum = new Kills(cluster).run(kills, victims);
            System.out.println(sum);
            if (sum.lost() > 0) {
                throw new IllegalStateException("Alarms that were answered with 200 are lost.");
            }
        }
    }

    private Book.Sum run(int kills, java.util.List<Victim> victims) throws Exception {
        long began = System.nanoTime();
        int rate = Integer.getInteger("cluster.rate", 100);
        try (AutoCloseable sending = cluster.send(rate)) {
            pause();
            long end = began
                    + Duration.ofSeconds(Integer.getInteger("cluster.seconds", 36_000))
                            .toNanos();
            for (int i = 0; i < kills && System.nanoTime() < end; i++) {
                kill(victims.get(random.nextInt(victims.size())));
                pause();
                cluster.readMails();
                System.out.printf(
                        "%d kills, %d alarms, %s%n",
                        i + 1, cluster.book().size(), cluster.book().sum());
            }
            cluster.brokers().awaitWhole();
            cluster.connector(0).awaitReady();
            cluster.connector(1).awaitReady();
        }
        Book.Sum sum = cluster.settle(Duration.ofSeconds(90));
        System.out.printf(
                "%s killed in %d s; %d alarms sent, %d times again; %d dead letters; %d mails; backup hung %d times%n",
                killed,
                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                cluster.book().size(),
                cluster.refused(),
                cluster.connector(0).console("/api/dead-letters").split("\"givenUpAt\"").length - 1,
                cluster.mails(),
                cluster.brokers().hung());
        return sum;
    }

    /** For as long as it takes to be somewhere else in what is going on. */
    private void pause() {
        LockSupport.parkNanos(Duration.ofMillis(500 + random.nextInt(2_000)).toNanos());
    }

    private void kill(Victim victim) {
        killed.merge(victim, 1, Integer::sum);
        switch (victim) {
            // Whatever else is dead just now, and the other connector, too.
            case CONNECTOR -> cluster.connector(random.nextInt(2)).killAndStart();
            case LIVE -> {
                cluster.brokers().awaitWhole();
                cluster.brokers().killLive();
                cluster.brokers().awaitFailOver();
                cluster.brokers().start();
            }
            case BACKUP -> {
                cluster.brokers().awaitWhole();
                cluster.brokers().killBackup();
                cluster.brokers().start();
            }
            case NOBODY -> pause();
            case ALONE -> {
                cluster.brokers().killLive();
                cluster.brokers().start();
                cluster.brokers().awaitWhole();
            }
        }
    }
}
