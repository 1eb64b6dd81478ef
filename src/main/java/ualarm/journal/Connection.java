package ualarm.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/** The connections to an Artemis, in this process or elsewhere, each set up for its purpose, and the threads that serve them. */
final class Connection implements AutoCloseable {

    /** How long a call waits for an external Artemis to come back; the sender is told to try again instead. */
    private static final Duration FAILOVER = Duration.ofSeconds(1);

    private final String username;
    private final String password;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, daemon("journal-timer"));
    private final List<ServerLocator> locators = new ArrayList<>();
    private final ClientSessionFactory sending;
    private final ClientSessionFactory receiving;

    /**
     * @param url where the Artemis is; {@code vm://} and a number is the {@link Broker} of that number in this process
     * @param threads carry its packets
     */
    Connection(String url, String username, String password, ExecutorService threads) throws Exception {
        this.username = username;
        this.password = password;
        this.threads = threads;
        // A window for confirmations makes Artemis confirm each write; without credits a full address pages instead of
        // blocking us.
        sending = locator(url)
                .setConfirmationWindowSize(1 << 20)
                .setProducerWindowSize(-1)
                .createSessionFactory();
        // Without a window each entry is asked for by itself. With one, the question whether that was all may overtake
        // the credits for more, which Artemis sends on another thread: then what is left is not seen.
        receiving = locator(url).setConsumerWindowSize(0).setAckBatchSize(0).createSessionFactory();
    }

    /** @return threads that carry Artemis' packets */
    static ExecutorService pool() {
        return Executors.newCachedThreadPool(daemon("journal"));
    }

    private static ThreadFactory daemon(String name) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private ServerLocator locator(String url) {
        ServerLocator locator = parsed(url)
                .setBlockOnDurableSend(false)
                .setBlockOnAcknowledge(false)
                .setReconnectAttempts(-1)
                .setRetryInterval(500)
                .setRetryIntervalMultiplier(2)
                .setMaxRetryInterval(5_000)
                .setCallTimeout(Writer.CONFIRMATION.toMillis())
                .setCallFailoverTimeout(FAILOVER.toMillis())
                .setUseGlobalPools(false);
        locator.setThreadPools(threads, timer, threads);
        locators.add(locator);
        return locator;
    }

    private static ServerLocator parsed(String url) {
        try {
            return ActiveMQClient.createServerLocator(url);
        } catch (Exception e) {
            throw new IllegalArgumentException("journal.url is no address of Artemis: " + e.getMessage(), e);
        }
    }

    /** @return a session that confirms each write */
    ClientSession toSend() throws ActiveMQException {
        return session(sending);
    }

    /** @return a session that is handed out entries, and acknowledges each by itself */
    ClientSession toReceive() throws ActiveMQException {
        return session(receiving);
    }

    private ClientSession session(ClientSessionFactory factory) throws ActiveMQException {
        return username.isEmpty()
                ? factory.createSession(true, true, 0)
                : factory.createSession(username, password, false, true, true, false, 0);
    }

    boolean isOpen() {
        return !sending.isClosed();
    }

    /** Runs something after a delay, on one of the executor's threads. */
    void later(Runnable task, Duration delay, Executor executor) {
        timer.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs something short again and again. */
    void every(Duration pause, Runnable task) {
        timer.scheduleWithFixedDelay(task, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Closes what is connected; the threads go on until {@link #stopThreads}. */
    @Override
    public void close() {
        locators.forEach(ServerLocator::close);
    }

    void stopThreads() {
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
