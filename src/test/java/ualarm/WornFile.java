package ualarm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A file of which a disk gives back other bytes than it was given. */
public final class WornFile {

    private static final int SECTOR = 512;

    /** What becomes of the bytes. */
    public enum Kind {
        /** One bit is another. */
        BIT,
        /** A sector has nothing in it. */
        ZEROS,
        /** A sector has something else in it. */
        GARBAGE
    }

    private final Path file;
    private final byte[] bytes;

    /** @param file which is changed */
    public WornFile(Path file) {
        this.file = file;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return one of a folder's files, of those that have something in them */
    public static WornFile of(Path folder, Random random) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<WornFile> files = all.filter(Files::isRegularFile)
                    .sorted()
                    .map(WornFile::new)
                    .filter(file -> file.used() > 0)
                    .toList();
            return files.get(random.nextInt(files.size()));
        }
    }

    /** @return bytes up to the last one that is not zero */
    public int used() {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /**
     * Changes it at a place that is in use.
     *
     * @return the place
     */
    public int wear(Kind kind, Random random) throws IOException {
        int place = random.nextInt(used());
        wear(kind, place, random);
        return place;
    }

    /** Changes it at a place. */
    public void wear(Kind kind, int place, Random random) throws IOException {
        int sector = place / SECTOR * SECTOR;
        int end = Math.min(sector + SECTOR, bytes.length);
        switch (kind) {
            case BIT -> bytes[place] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case ZEROS -> Arrays.fill(bytes, sector, end, (byte) 0);
            default -> {
                byte[] garbage = new byte[end - sector];
                random.nextBytes(garbage);
                System.arraycopy(garbage, 0, bytes, sector, garbage.length);
            }
        }
        Files.write(file, bytes);
    }
}
