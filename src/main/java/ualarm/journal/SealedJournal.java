package ualarm.journal;

import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.journal.IOCompletion;
import org.apache.activemq.artemis.core.journal.JournalLoadInformation;
import org.apache.activemq.artemis.core.journal.JournalUpdateCallback;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.TransactionFailureCallback;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.persistence.Persister;
import org.apache.activemq.artemis.utils.ExecutorFactory;
import org.apache.activemq.artemis.utils.collections.SparseArrayLinkedList;

/** An Artemis journal each of whose records has a {@link Seal}; {@link JournalCheck} looks at them before it is loaded. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class SealedJournal extends JournalImpl {

    private final NamedFiles files;

    SealedJournal(
            Configuration configuration,
            ExecutorFactory threads,
            NamedFiles files,
            int fileSize,
            int minFiles,
            String prefix,
            String extension,
            IOCriticalErrorListener listener) {
        super(
                threads,
                fileSize,
                minFiles,
                configuration.getJournalPoolFiles(),
                configuration.getJournalCompactMinFiles(),
                configuration.getJournalCompactPercentage(),
                configuration.getJournalFileOpenTimeout(),
                files,
                prefix,
                extension,
                files.getMaxIO(),
                0,
                listener,
                configuration.getJournalMaxAtticFiles());
        this.files = files;
    }

    @Override
    public void appendAddRecord(
            long id, byte type, Persister persister, Object record, boolean sync, IOCompletion callback)
            throws Exception {
        super.appendAddRecord(id, type, Seal.after(persister, Seal.Deed.ADD, id, type), record, sync, callback);
    }

    @Override
    public void appendAddEvent(
            long id, byte type, Persister persister, Object record, boolean sync, IOCompletion callback)
            throws Exception {
        super.appendAddEvent(id, type, Seal.after(persister, Seal.Deed.EVENT, id, type), record, sync, callback);
    }

    @Override
    public void appendUpdateRecord(
            long id, byte type, Persister persister, Object record, boolean sync, IOCompletion callback)
            throws Exception {
        super.appendUpdateRecord(id, type, Seal.after(persister, Seal.Deed.UPDATE, id, type), record, sync, callback);
    }

    @Override
    public void tryAppendUpdateRecord(
            long id,
            byte type,
            Persister persister,
            Object record,
            boolean sync,
            boolean isReplaceable,
            JournalUpdateCallback updated,
            IOCompletion callback)
            throws Exception {
        super.tryAppendUpdateRecord(
                id,
                type,
                Seal.after(persister, Seal.Deed.UPDATE, id, type),
                record,
                sync,
                isReplaceable,
                updated,
                callback);
    }

    @Override
    public void appendAddRecordTransactional(long transaction, long id, byte type, Persister persister, Object record)
            throws Exception {
        super.appendAddRecordTransactional(
                transaction, id, type, Seal.after(persister, Seal.Deed.ADD, id, type), record);
    }

    @Override
    public void appendUpdateRecordTransactional(
            long transaction, long id, byte type, Persister persister, Object record) throws Exception {
        super.appendUpdateRecordTransactional(
                transaction, id, type, Seal.after(persister, Seal.Deed.UPDATE, id, type), record);
    }

    @Override
    public synchronized JournalLoadInformation load(
            SparseArrayLinkedList<RecordInfo> records,
            List<PreparedTransactionInfo> prepared,
            TransactionFailureCallback failed,
            boolean mends)
            throws Exception {
        JournalLoadInformation loaded;
        files.loading(true);
        try {
            loaded = super.load(records, prepared, failed, mends);
        } finally {
            files.loading(false);
        }
        var sealed = new ArrayList<RecordInfo>((int) records.size());
        records.clear(sealed::add);
        for (RecordInfo record : sealed) {
            records.add(Seal.removed(record));
        }
        return loaded;
    }
}
