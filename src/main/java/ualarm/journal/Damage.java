package ualarm.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.WholeFile;

/**
 * A place of the journal that is not as it was written.
 *
 * @param file the file
 * @param at where it begins, in bytes
 * @param was what stood there
 * @param right what is to stand there; when that is less than there was, the file ends with it
 * @param fate what has become of it
 */
record Damage(Path file, int at, byte[] was, byte[] right, Fate fate) {

    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /** What becomes of a place that could not be read. */
    enum Fate {
        /** It is whole again. */
        MENDED,
        /** It is left out. */
        LEFT_OUT,
        /** It is left out as well, because it is nothing without something that is. */
        LEFT_BEHIND,
        /** It was being written, so that nobody was told that it is there, and is left out. */
        UNFINISHED
    }

    /** @return the alarms that were there, as far as that can be seen */
    List<Remains.Alarm> alarms() {
        return new Remains(was).alarms();
    }

    /**
     * Keeps what stood there, and tells of it.
     *
     * @param folder where; is made
     * @param suffix what the file's name ends with
     * @throws IOException when it cannot be written
     */
    void keep(Path folder, String suffix) throws IOException {
        Files.createDirectories(folder);
        WholeFile.syncFolder(folder.toAbsolutePath().getParent());
        Path kept = folder.resolve(LocalDateTime.now().format(SECONDS) + "-" + file.getFileName() + "-" + at + suffix);
        WholeFile.write(kept, was);
        String place = was.length + " bytes at " + at + " of " + file + ", kept in " + kept;
        if (fate == Fate.UNFINISHED) {
            LOG.info("What was being written when the connector ended is left out: {}.", place);
        } else {
            LOG.warn(
                    "The disk has changed the journal: {}. {}",
                    place,
                    fate == Fate.MENDED ? "A bit was turned back; it is whole." : "It is left out.");
        }
    }

    /**
     * Has the file be right, on the disk.
     *
     * @throws IOException when it cannot be written
     */
    void write() throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(right), at);
            if (right.length < was.length) {
                channel.truncate(at + (long) right.length);
            }
            channel.force(true);
        }
    }
}
