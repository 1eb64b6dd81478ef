package ualarm.journal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.StartupListener;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the alarms of a queue or, where the endpoint's name has a {@code *}, of that queue of every site. Each has a worker of
 * its own with its own breaker, so a site that takes nothing costs the others nothing; it begins when the queue gets its first alarm,
 * and not before all of Camel has started: an endpoint that a {@code toD} makes while it starts may never be started itself.
 */
final class JournalConsumer extends DefaultConsumer implements StartupListener {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");
    private static final Duration DRAIN = Duration.ofSeconds(12);

    private final JournalEndpoint endpoint;
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
        closing = false;
        template = endpoint.getCamelContext().createProducerTemplate();
        pool = endpoint.getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "delivery");
        endpoint.getCamelContext().addStartupListener(this);
    }

    @Override
    public void onCamelContextStarted(CamelContext camel, boolean alreadyStarted) throws Exception {
        if (alreadyStarted) {
            read();
        }
    }

    @Override
    public void onCamelContextFullyStarted(CamelContext camel, boolean alreadyStarted) throws Exception {
        if (isStarted()) {
            read();
        }
    }

    private void read() throws ActiveMQException {
        endpoint.getComponent().journal().read(endpoint.queues(), this::begin);
    }

    private void begin(String queue) {
        if (!closing) {
            workers.computeIfAbsent(queue, this::worker);
        }
    }

    private Worker worker(String queue) {
        try {
            return endpoint.getEvery() < 0
                    ? new QueueWorker(this, template, endpoint, queue, endpoint.site(queue), pool)
                    : new BatchWorker(this, endpoint, queue, endpoint.site(queue), pool);
        } catch (ActiveMQException e) {
            LOG.error("{} cannot be worked off until the next start: {}", queue, e.getMessage());
            return null;
        }
    }

    @Override
    protected void doStop() throws Exception {
        closing = true;
        workers.values().forEach(Worker::stop);
        long end = System.nanoTime() + DRAIN.toNanos();
        for (Worker worker : workers.values()) {
            worker.close(end);
        }
        workers.clear();
        if (template != null) {
            template.stop();
        }
        if (pool != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(pool);
        }
        super.doStop();
    }
}
