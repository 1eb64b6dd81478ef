package ualarm.journal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.journal.JournalLoadInformation;
import org.apache.activemq.artemis.core.paging.PagingStoreFactory;
import org.apache.activemq.artemis.core.paging.impl.PagingStoreFactoryNIO;
import org.apache.activemq.artemis.core.persistence.AddressBindingInfo;
import org.apache.activemq.artemis.core.persistence.GroupingInfo;
import org.apache.activemq.artemis.core.persistence.QueueBindingInfo;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalRecordIds;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalStorageManager;
import org.apache.activemq.artemis.core.persistence.impl.journal.codec.PersistentAddressBindingEncoding;
import org.apache.activemq.artemis.core.persistence.impl.journal.codec.PersistentQueueBindingEncoding;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.server.impl.QueueConfigurationUtils;
import org.apache.activemq.artemis.utils.ExecutorFactory;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.WholeFile;

/** An Artemis whose files are {@link NamedFiles}, and are looked through before they are read. */
final class JournalServer extends ActiveMQServerImpl {

    private static final Logger LOG = LoggerFactory.getLogger(JournalServer.class);

    private static final int BINDINGS_FILE = 1 << 20;
    private static final String BINDINGS = "bindings";
    private static final String MESSAGES = "amq";

    private final JournalNotes notes;
    private final Path damaged;

    /**
     * @param notes what is known of it
     * @param damaged where what cannot be read is kept
     */
    JournalServer(Configuration configuration, JournalNotes notes, Path damaged) {
        super(configuration);
        this.notes = notes;
        this.damaged = damaged;
    }

    @Override
    protected StorageManager createStorageManager() {
        var storage = new Storage(
                getConfiguration(),
                getCriticalAnalyzer(),
                executorFactory,
                scheduledPool,
                ioExecutorFactory,
                ioCriticalErrorListener);
        getCriticalAnalyzer().add(storage);
        return storage;
    }

    /** Artemis calls it when the journal is this process' alone, before it looks at its files. */
    @Override
    protected PagingStoreFactory getPagingStoreFactory() throws IOException {
        notes.read();
        Configuration configuration = getConfiguration();
        return new Pages(
                getStorageManager(),
                configuration.getPagingLocation(),
                configuration.getPageSyncTimeout(),
                scheduledPool,
                pageExecutorFactory,
                configuration.isJournalSyncNonTransactional(),
                ioCriticalErrorListener,
                new PageCheck(configuration.getPagingLocation().toPath(), damaged, notes));
    }

    private final class Storage extends JournalStorageManager {

        Storage(
                Configuration configuration,
                CriticalAnalyzer analyzer,
                ExecutorFactory executors,
                ScheduledExecutorService scheduled,
                ExecutorFactory ioExecutors,
                IOCriticalErrorListener listener) {
            super(configuration, analyzer, executors, scheduled, ioExecutors, listener);
        }

        /** As Artemis does for NIO, but for the files. The constructor above calls it. */
        @Override
        protected void init(Configuration configuration, IOCriticalErrorListener listener) {
            var bindingsFiles = new NamedFiles(
                    configuration.getBindingsLocation(), configuration.getJournalMaxIO_NIO(), listener, true);
            bindingsFF = bindingsFiles;
            bindingsJournal = new SealedJournal(
                    configuration,
                    ioExecutorFactory,
                    bindingsFiles,
                    BINDINGS_FILE,
                    2,
                    "activemq-bindings",
                    BINDINGS,
                    listener);
            originalBindingsJournal = bindingsJournal;
            var journalFiles = new NamedFiles(
                    configuration.getJournalLocation(),
                    configuration.getJournalBufferSize_NIO(),
                    configuration.getJournalBufferTimeout_NIO(),
                    configuration.getJournalMaxIO_NIO(),
                    listener,
                    getCriticalAnalyzer());
            journalFF = journalFiles;
            messageJournal = new SealedJournal(
                    configuration,
                    ioExecutorFactory,
                    journalFiles,
                    fixJournalFileSize(configuration.getJournalFileSize(), journalFiles.getAlignment()),
                    configuration.getJournalMinFiles(),
                    "activemq-data",
                    MESSAGES,
                    listener);
            messageJournal.replaceableRecord(JournalRecordIds.UPDATE_DELIVERY_COUNT);
            messageJournal.replaceableRecord(JournalRecordIds.SET_SCHEDULED_DELIVERY_TIME);
            originalMessageJournal = messageJournal;
            largeMessagesDirectory = configuration.getLargeMessagesDirectory();
            largeMessagesFactory = new NamedFiles(configuration.getLargeMessagesLocation(), 1, listener, false);
        }

