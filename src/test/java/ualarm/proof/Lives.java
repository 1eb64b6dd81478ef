package ualarm.proof;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import ualarm.cluster.ConnectorChild;

/** The lives of a connector, each ended by SIGKILL at a random moment. */
final class Lives {

    private final ConnectorChild connector;
    private final Random random;

    /** How long it takes to start, as far as is known. */
    private long start = Duration.ofSeconds(4).toNanos();

    private int started;
    private int starting;

    Lives(ConnectorChild connector, Random random) {
        this.connector = connector;
        this.random = random;
    }

    /**
     * Starts it and kills it.
     *
     * @param isEarly whether it is killed while it starts
     * @param longest how long it takes alarms at most, when it is not
     */
    void live(boolean isEarly, Duration longest) {
        long begun = System.nanoTime();
        connector.start();
        if (isEarly) {
            starting++;
            LockSupport.parkNanos((long) (start * random.nextDouble()));
        } else {
            connector.awaitReady();
            started++;
            start = System.nanoTime() - begun;
            LockSupport.parkNanos((long) (longest.toNanos() * random.nextDouble()));
        }
        connector.kill();
    }

    /** @return how many there were */
    @Override
    public String toString() {
        return started + " while it took alarms, " + starting + " while it started";
    }
}
