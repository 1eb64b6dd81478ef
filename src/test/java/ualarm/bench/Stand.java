package ualarm.bench;

import java.time.Duration;

/** The connector between a load and simulated XProtect systems, each alarm in one ledger. */
final class Stand implements AutoCloseable {

    /** How long events may fail to come before those that are still missing are given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Ledger ledger = new Ledger();
    private final int cameras;
    private final XProtect xprotect;
    private final ConnectorProcess connector;
    private final double start;

    /**
     * Starts them, and waits for the first accepted alarm.
     *
     * @param sites how many XProtect systems
     * @param cameras how many cameras each of them has
     */
    Stand(int sites, int cameras) throws InterruptedException {
        this.cameras = cameras;
        xprotect = new XProtect(sites, cameras, ledger::arrived);
        connector = new ConnectorProcess(xprotect.urls());
        try {
            int first = ledger.add(System.nanoTime());
            connector.awaitAccepted(Load.shortForm(0, ledger.time(first)));
            start = connector.seconds();
            ledger.answered(first, 200);
        } catch (IllegalStateException e) {
            connector.close();
            throw e;
        }
    }

    Ledger ledger() {
        return ledger;
    }

    XProtect xprotect() {
        return xprotect;
    }

    ConnectorProcess connector() {
        return connector;
    }

    /** @return from the start to the first accepted alarm, in seconds */
    double start() {
        return start;
    }

    /** @return a load that sends padded alarms in U-Alarm's form; unpadded ones in the short form */
    Load load(int padding) {
        return new Load(connector.port(), ledger, cameras, padding);
    }

    /** Sends alarms for {@code -Dbench.warm} seconds, so that what is measured then is compiled. */
    void warm() throws InterruptedException {
        warm(0);
    }

    /** The same with padded alarms. */
    void warm(int padding) throws InterruptedException {
        closed(64, Duration.ofSeconds(Integer.getInteger("bench.warm", 25)), padding);
    }

    /** Sends on so many connections for some time, on each the next alarm when the one before is answered. */
    Ledger.Outcome closed(int connections, Duration time) throws InterruptedException {
        return closed(connections, time, 0);
    }

    /** The same with padded alarms. */
    Ledger.Outcome closed(int connections, Duration time, int padding) throws InterruptedException {
        int first = ledger.size();
        try (Load load = load(padding)) {
            load.closed(connections, time);
        }
        ledger.settle(PATIENCE);
        return ledger.since(first);
    }

    /** Sends so many alarms a second. */
    Ledger.Outcome open(int rate, Duration time) throws InterruptedException {
        int first = ledger.size();
        try (Load load = load(0)) {
            load.open(rate, time);
        }
        ledger.settle(PATIENCE);
        return ledger.since(first);
    }

    @Override
    public void close() {
        connector.close();
        xprotect.close();
    }
}
