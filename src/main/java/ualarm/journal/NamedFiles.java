package ualarm.journal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ActiveMQIOErrorException;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFile;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzer;
import ualarm.alarm.WholeFile;

/**
 * Artemis' files in a folder, whose names are synced, too, before anything is written to them: Artemis itself syncs only what is in a file,
 * and a power cut may take the file away.
 */
class NamedFiles extends NIOSequentialFileFactory {

    private static final String HEAD = ".head";

    /** Whether a write has failed. */
    private volatile boolean hasFailed;

    /** Whether the heads of files are noted beside them. */
    private final boolean notesHeads;

    private volatile boolean isLoading;

    /** Of a journal, whose writes share syncs. */
    NamedFiles(
            File folder,
            int bufferSize,
            int bufferNanos,
            int maxIo,
            IOCriticalErrorListener listener,
            CriticalAnalyzer analyzer) {
        super(folder, true, bufferSize, bufferNanos, maxIo, false, listener, analyzer);
        notesHeads = true;
    }

    /**
     * Of files that are written to at once.
     *
     * @param isJournal whether they are a journal
     */
    NamedFiles(File folder, int maxIo, IOCriticalErrorListener listener, boolean isJournal) {
        super(folder, false, listener, maxIo);
        notesHeads = isJournal;
    }

    /** @return the head of a journal's file as it was written last, if that was noted */
    static Optional<byte[]> notedHeader(Path file) throws IOException {
        Path head = head(file);
        return Files.exists(head) ? Optional.of(Files.readAllBytes(head)) : Optional.empty();
    }

    /** Artemis writes the head before it gives the file its name. */
    private static Path head(Path file) {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.(tmp|cmp)$", "") + HEAD);
    }

    /** Deletes the heads of files that are not there any more: Artemis deletes files in a way that cannot be added to. */
    static void deleteLeftHeads(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path head :
                    files.filter(file -> file.toString().endsWith(HEAD)).toList()) {
                String name = head.getFileName().toString();
                if (!Files.exists(head.resolveSibling(name.substring(0, name.length() - HEAD.length())))) {
                    Files.delete(head);
                }
            }
        }
    }

    /**
     * Artemis reads each file of a journal that it loads up to its size, byte by byte. Most of it has not been written to yet, and is zeros.
     *
     * @param isLoading whether the size of an open file is what has been written to
     */
    void loading(boolean isLoading) {
        this.isLoading = isLoading;
    }

    @Override
    public void onIOError(Throwable failure, String message, String file) {
        hasFailed = true;
        super.onIOError(failure, message, file);
    }

    @Override
    public SequentialFile createSequentialFile(String name) {
        return new NamedFile(this, getDirectory(), name, getMaxIO());
    }

    /** The folders above are made, too, when they are not there: that of all pages comes with the first. */
    @Override
    public void createDirs() throws Exception {
        Path made = getDirectory().toPath().toAbsolutePath();
        var above = new ArrayList<>(List.of(made.getParent()));
        for (Path folder = made.getParent(); !Files.exists(folder); folder = folder.getParent()) {
            above.add(folder.getParent());
        }
        super.createDirs();
        for (Path folder : above) {
            WholeFile.syncFolder(folder);
        }
    }

    /** One of them. */
    static class NamedFile extends NIOSequentialFile {
        private final NamedFiles files;
        private final File folder;
        private String synced = "";

        NamedFile(NamedFiles files, File folder, String name, int maxIo) {
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

        /** Artemis does not tell those who wait for a write that it has failed, and then syncs: what is synced may be without it. */
        @Override
        public void sync() throws IOException {
            if (files.hasFailed) {
                throw new IOException("what was written before is not on the disk");
            }
            super.sync();
        }

        @Override
        public long size() throws IOException {
            long size = super.size();
            if (!files.isLoading || !isOpen()) {
                return size;
            }
            try (var channel = FileChannel.open(path())) {
                // The last length of a record may end with zeros.
                return Math.min(
                        size,
                        Math.max(JournalImpl.SIZE_HEADER, JournalCheck.used(channel, (int) size)) + Integer.BYTES);
            }
        }

        /** @return where it is */
        final Path path() {
            return folder.toPath().resolve(getFileName());
        }

        /** By its head Artemis tells what in a file is of its present use; it is written twice, so that one can be told wrong by the other. */
        @Override
        public void writeDirect(ByteBuffer bytes, boolean sync) throws Exception {
            noteHead(bytes);
            super.writeDirect(bytes, sync);
        }

        /** So a compaction writes a whole file. */
        @Override
        public void blockingWriteDirect(ByteBuffer bytes, boolean sync, boolean releaseBuffer) throws Exception {
            noteHead(bytes);
            super.blockingWriteDirect(bytes, sync, releaseBuffer);
        }

        private void noteHead(ByteBuffer bytes) throws IOException {
            if (files.notesHeads && position() == 0 && bytes.remaining() >= JournalImpl.SIZE_HEADER) {
                byte[] head = new byte[JournalImpl.SIZE_HEADER];
                bytes.duplicate().get(head);
                try {
                    WholeFile.write(head(path()), head);
                } catch (IOException e) {
                    // None is better than one that was written before.
                    Files.deleteIfExists(head(path()));
                }
            }
        }

        @Override
        public SequentialFile cloneFile() {
            return files.createSequentialFile(getFileName());
        }
    }
}
