package ualarm.journal;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.paging.PagingStoreFactory;
import org.apache.activemq.artemis.core.paging.impl.PagingStoreFactoryNIO;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalRecordIds;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalStorageManager;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.utils.ExecutorFactory;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzer;
import ualarm.alarm.WholeFile;

/** An Artemis whose files are {@link NamedFiles}. */
final class JournalServer extends ActiveMQServerImpl {

    private static final int BINDINGS_FILE = 1 << 20;

    JournalServer(Configuration configuration) {
        super(configuration);
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

    @Override
    protected PagingStoreFactory getPagingStoreFactory() {
        Configuration configuration = getConfiguration();
        return new Pages(
                getStorageManager(),
                configuration.getPagingLocation(),
                configuration.getPageSyncTimeout(),
                scheduledPool,
                pageExecutorFactory,
                configuration.isJournalSyncNonTransactional(),
                ioCriticalErrorListener);
    }

    private static final class Storage extends JournalStorageManager {

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
            bindingsFF =
                    new NamedFiles(configuration.getBindingsLocation(), configuration.getJournalMaxIO_NIO(), listener);
            bindingsJournal = new JournalImpl(
                    ioExecutorFactory,
                    BINDINGS_FILE,
                    2,
                    configuration.getJournalPoolFiles(),
                    configuration.getJournalCompactMinFiles(),
                    configuration.getJournalCompactPercentage(),
                    configuration.getJournalFileOpenTimeout(),
                    bindingsFF,
                    "activemq-bindings",
                    "bindings",
                    1,
                    0,
                    listener,
                    configuration.getJournalMaxAtticFiles());
            originalBindingsJournal = bindingsJournal;
            journalFF = new NamedFiles(
                    configuration.getJournalLocation(),
                    configuration.getJournalBufferSize_NIO(),
                    configuration.getJournalBufferTimeout_NIO(),
                    configuration.getJournalMaxIO_NIO(),
                    listener,
                    getCriticalAnalyzer());
            messageJournal = createMessageJournal(
                    configuration,
                    listener,
                    fixJournalFileSize(configuration.getJournalFileSize(), journalFF.getAlignment()));
            messageJournal.replaceableRecord(JournalRecordIds.UPDATE_DELIVERY_COUNT);
            messageJournal.replaceableRecord(JournalRecordIds.SET_SCHEDULED_DELIVERY_TIME);
            originalMessageJournal = messageJournal;
            largeMessagesDirectory = configuration.getLargeMessagesDirectory();
            largeMessagesFactory = new NamedFiles(configuration.getLargeMessagesLocation(), 1, listener);
        }
    }

    private static final class Pages extends PagingStoreFactoryNIO {
        private final IOCriticalErrorListener listener;

        Pages(
                StorageManager storage,
                File folder,
                long syncTimeout,
                ScheduledExecutorService scheduled,
                ExecutorFactory executors,
                boolean syncNonTransactional,
                IOCriticalErrorListener listener) {
            super(storage, folder, syncTimeout, scheduled, executors, syncNonTransactional, listener);
            this.listener = listener;
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
            return new NamedFiles(new File(getDirectory(), folder), 1, listener);
        }
    }
}
