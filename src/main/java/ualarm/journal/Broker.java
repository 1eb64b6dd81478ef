package ualarm.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.postoffice.QueueBinding;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * The embedded Artemis that keeps the journal. Nothing of it listens on the network; only this process can reach it. Every write
 * is synced to disk before it is confirmed, many waiting writes with one sync.
 */
public final class Broker implements AutoCloseable {

    /** Keys of duplicates remembered on disk, per queue. */
    static final int KEYS = 20_000;

    /** When the disk has less than this left, no new alarm is accepted, so that those in the journal can still be worked off. */
    private static final long RESERVE = 32L << 20;

    /** A lone alarm is not held up for others to share its sync; those that wait meanwhile share the next one. */
    private static final int BUFFER_NANOS = 100_000;

    /** A connector that is just stopping still has the journal; one that runs has it for good. */
    private static final int LOCK_MILLIS = 5_000;

    private final ActiveMQServer server;

    /**
     * @param directory where the journal's files lie; made when it is not there
     * @param id number of the in-process connection, one for each broker of this process
     */
    public Broker(Path directory, int id) throws Exception {
        Path journal = directory.resolve("journal").toAbsolutePath();
        long heap = Runtime.getRuntime().maxMemory();
        Configuration configuration = new ConfigurationImpl()
                .setName("journal")
                .setSecurityEnabled(false)
                .setPersistenceEnabled(true)
                .setJMXManagementEnabled(false)
                .setMessageCounterEnabled(false)
                .setBindingsDirectory(journal.resolve("bindings").toString())
                .setJournalDirectory(journal.resolve("messages").toString())
                .setPagingDirectory(journal.resolve("paging").toString())
                .setLargeMessagesDirectory(journal.resolve("large").toString())
                .setNodeManagerLockDirectory(journal.toString())
                .setJournalLockAcquisitionTimeout(LOCK_MILLIS)
                .setJournalType(JournalType.NIO)
                .setJournalFileSize(10 << 20)
                .setJournalMinFiles(2)
                .setJournalPoolFiles(8)
                .setJournalBufferTimeout_NIO(BUFFER_NANOS)
                .setJournalSyncNonTransactional(true)
                .setJournalSyncTransactional(true)
                .setIDCacheSize(KEYS)
                .setPersistIDCache(true)
                .setMaxDiskUsage(-1)
                .setMinDiskFree(RESERVE)
                .setDiskScanPeriod(1_000)
                .setGlobalMaxSize(heap / 4)
                .setMessageExpiryScanPeriod(-1)
                .setCriticalAnalyzer(false)
                .addAcceptorConfiguration(new TransportConfiguration(
                        InVMAcceptorFactory.class.getName(), Map.of("serverId", String.valueOf(id))));
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setMaxDeliveryAttempts(-1)
                        .setDeadLetterAddress(SimpleString.of(Journal.DEAD_LETTERS))
                        .setExpiryAddress(SimpleString.of(Journal.DEAD_LETTERS))
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                        .setAutoCreateQueues(true)
                        .setAutoDeleteQueues(false)
                        .setAutoDeleteAddresses(false)
                        .setIDCacheSize(KEYS)
                        .setDefaultGroupBuckets(-1));
        server = new ActiveMQServerImpl(configuration);
        server.setIdentity("journal");
    }

    /**
     * Reads the journal and opens it.
     *
     * @throws Exception when it cannot be read or another process has it
     */
    public void start() throws Exception {
        server.start();
        if (!server.waitForActivation(1, TimeUnit.SECONDS)) {
            server.stop();
            throw new IllegalStateException("it is in use by another process. Is the connector running already?");
        }
    }

    /** @return whether a write would leave too little room on the disk */
    public boolean isFull() {
        return server.getPagingManager().isDiskFull();
    }

    /** @return whether it runs and can be written to */
    public boolean isStarted() {
        return server.isActive();
    }

    /**
     * @param queue a queue's name
     * @return the duplicate keys that the journal remembers for it, in no order
     */
    List<byte[]> keys(String queue) {
        var keys = new ArrayList<byte[]>();
        server.getPostOffice()
                .getDuplicateIDCache(SimpleString.of(queue))
                .getMap()
                .forEach(pair -> keys.add(pair.getA()));
        return keys;
    }

    /** @return the names of all queues */
    Set<String> queues() {
        return bindings().map(queue -> queue.getName().toString()).collect(Collectors.toSet());
    }

    /**
     * @param which which queues to look at
     * @return those that are not empty, with their number of entries
     */
    Map<String, Long> waiting(Predicate<String> which) {
        var waiting = new TreeMap<String, Long>();
        bindings()
                .filter(queue -> queue.getMessageCount() > 0
                        && which.test(queue.getName().toString()))
                .forEach(queue -> waiting.put(queue.getName().toString(), queue.getMessageCount()));
        return waiting;
    }

    /**
     * @param name a queue's name
     * @return what waits in it
     */
    Waiting waiting(String name) {
        Queue queue = server.locateQueue(SimpleString.of(name));
        if (queue == null || queue.getMessageCount() == 0) {
            return Waiting.NOTHING;
        }
        long oldest = Stream.concat(
                        Stream.concat(
                                Optional.ofNullable(queue.peekFirstMessage()).stream(),
                                queue.getScheduledMessages().stream()),
                        queue.getDeliveringMessages().values().stream().flatMap(List::stream))
                .map(MessageReference::getMessage)
                .filter(message -> message.containsProperty(Entry.RECEIVED_AT))
                .mapToLong(message -> message.getLongProperty(Entry.RECEIVED_AT))
                .min()
                .orElse(System.currentTimeMillis());
        return new Waiting(
                queue.getMessageCount(), Duration.ofMillis(Math.max(0, System.currentTimeMillis() - oldest)));
    }

    private Stream<Queue> bindings() {
        return server.getPostOffice()
                .getAllBindings()
                .filter(binding -> binding instanceof QueueBinding)
                .map(binding -> ((QueueBinding) binding).getQueue());
    }

    /** @return a durable queue's definition, the same for the embedded and an external Artemis */
    static QueueConfiguration queue(String name) {
        return QueueConfiguration.of(name)
                .setAddress(name)
                .setRoutingType(RoutingType.ANYCAST)
                .setDurable(true)
                .setMaxConsumers(-1)
                .setAutoCreateAddress(true);
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
