package ualarm.proof;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A process' time of day, by {@code clock.c}; it can be set while the process runs. */
final class ClockOf {

    private final Path file;
    private final MappedByteBuffer offset;

    /** @param file by which the process hears of it */
    ClockOf(Path file) throws IOException {
        this.file = file;
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            offset = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
            offset.order(ByteOrder.nativeOrder());
        }
    }

    /** @return what the process needs in its environment */
    Map<String, String> environment(Path layer) {
        return Map.of("LD_PRELOAD", layer.toString(), "CLOCK_OFFSET", file.toString());
    }

    /** Sets the clock forward, or back. */
    void jump(Duration by) {
        offset.putLong(0, offset.getLong(0) + by.toNanos());
    }

    /** Sets the clock to a time. */
    void set(Instant time) {
        offset.putLong(0, Duration.between(Instant.now(), time).toNanos());
    }
}
