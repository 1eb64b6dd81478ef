package ualarm.journal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.io.SequentialFile;

/**
 * The files of a queue whose alarms wait on pages, on the disk only. Each alarm in them has a {@link Seal}, which Artemis passes over; a {@link PageCheck}
 * looks at it.
 */
final class PageFiles extends NamedFiles {

    private final PageCheck check;

    /**
     * @param folder where they are; need not be there
     * @param check looks through them
     */
    PageFiles(File folder, IOCriticalErrorListener listener, PageCheck check) {
        super(folder, 1, listener, false);
        this.check = check;
    }

    @Override
    public SequentialFile createSequentialFile(String name) {
        return name.endsWith(PageCheck.PAGE) ? new PageFile(name) : super.createSequentialFile(name);
    }

    private final class PageFile extends NamedFile {

        PageFile(String name) {
            super(PageFiles.this, getDirectory(), name, getMaxIO());
        }

        @Override
        public void open(int most, boolean useExecutor) throws IOException {
            check.before(path());
            super.open(most, useExecutor);
        }

        @Override
        public void writeDirect(ByteBuffer alarm, boolean sync) throws Exception {
            super.writeDirect(sealed(alarm), sync);
        }

        @Override
        public void writeDirect(ByteBuffer alarm, boolean sync, IOCallback callback) {
            super.writeDirect(sealed(alarm), sync, callback);
        }

        private ByteBuffer sealed(ByteBuffer alarm) {
            ByteBuffer sealed = PageFiles.this.newBuffer(alarm.remaining() + Seal.LENGTH);
            PageCheck.seal(alarm, sealed);
            PageFiles.this.releaseBuffer(alarm);
            return sealed;
        }
    }
}
