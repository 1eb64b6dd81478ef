package ualarm.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.message.impl.CoreMessage;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.persistence.impl.journal.LargeServerMessageImpl;
import org.apache.activemq.artemis.core.persistence.impl.journal.OperationContextImpl;
import org.apache.activemq.artemis.core.postoffice.QueueBinding;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.impl.RoutingContextImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.impl.TransactionImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.WholeFile;

/**
 * The embedded Artemis that keeps the journal. Nothing of it listens on the network; only this process can reach it. Every write
 * is synced to disk before it is confirmed, many waiting writes with one sync.
 */
final class Broker implements Store {

    /**
     * Keys of duplicates remembered on disk, per queue: ten minutes at 8 alarms a second, over a restart. Artemis lets none go before,
     * however old, and each takes some 170 bytes.
     */
    static final int KEYS = 5_000;

    /** When the disk has less than this left, no new alarm is accepted, so that those in the journal can still be worked off. */
    private static final long RESERVE = 32L << 20;

    /** A lone alarm is not held up for others to share its sync; those that wait meanwhile share the next one. */
    private static final int BUFFER_NANOS = 100_000;

    private static final String DAMAGED = "damaged";

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private static final int PAGE = 1 << 20;

    /**
     * A message of more bytes than this is one for each queue. Artemis makes a file of it from some 490,000 on, which queues would share: one reads
     * it while another does, or deletes it with its page.
     */
    private static final int SHARED = 256 << 10;

    /** Bytes of most messages. */
    private static final int MESSAGE = 1024;

    /** A connector that is just stopping still has the journal; one that runs has it for good. */
    private static final int LOCK_MILLIS = 5_000;

    private final Path journal;
    private final JournalServer server;
    private final JournalNotes notes;
    private final AtomicBoolean acknowledged = new AtomicBoolean();
    private volatile boolean hasFailed;
    private Executor confirming;
    private OperationContext acknowledging;

