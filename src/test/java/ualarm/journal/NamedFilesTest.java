package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a journal's file Artemis reads when it loads it. */
class NamedFilesTest {

    private static final int SIZE = 1 << 20;

    @TempDir
    private Path folder;

    private long size(byte[] written, boolean isLoading) throws Exception {
        Files.write(
                folder.resolve("x.amq"), ByteBuffer.allocate(SIZE).put(written).array());
        var files = new NamedFiles(folder.toFile(), 1, (failure, message, file) -> {}, true);
        files.loading(isLoading);
        var file = files.createSequentialFile("x.amq");
        assertThat(file.size()).as("closed").isEqualTo(SIZE);
        file.open(1, false);
        try {
            return file.size();
        } finally {
            file.close();
        }
    }

    /** A record ends with its length, as four bytes, the last of which may be zeros. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 8, 1 << 16, 1 << 24})
    void allRecordsAndHardlyMore(int length) throws Exception {
        byte[] written = ByteBuffer.allocate(100_000).putInt(99_996, length).array();
        assertThat(size(written, true)).isBetween(100_000L, 100_004L);
        assertThat(size(written, false)).isEqualTo(SIZE);
    }

    @Test
    void theHeadOfANewOne() throws Exception {
        assertThat(size(new byte[0], true)).isBetween((long) JournalImpl.SIZE_HEADER, JournalImpl.SIZE_HEADER + 4L);
    }

    @Test
    void allOfAFullOne() throws Exception {
        byte[] written = new byte[SIZE];
        written[SIZE - 1] = 1;
        assertThat(size(written, true)).isEqualTo(SIZE);
    }
}
