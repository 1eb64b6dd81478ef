package ualarm.proof;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;

/** What the disk below a process' folder does from now on, by {@code disk.c}. */
final class Faults {

    /** Less than what the journal keeps for working off what it has, in bytes. */
    static final long NEARLY_FULL = 16 << 20;

    /** Of the system. */
    static final int EIO = 5;

    static final int EROFS = 30;

    private static final int WRITE = 0;
    private static final int SYNC = 4;
    private static final int SYNC_MILLIS = 8;
    private static final int IS_LIMITED = 12;
    private static final int ROOM = 16;
    private static final int FAILED = 24;
    private static final int SIZE = 32;

    private final Path file;
    private final Path root;
    private final MappedByteBuffer shared;

    /**
     * @param root the folder
     * @param file by which the process hears of it
     */
    Faults(Path root, Path file) throws IOException {
        this.file = file;
        this.root = root;
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            shared = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
            shared.order(ByteOrder.nativeOrder());
        }
    }

    /** @return what the process needs in its environment */
    Map<String, String> environment(Path layer) throws IOException {
        return Map.of(
                "LD_PRELOAD",
                layer.toString(),
                "DISK_ROOT",
                Files.createDirectories(root).toRealPath().toString(),
                "DISK_FAULTS",
                file.toString());
    }

    /** Writes, new files and all other changes fail; 0 = none. */
    void failWrites(int error) {
        shared.putInt(WRITE, error);
    }

    /** Syncs fail; 0 = none. */
    void failSyncs(int error) {
        shared.putInt(SYNC, error);
    }

    /** Each sync takes so much longer. */
    void slowSyncs(Duration by) {
        shared.putInt(SYNC_MILLIS, (int) by.toMillis());
    }

    /** Files can grow by so many bytes, all together; the system says so, too. */
    void room(long bytes) {
        shared.putLong(ROOM, bytes);
        shared.putInt(IS_LIMITED, 1);
    }

    /** All is well again. */
    void lift() {
        failWrites(0);
        failSyncs(0);
        slowSyncs(Duration.ZERO);
        shared.putInt(IS_LIMITED, 0);
    }

    /** @return how many calls have failed */
    long failed() {
        return shared.getLong(FAILED);
    }
}