    /**
     * @param directory where the journal's files lie; made when it is not there
     * @param id number of the in-process connection, one for each broker of this process
     * @param memory bytes of waiting alarms that are kept in memory; more of them wait on pages, on disk only
     */
    Broker(Path directory, int id, long memory) throws Exception {
        journal = directory.resolve("journal").toAbsolutePath();
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
                // Acknowledgements; all that is put in is in transactions.
                .setJournalSyncNonTransactional(false)
                .setJournalSyncTransactional(true)
                .setIDCacheSize(KEYS)
                .setPersistIDCache(true)
                .setMaxDiskUsage(-1)
                .setMinDiskFree(RESERVE)
                .setDiskScanPeriod(1_000)
                .setGlobalMaxSize(memory)
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
                        // Artemis reads two pages of each queue ahead, and this heap is small.
                        .setPageSizeBytes(PAGE)
                        .setMaxReadPageBytes(PAGE)
                        .setPrefetchPageBytes(PAGE)
                        .setAutoCreateQueues(true)
                        .setAutoDeleteQueues(false)
                        .setAutoDeleteAddresses(false)
                        .setIDCacheSize(KEYS)
                        // The order of a camera is the worker's.
                        .setDefaultGroupBuckets(0));
        notes = new JournalNotes(journal.resolve("notes"));
        server = new JournalServer(configuration, notes, journal.resolve(DAMAGED));
        server.setIdentity("journal");
        // Artemis then stops itself; with a disk that cannot be written to it does not come to the end of that.
        server.registerIOCriticalErrorListener((failure, message, file) -> hasFailed = true);
    }

    /**
     * Reads the journal and opens it.
     *
     * @throws Exception when it cannot be read or another process has it
     */
    void start() throws Exception {
        expectBindings();
        server.start();
        if (!server.waitForActivation(1, TimeUnit.SECONDS)) {
            server.stop();
            throw new IllegalStateException("it is in use by another process. Is the connector running already?");
        }
        // Artemis makes folders, and does not sync their names.
        WholeFile.syncFolder(journal);
        WholeFile.syncFolder(journal.getParent());
        WholeFile.syncFolder(journal.getParent().getParent());
        try {
            writeNotes();
        } catch (IOException e) {
            // What waits is delivered, and makes room.
            LOG.warn("What is to be known of the journal cannot be noted: {}. Is the disk full?", e.toString());
        }
        confirming = server.getExecutorFactory().getExecutor();
        acknowledging = new OperationContextImpl(confirming);
    }

    private void writeNotes() throws IOException {
        var queues = new TreeMap<Long, String>();
        bindings().forEach(queue -> queues.put(queue.getID(), queue.getName().toString()));
        notes.write(queues);
    }

    /** @return files of what stood where the journal could not be read, and of which alarms are still to be put among the dead letters */
    List<Path> lost() throws IOException {
        Path damaged = journal.resolve(DAMAGED);
        if (!Files.isDirectory(damaged)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(damaged)) {
            return files.filter(file -> file.toString().endsWith(JournalCheck.LOST))
                    .sorted()
                    .toList();
        }
    }

    /** Without them, and without the notes, Artemis throws the messages away: it does not know any more in which queues they are. */
    private void expectBindings() throws IOException {
        Path bindings = journal.resolve("bindings");
        if (!isEmpty(bindings) || isEmpty(journal.resolve("messages"))) {
            return;
        }
        notes.read();
        if (notes.queues().isEmpty()) {
            throw new IllegalStateException(
                    bindings + " is gone; it says which alarms are whose. Put it back. When nobody has it, move "
                            + journal + " away and keep it: the connector then begins without the alarms in it");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    @Override
    public void create(String name, boolean isTogether) throws ActiveMQException {
        if (server.locateQueue(SimpleString.of(name)) != null) {
            return;
        }
        try {
            server.createQueue(queue(name), true);
            writeNotes();
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** @return what the broker has thrown, as its client would throw it */
    static ActiveMQException failure(Exception thrown) {
        return thrown instanceof ActiveMQException own ? own : new ActiveMQException(thrown.getMessage(), thrown, null);
    }

    @Override
    public ICoreMessage message() {
        return new CoreMessage(server.getStorageManager().generateID(), MESSAGE).setDurable(true);
    }

    @Override
    public CompletableFuture<List<String>> put(List<String> queues, ICoreMessage message, byte[] id) {
        return write(queues, message, Optional.of(id));
    }

    @Override
    public CompletableFuture<Void> write(String queue, ICoreMessage message) {
        return write(List.of(queue), message, Optional.empty()).thenApply(written -> null);
    }

    /**
     * In one transaction, which is one sync: all queues have the message, and remember its key, or none. A queue that has its messages
     * on pages may have it though the others do not; nobody has been told then that it is stored.
     */
    private CompletableFuture<List<String>> write(List<String> queues, ICoreMessage message, Optional<byte[]> key) {
        var written = new CompletableFuture<List<String>>();
        StorageManager storage = server.getStorageManager();
        OperationContext before = OperationContextImpl.getContext();
        OperationContextImpl.setContext(new OperationContextImpl(confirming));
        var transaction = new Put(storage);
        try {
            // First: its size is asked for, and it would be encoded once more.
            message.setAddress(queues.get(0));
            if (queues.size() == 1 || message.getEncodeSize() <= SHARED) {
                route(message, queues, transaction);
            } else {
                for (String name : queues) {
                    ICoreMessage own = message.copy(storage.generateID()).toCore();
                    own.setAddress(name);
                    route(own, List.of(name), transaction);
                }
            }
            if (key.isPresent()) {
                for (String name : queues) {
                    server.getPostOffice()
                            .getDuplicateIDCache(SimpleString.of(name))
                            .addToCache(key.get(), transaction, false);
                }
            }
            transaction.commit();
            storage.afterCompleteOperations(new IOCallback() {
                @Override
                public void done() {
                    written.complete(queues);
                }

                @Override
                public void onError(int code, String reason) {
                    written.completeExceptionally(new NotStored(reason));
                }
            });
        } catch (Exception e) {
            rollBack(transaction);
            written.completeExceptionally(new NotStored(e.getMessage()));
        } finally {
            OperationContextImpl.setContext(before);
        }
        return written;
    }

    private void route(ICoreMessage message, List<String> queues, Transaction transaction) throws Exception {
        var routing = new RoutingContextImpl(transaction);
        for (String name : queues) {
            SimpleString address = SimpleString.of(name);
            routing.addQueue(address, server.locateQueue(address));
        }
        server.getPostOffice()
                .processRoute(
                        LargeServerMessageImpl.checkLargeMessage(message, server.getStorageManager()), routing, true);
    }

    /** It is synced after its pages are. Pages do not name it: Artemis would keep it in memory until they are read. */
    private static final class Put extends TransactionImpl {
        Put(StorageManager storage) {
            super(storage);
        }

        @Override
        public boolean isAllowPageTransaction() {
            return false;
        }
    }

    private static void rollBack(Transaction transaction) {
        try {
            transaction.rollback();
        } catch (Exception e) {
            LOG.debug("What could not be stored could not be taken back, either: {}", e.getMessage());
        }
    }

    @Override
    public HandOut handOut(String queue) {
        return new BrokerHandOut(
                this,
                server.locateQueue(SimpleString.of(queue)),
                server.getStorageManager().generateID(),
                acknowledging);
    }

    /** An acknowledgement waits to be written. */
    void hasAcknowledged() {
        acknowledged.set(true);
    }

    /** Writes acknowledgements that no other write has taken along. They are not synced: a power cut may bring back what they let go. */
    void flush() {
        if (acknowledged.getAndSet(false) && server.isActive()) {
            messages().getFileFactory().flush();
        }
    }

    JournalImpl messages() {
        return (JournalImpl) server.getStorageManager().getMessageJournal();
    }

    private boolean isFull() {
        return server.getPagingManager().isDiskFull();
    }

    @Override
    public boolean isOpen() {
        return isRunning() && !isFull();
    }

    /** @return whether it runs, and its disk can be written to */
    boolean isRunning() {
        return server.isActive() && !hasFailed;
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

    @Override
    public Waiting waiting(String name) {
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
    public void close() {
        flush();
    }

    void stop() throws Exception {
        server.stop();
        if (!hasFailed) {
            try {
                notes.close();
            } catch (IOException e) {
                LOG.debug("That the journal was closed could not be noted", e);
            }
        }
    }

    /** Hands out what waits for a later attempt now, when some of it waits for one after a time. */
    void hurryAfter(String name, Instant time) throws ActiveMQException {
        Queue queue = server.locateQueue(SimpleString.of(name));
        if (queue != null
                && queue.getScheduledMessages().stream()
                        .anyMatch(waiting -> waiting.getScheduledDeliveryTime() > time.toEpochMilli())) {
            LOG.warn(
                    "Alarms of {} wait for a time long after now. Was the clock of this machine set? They are tried now.",
                    name);
            hurry(name);
        }
    }

    /** Hands out what waits for a later attempt now. */
    void hurry(String name) throws ActiveMQException {
        Queue queue = server.locateQueue(SimpleString.of(name));
        if (queue != null) {
            queue.deliverScheduledMessages();
        }
    }
}
