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
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import ualarm.site.Settings.JournalPlace;

/** The connections to an Artemis, in this process or elsewhere, each set up for its purpose, and the threads that serve them. */
final class Connection implements AutoCloseable {

    /** How long a call waits for an external Artemis to come back; the sender is told to try again instead. */
    private static final Duration FAILOVER = Duration.ofSeconds(1);

    /** A connector or a broker of which nothing is heard any more. */
    private static final Duration GONE_AFTER = Duration.ofSeconds(15);

    /** At each of the addresses, less and less often: half a minute for one, a minute for two. Then the process ends, and its service starts it again. */
    private static final int FIRST_ATTEMPTS = 8;

    private final String username;
    private final String password;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, daemon("journal-timer"));
    private final List<ServerLocator> locators = new ArrayList<>();
    private final LetGo letGo = new LetGo();
    private final String url;
    private final ClientSessionFactory receiving;

    /**
     * @param url where the Artemis is; {@code vm://} and a number is the {@link Broker} of that number in this process
     * @param threads carry its packets
     */
    Connection(String url, String username, String password, ExecutorService threads) throws Exception {
        this.url = url;
        this.username = username;
        this.password = password;
        this.threads = threads;
        // Without a window each entry is asked for by itself. With one, the question whether that was all may overtake
        // the credits for more, which Artemis sends on another thread: then what is left is not seen.
        receiving = locator().setConsumerWindowSize(0).setAckBatchSize(0).createSessionFactory();
    }

    /** @return threads that carry Artemis' packets */
    static ExecutorService pool() {
        return Executors.newCachedThreadPool(daemon("journal"));
    }

    /** @return so many threads */
    static ExecutorService pool(String name, int size) {
        return Executors.newFixedThreadPool(size, daemon(name));
    }

    /** @return a further connection */
    ClientSessionFactory another() throws ActiveMQException {
        try {
            // Without credits a full address pages instead of blocking us.
            return locator().setProducerWindowSize(-1).createSessionFactory();
        } catch (ActiveMQException e) {
            throw e;
        } catch (Exception e) {
            throw new ActiveMQException(e.getMessage(), e, ActiveMQExceptionType.NOT_CONNECTED);
        }
    }

    private static ThreadFactory daemon(String name) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private boolean isExternal() {
        return !url.startsWith("vm:");
    }

    private ServerLocator locator() {
        ServerLocator locator = parsed(isExternal() ? withFailOver(url) : url)
                .setBlockOnDurableSend(false)
                .setBlockOnAcknowledge(false)
                .setReconnectAttempts(-1)
                .setRetryInterval(500)
                .setRetryIntervalMultiplier(2)
                .setMaxRetryInterval(5_000)
                .setCallTimeout(Writer.CONFIRMATION.toMillis())
                .setCallFailoverTimeout(FAILOVER.toMillis())
                .setUseGlobalPools(false);
        if (isExternal()) {
            locator.setInitialConnectAttempts(FIRST_ATTEMPTS)
                    .setConnectionTTL(GONE_AFTER.toMillis())
                    .setClientFailureCheckPeriod(GONE_AFTER.toMillis());
        }
        locator.setThreadPools(threads, timer, threads);
        locators.add(locator);
        return locator;
    }

    private static ServerLocator parsed(String url) {
        try {
            return ActiveMQClient.createServerLocator(url);
        } catch (Exception e) {
            // Not its cause, whose text has the whole address.
            throw new IllegalArgumentException(
                    "journal.url is no address of Artemis: " + JournalPlace.withoutParameters(e.toString()));
        }
    }

    /** Its clients are told by a pair which half takes the place of the other. */
    private static String withFailOver(String url) {
        return url.contains("ha=") ? url : url + (url.lastIndexOf('?') > url.lastIndexOf(')') ? "&" : "?") + "ha=true";
    }

    /** @return a session that is handed out entries, and acknowledges each by itself */
    ClientSession toReceive() throws ActiveMQException {
        return session(receiving, true);
    }

    /** @return a session that makes queues and asks about them */
    ClientSession toAsk(ClientSessionFactory factory) throws ActiveMQException {
        return session(factory, true);
    }

    /** @return a session whose writes end with a commit */
    ClientSession toWrite(ClientSessionFactory factory) throws ActiveMQException {
        return session(factory, false);
    }

    private ClientSession session(ClientSessionFactory factory, boolean commitsByItself) throws ActiveMQException {
        return username.isEmpty()
                ? factory.createSession(commitsByItself, true, 0)
                : factory.createSession(username, password, false, commitsByItself, true, false, 0);
    }

    /** @return what was let go last */
    LetGo letGo() {
        return letGo;
    }

    /** Runs something after a delay, on one of the executor's threads. */
    void later(Runnable task, Duration delay, Executor executor) {
        timer.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs something that may wait for Artemis. */
    void now(Runnable task) {
        threads.execute(task);
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
