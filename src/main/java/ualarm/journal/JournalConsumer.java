package ualarm.journal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the alarms of a queue or, where the endpoint's name has a {@code *}, of that queue of every site. Each has a worker of
 * its own with its own breaker, so a site that takes nothing costs the others nothing; it begins when the queue gets its first alarm,
 * and not before {@link JournalComponent#handOut}. While it is suspended it hands out nothing, and nothing of it is under way.
 */
final class JournalConsumer extends DefaultConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    /** The process has to end some time: what has not ended then is delivered again. */
    private static final Duration DRAIN_AT_THE_END = Duration.ofSeconds(12);

    /** Longer than any delivery takes, so that none is delivered twice because a route was edited. */
    private static final Duration DRAIN = Duration.ofSeconds(90);

    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final JournalEndpoint endpoint;

    /** The lock on it is held while one is made, so that what stops them finds all. */
    private final Map<String, Worker> workers = new ConcurrentHashMap<>();

    private ProducerTemplate template;
    private ExecutorService pool;
    private volatile boolean closing;

    JournalConsumer(JournalEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        template = endpoint.getCamelContext().createProducerTemplate();
        pool = endpoint.getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "delivery");
        closing = false;
        endpoint.getComponent().besides().add(endpoint);
        endpoint.getComponent().consumers().add(this);
        endpoint.getComponent().whenHandedOut(this::read);
    }

    /** Begins with the queues that are not worked off yet. */
    void read() {
        try {
            endpoint.getComponent().journal().read(endpoint.queues(), endpoint.getEvery() >= 0, this::begin);
        } catch (ActiveMQException e) {
            readAgain(endpoint.queue(), e);
        }
    }

    /** An external Artemis may be changing places with its other half just now. */
    private void readAgain(String queue, ActiveMQException why) {
        LOG.warn("{} cannot be worked off yet: {}", queue, why.getMessage());
        endpoint.getComponent().journal().later(this::readIfOpen, AGAIN, pool);
    }

    private void readIfOpen() {
        if (!closing) {
            read();
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        super.doSuspend();
        drain();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        closing = false;
        read();
    }

    private void begin(String queue) {
        synchronized (workers) {
            if (!closing && !endpoint.getComponent().isStopped(endpoint.site(queue))) {
                workers.computeIfAbsent(queue, this::worker);
            }
        }
    }

    /** Takes no more of a site's alarms; those under way end. */
    void stop(String site) {
        synchronized (workers) {
            workers.forEach((queue, worker) -> {
                if (endpoint.site(queue).equals(site)) {
                    worker.stop();
                    pool.execute(() -> close(queue, worker));
                }
            });
        }
    }

    private void close(String queue, Worker worker) {
        try {
            worker.close(System.nanoTime() + DRAIN.toNanos());
        } catch (ActiveMQException e) {
            LOG.error("{} is not let go: {}", queue, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.remove(queue, worker);
        // It may have been started again meanwhile.
        if (isStarted()) {
            read();
        }
    }

    private Worker worker(String queue) {
        try {
            return endpoint.getEvery() < 0
                    ? new QueueWorker(this, template, endpoint, queue, endpoint.site(queue), pool)
                    : new BatchWorker(
                            this, endpoint, queue, endpoint.site(queue), pool, failed -> closeLater(queue, failed));
        } catch (ActiveMQException e) {
            readAgain(queue, e);
            return null;
        }
    }

    private void closeLater(String queue, Worker worker) {
        endpoint.getComponent().journal().later(() -> close(queue, worker), AGAIN, pool);
    }

    private void drain() throws ActiveMQException, InterruptedException {
        synchronized (workers) {
            closing = true;
            workers.values().forEach(Worker::stop);
        }
        Duration limit = endpoint.getCamelContext().isStopping() ? DRAIN_AT_THE_END : DRAIN;
        long end = System.nanoTime() + limit.toNanos();
        for (Worker worker : workers.values()) {
            worker.close(end);
        }
        workers.clear();
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().consumers().remove(this);
        // At the end alarms still come in; those of this queue are worked off after the next start.
        if (!endpoint.getCamelContext().isStopping()) {
            endpoint.getComponent().besides().remove(endpoint);
        }
        drain();
        if (template != null) {
            template.stop();
        }
        if (pool != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(pool);
        }
        super.doStop();
    }
}
