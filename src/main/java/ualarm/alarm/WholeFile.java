package ualarm.alarm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Files of which, after a power cut, either the old or the new text is there, wholly. */
public final class WholeFile {

    /** Windows opens no folder as a file; NTFS keeps the order in which names change by itself. */
    private static final boolean SYNCS_FOLDERS =
            !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");

    private WholeFile() {}

    /** As {@link #write(Path, byte[])}, a text in UTF-8. */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes a file beside, and then has it take the place of the one that is there.
     *
     * @param file the file; its folder is there
     * @param content what is then in it
     * @throws IOException when it cannot be written
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".writing");
        Files.write(next, content);
        replace(next, file);
    }

    /**
     * Has a file take the place of another in the same folder, with its content on the disk before its name is.
     *
     * @param next is not there any more then
     * @param file the other; may be there or not
     * @throws IOException when it cannot be done
     */
    public static void replace(Path next, Path file) throws IOException {
        try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(file.toAbsolutePath().getParent());
    }

    /**
     * Has the names in a folder written to the disk: a file that was synced can still be missing after a power cut when its name was not.
     *
     * @param folder the folder
     * @throws IOException when the disk fails
     */
    public static void syncFolder(Path folder) throws IOException {
        if (SYNCS_FOLDERS) {
            try (var channel = FileChannel.open(folder)) {
                channel.force(true);
            }
        }
    }
}
