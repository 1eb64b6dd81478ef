package ualarm.journal;

import java.io.File;
import java.io.IOException;
import org.apache.activemq.artemis.api.core.ActiveMQIOErrorException;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFile;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzer;
import ualarm.alarm.WholeFile;

/**
 * Artemis' files in a folder, whose names are synced, too, before anything is written to them: Artemis itself syncs only what is in a file,
 * and a power cut may take the file away.
 */
final class NamedFiles extends NIOSequentialFileFactory {

    /** Of a journal, whose writes share syncs. */
    NamedFiles(
            File folder,
            int bufferSize,
            int bufferNanos,
            int maxIo,
            IOCriticalErrorListener listener,
            CriticalAnalyzer analyzer) {
        super(folder, true, bufferSize, bufferNanos, maxIo, false, listener, analyzer);
    }

    /** Of files that are written to at once. */
    NamedFiles(File folder, int maxIo, IOCriticalErrorListener listener) {
        super(folder, false, listener, maxIo);
    }

    @Override
    public SequentialFile createSequentialFile(String name) {
        return new NamedFile(this, getDirectory(), name, getMaxIO());
    }

    @Override
    public void createDirs() throws Exception {
        super.createDirs();
        WholeFile.syncFolder(getDirectory().toPath().toAbsolutePath().getParent());
    }

    private static final class NamedFile extends NIOSequentialFile {
        private final SequentialFileFactory files;
        private final File folder;
        private String synced = "";

        NamedFile(SequentialFileFactory files, File folder, String name, int maxIo) {
            super(files, folder, name, maxIo);
            this.files = files;
            this.folder = folder;
        }

        /** Artemis opens a file after it has made or renamed it, and then writes to it. */
        @Override
        public void open(int most, boolean useExecutor) throws IOException {
            boolean isNew = !exists();
            super.open(most, useExecutor);
            if (isNew || !synced.equals(getFileName())) {
                try {
                    WholeFile.syncFolder(folder.toPath());
                } catch (IOException e) {
                    files.onIOError(new ActiveMQIOErrorException(e.getMessage(), e), e.getMessage(), getFileName());
                    throw e;
                }
                synced = getFileName();
            }
        }

        @Override
        public SequentialFile cloneFile() {
            return files.createSequentialFile(getFileName());
        }
    }
}
