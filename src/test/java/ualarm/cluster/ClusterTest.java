package ualarm.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two connectors on a pair of brokers, of each of which one is killed. {@link Kills} does so often. */
class ClusterTest {

    @TempDir
    private Path folder;

    @Test
    void noAnsweredAlarmIsMissingWhenAConnectorAndABrokerAreKilled() throws Exception {
        Optional<Path> home = Artemis.home();
        Assumptions.assumeTrue(home.isPresent(), "There is no Artemis.");
        try (var cluster = new Cluster(Brokers.pair(home.get(), folder), folder, "")) {
            cluster.start();
            int first = cluster.book().add(0);
            String alarm = cluster.alarm(first, 0);
            assertThat(cluster.connector(0).answer(alarm)).contains("\"accepted\"");
            cluster.book().accepted(first);
            assertThat(cluster.connector(1).answer(alarm)).contains("\"duplicate\"");
            AutoCloseable sending = cluster.send(60);
            await().until(() -> cluster.book().sum().accepted() > 60);
            cluster.connector(1).kill();
            cluster.brokers().killLive();
            cluster.brokers().awaitFailOver();
            cluster.connector(1).start();
            cluster.connector(1).awaitReady();
            sending.close();
            Book.Sum sum = cluster.settle(Duration.ofMinutes(1));
            System.out.println("A connector and a broker killed: " + sum);
            assertThat(sum.lost()).isZero();
            assertThat(sum.unmailed()).isZero();
            assertThat(cluster.connector(1).answer(alarm)).as("after kills").contains("\"duplicate\"");
        }
    }
}