        @Override
        public JournalLoadInformation loadBindingJournal(
                List<QueueBindingInfo> known, List<GroupingInfo> groupings, List<AddressBindingInfo> addresses)
                throws Exception {
            JournalCheck bindings = look(config.getBindingsLocation(), BINDINGS, false);
            JournalCheck messages = look(config.getJournalLocation(), MESSAGES, true);
            long last = Math.max(bindings.highest(), messages.highest());
            if (bindings.isOlder() || messages.isOlder()) {
                notes.unsealedUpTo(last);
            }
            notes.sealedAfter(last);
            JournalLoadInformation loaded = super.loadBindingJournal(known, groupings, addresses);
            long highest = Stream.concat(Stream.of(last), notes.queues().keySet().stream())
                    .max(Long::compare)
                    .orElse(0L);
            if (idGenerator.getCurrentID() <= highest) {
                // Else what is new would have the number of something that is there.
                idGenerator.forceNextID(highest + 1);
            }
            bind(known, addresses);
            return loaded;
        }

        private JournalCheck look(File folder, String extension, boolean hasAlarms) throws IOException {
            var check = new JournalCheck(folder.toPath(), extension, damaged, notes, hasAlarms);
            check.run();
            return check;
        }

        private void bind(List<QueueBindingInfo> known, List<AddressBindingInfo> addresses) throws Exception {
            Set<String> queueNames = known.stream()
                    .map(queue -> queue.getQueueConfiguration().getName().toString())
                    .collect(Collectors.toSet());
            Set<String> addressNames = addresses.stream()
                    .map(address -> address.getName().toString())
                    .collect(Collectors.toSet());
            for (var queue : notes.queues().entrySet()) {
                String name = queue.getValue();
                if (!queueNames.contains(name)) {
                    LOG.warn("The journal does not know the queue {} any more. It is made again.", name);
                    var configuration = Broker.queue(name).setId(queue.getKey());
                    QueueConfigurationUtils.applyDefaults(
                            configuration, getAddressSettingsRepository().getMatch(name));
                    var binding = new PersistentQueueBindingEncoding(configuration);
                    bindingsJournal.appendAddRecord(
                            queue.getKey(), JournalRecordIds.QUEUE_BINDING_RECORD, binding, true);
                    known.add(binding);
                }
                if (!addressNames.contains(name)) {
                    var address = new PersistentAddressBindingEncoding(
                            SimpleString.of(name), EnumSet.of(RoutingType.ANYCAST), true, false);
                    address.setId(idGenerator.generateID());
                    bindingsJournal.appendAddRecord(
                            address.getId(), JournalRecordIds.ADDRESS_BINDING_RECORD, address, true);
                    addresses.add(address);
                }
            }
        }
    }

    private static final class Pages extends PagingStoreFactoryNIO {
        private final IOCriticalErrorListener listener;
        private final PageCheck check;

        Pages(
                StorageManager storage,
                File folder,
                long syncTimeout,
                ScheduledExecutorService scheduled,
                ExecutorFactory executors,
                boolean syncNonTransactional,
                IOCriticalErrorListener listener,
                PageCheck check) {
            super(storage, folder, syncTimeout, scheduled, executors, syncNonTransactional, listener);
            this.listener = listener;
            this.check = check;
        }

        /** A folder of pages without the name of its address is not read at the next start. */
        @Override
        public synchronized SequentialFileFactory newFileFactory(SimpleString address) throws Exception {
            SequentialFileFactory files = super.newFileFactory(address);
            Path name = files.getDirectory().toPath().resolve(ADDRESS_FILE);
            WholeFile.write(name, address + System.lineSeparator());
            return files;
        }

        @Override
        protected SequentialFileFactory newFileFactory(String folder) {
            return new PageFiles(new File(getDirectory(), folder), listener, check);
        }
    }
}
