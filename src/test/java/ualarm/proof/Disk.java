package ualarm.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import ualarm.Rig;

/**
 * The disk below a connector's data folder, as far as a power cut goes: what the connector writes there goes through {@code disk.c}, which
 * notes it; {@link #cut} makes of the notes what is left after a power cut.
 *
 * <p>The model, which is stricter than ext4 and XFS are:
 *
 * <ul>
 *   <li>What was written and then synced (fsync, fdatasync, or a file opened with O_SYNC or O_DSYNC) is there.
 *   <li>Of what was written to a file and not synced, any 512-byte sector may be there and any may be missing, whatever the order in which it
 *       was written; a sector itself is not torn. A file's change of size is there or not, by itself. What is within a file's size and was not
 *       written reads as zeros.
 *   <li>A name in a folder (made, renamed, deleted) is certain only after an fsync of that folder; syncing the file does not do. Of a
 *       folder's changes that were not synced, the first few are there and the rest is missing, as in a file system with a journal of its own.
 *   <li>A file that is written through a map has random content.
 * </ul>
 */
final class Disk {

    /** Whole sectors are written. */
    private static final int SECTOR = 512;

    /** {@code -Dproof.names=files}: as on ext4 and XFS, syncing a file makes certain the names that were changed before, too. */
    private static final boolean NAMES_WITH_FILES =
            System.getProperty("proof.names", "").equals("files");

    private static final int HEAD = 56;
    private static final int MAGIC = 0x55414c31;

    private final Path root;
    private final Path base;
    private final Path log;

    /** What is left of what was not synced. */
    enum Left {
        NOTHING,
        SOME,
        /** All that was written, but no name. */
        DATA,
        /** All names, but nothing that was written. */
        NAMES,
        ALL
    }

    /**
     * @param root the folder whose files it is
     * @param work where the log lies, and what the folder was like at the beginning
     */
    Disk(Path root, Path work) {
        this.root = root;
        this.base = work.resolve("base");
        this.log = work.resolve("changes.log");
    }

    /** @return what the process needs in its environment to be noted */
    Map<String, String> environment(Path layer) {
        try {
            return Map.of(
                    "LD_PRELOAD",
                    layer.toString(),
                    "DISK_ROOT",
                    Files.createDirectories(root).toRealPath().toString(),
                    "DISK_LOG",
                    log.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process begins: all that is there now is on the disk. */
    void begin() throws IOException {
        Files.createDirectories(root);
        delete(base);
        copy(root, base);
        Files.deleteIfExists(log);
    }

    /**
     * The process has been killed, and with it the power is gone: makes the folder what is then left of it.
     *
     * @return how many changes were not certain
     */
    int cut(Left left, Random random) throws IOException {
        var tree = read();
        delete(root);
        tree.write(root, left, random);
        return tree.uncertain(new java.util.HashSet<>());
    }

    /** @return the files that are not as all the notes together make them; a process that was killed may have made one change more */
    List<String> differences() throws IOException {
        var tree = read();
        Path all = base.resolveSibling("all");
        delete(all);
        tree.write(all, Left.ALL, new Random());
        var different = new ArrayList<String>();
        var names = new java.util.TreeSet<String>();
        for (Path folder : List.of(all, root)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.forEach(file -> names.add(folder.relativize(file).toString()));
            }
        }
        names.removeAll(tree.mapped(""));
        for (String name : names) {
            Path one = all.resolve(name);
            Path two = root.resolve(name);
            boolean isSame = Files.isDirectory(one)
                    ? Files.isDirectory(two)
                    : Files.isRegularFile(one) && Files.isRegularFile(two) && Files.mismatch(one, two) == -1;
            if (!isSame) {
                different.add(name);
            }
        }
        return different;
    }

    /** A change that may not be on the disk yet. */
    private interface Change {
        long number();
    }

    private record Written(long number, long offset, byte[] data) implements Change {}

    private record Resized(long number, long size) implements Change {}

    /** @param file what the name stands for from then on; null = nothing */
    private record Named(long number, String name, Object file) implements Change {}

    /** Several names that change together. */
    private record Renamed(long number, String from, String to, Object file) implements Change {}

    /** A file: what is certain, and what is not. */
    private static final class Content {
        private byte[] certain;
        private int size;
        private boolean isMapped;
        private final List<Change> changes = new ArrayList<>();

        Content(byte[] certain) {
            this.certain = certain;
            this.size = certain.length;
        }

        void synced(long covered) {
            int count = 0;
            while (count < changes.size() && changes.get(count).number() <= covered) {
                apply(changes.get(count++));
            }
            changes.subList(0, count).clear();
        }

        private void apply(Change change) {
            if (change instanceof Written written) {
                put(written.offset(), written.data(), 0, written.data().length);
            } else if (change instanceof Resized resized) {
                resize((int) resized.size());
            }
        }

        private void resize(int to) {
            if (to > certain.length) {
                certain = Arrays.copyOf(certain, Math.max(to, 2 * certain.length));
            }
            if (to < size) {
                Arrays.fill(certain, to, size, (byte) 0);
            }
            size = to;
        }

        private void put(long offset, byte[] data, int from, int to) {
            int end = (int) (offset + to);
            if (end > size) {
                resize(end);
            }
            System.arraycopy(data, from, certain, (int) offset + from, to - from);
        }

        /** A part of each change, by sectors of the file. */
        private void applySome(Random random) {
            for (Change change : changes) {
                if (change instanceof Written written) {
                    int length = written.data().length;
                    for (int from = 0; from < length; ) {
                        int to = (int) Math.min(length, from + SECTOR - (written.offset() + from) % SECTOR);
                        if (random.nextBoolean()) {
                            put(written.offset(), written.data(), from, to);
                        }
                        from = to;
                    }
                } else if (random.nextBoolean()) {
                    apply(change);
                }
            }
        }

        void write(Path to, Left left, Random random) throws IOException {
            if (left == Left.ALL || left == Left.DATA) {
                changes.forEach(this::apply);
            } else if (left == Left.SOME) {
                applySome(random);
            }
            if (isMapped && left != Left.ALL) {
                random.nextBytes(certain);
            }
            try (var file = FileChannel.open(
                    to, java.nio.file.StandardOpenOption.CREATE_NEW, java.nio.file.StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(certain, 0, size));
            }
        }
    }

    /** A folder: the names that are certain, all names, and those that are not certain. */
    private static final class Folder {
        private final Map<String, Object> certain = new TreeMap<>();
        private final Map<String, Object> now = new TreeMap<>();
        private final List<Change> changes = new ArrayList<>();

        void change(Change change) {
            changes.add(change);
            apply(now, change);
        }

        private static void apply(Map<String, Object> names, Change change) {
            if (change instanceof Named named) {
                if (named.file() == null) {
                    names.remove(named.name());
                } else {
                    names.put(named.name(), named.file());
                }
            } else if (change instanceof Renamed renamed) {
                names.remove(renamed.from());
                names.put(renamed.to(), renamed.file());
            }
        }

        void synced(long covered) {
            int count = 0;
            while (count < changes.size() && changes.get(count).number() <= covered) {
                apply(certain, changes.get(count++));
            }
            changes.subList(0, count).clear();
        }

        /** Here, and in all folders below. */
        void syncedNames(long covered) {
            synced(covered);
            for (Object each : now.values()) {
                if (each instanceof Folder folder) {
                    folder.syncedNames(covered);
                }
            }
        }

        void write(Path to, Left left, Random random) throws IOException {
            int count = switch (left) {
                case NOTHING, DATA -> 0;
                case SOME -> random.nextInt(changes.size() + 1);
                case NAMES, ALL -> changes.size();
            };
            changes.subList(0, count).forEach(change -> apply(certain, change));
            Files.createDirectories(to);
            for (var each : certain.entrySet()) {
                Path path = to.resolve(each.getKey());
                if (each.getValue() instanceof Folder folder) {
                    folder.write(path, left, random);
                } else {
                    ((Content) each.getValue()).write(path, left, random);
                }
            }
        }

        int uncertain(java.util.Set<Object> counted) {
            int sum = changes.size();
            for (Object each : now.values()) {
                if (counted.add(each)) {
                    sum += each instanceof Folder folder ? folder.uncertain(counted) : ((Content) each).changes.size();
                }
            }
            return sum;
        }

        List<String> mapped(String path) {
            var mapped = new ArrayList<String>();
            now.forEach((name, each) -> {
                if (each instanceof Folder folder) {
                    mapped.addAll(folder.mapped(path + name + "/"));
                } else if (((Content) each).isMapped) {
                    mapped.add(path + name);
                }
            });
            return mapped;
        }

        Folder folder(String path) {
            Folder at = this;
            for (String name : path.split("/")) {
                at = name.isEmpty() ? at : (Folder) at.now.get(name);
            }
            return at;
        }
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Folder tree(Path path) throws IOException {
        var folder = new Folder();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Object content = Files.isDirectory(file) ? tree(file) : new Content(Files.readAllBytes(file));
                folder.certain.put(file.getFileName().toString(), content);
            }
        }
        folder.now.putAll(folder.certain);
        return folder;
    }

    private static final int CREATE = 1;
    private static final int OPEN = 2;
    private static final int WRITE = 3;
    private static final int TRUNCATE = 4;
    private static final int SYNC = 5;
    private static final int MKDIR = 6;
    private static final int UNLINK = 7;
    private static final int RMDIR = 8;
    private static final int RENAME = 9;
    private static final int SYNC_FOLDER = 10;
    private static final int MAP = 11;

    private static final int ZEROS = 1;
    private static final int DURABLE = 2;

    /** Reads the log. */
    private Folder read() throws IOException {
        Folder tree = tree(base);
        var files = new HashMap<Long, Content>();
        if (!Files.exists(log)) {
            return tree;
        }
        try (var channel = FileChannel.open(log)) {
            ByteBuffer notes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.nativeOrder());
            // The last note is cut short when the process was killed while it was written.
            while (notes.remaining() >= HEAD) {
                if (notes.getInt() != MAGIC) {
                    throw new IllegalStateException("The log of changes is broken at " + notes.position());
                }
                int op = notes.getInt();
                long number = notes.getLong();
                long inode = notes.getLong();
                long offset = notes.getLong();
                int length = (int) notes.getLong();
                int flags = notes.getInt();
                int pathLength = notes.getInt();
                int path2Length = notes.getInt();
                int dataLength = notes.getInt();
                if (notes.remaining() < pathLength + path2Length + dataLength) {
                    break;
                }
                String path = text(notes, pathLength);
                String path2 = text(notes, path2Length);
                byte[] data = new byte[(flags & ZEROS) != 0 ? length : dataLength];
                if ((flags & ZEROS) == 0) {
                    notes.get(data);
                }
                Folder folder = tree.folder(parent(path));
                switch (op) {
                    case CREATE -> {
                        var content = new Content(new byte[0]);
                        files.put(inode, content);
                        folder.change(new Named(number, name(path), content));
                    }
                    case OPEN -> files.put(inode, (Content) folder.now.get(name(path)));
                    case WRITE -> {
                        Content content = files.get(inode);
                        content.changes.add(new Written(number, offset, data));
                        if ((flags & DURABLE) != 0) {
                            content.synced(number);
                        }
                    }
                    case TRUNCATE -> files.get(inode).changes.add(new Resized(number, offset));
                    case SYNC -> {
                        // One that was opened only to be synced has no inode here yet.
                        Object content = files.containsKey(inode) ? files.get(inode) : folder.now.get(name(path));
                        ((Content) content).synced(offset);
                        if (NAMES_WITH_FILES) {
                            tree.syncedNames(offset);
                        }
                    }
                    case MKDIR -> folder.change(new Named(number, name(path), new Folder()));
                    case UNLINK, RMDIR -> folder.change(new Named(number, name(path), null));
                    case RENAME -> {
                        if (!parent(path).equals(parent(path2))) {
                            throw new IllegalStateException(
                                    path + " is renamed to another folder, which this does not model");
                        }
                        folder.change(new Renamed(number, name(path), name(path2), folder.now.get(name(path))));
                    }
                    case SYNC_FOLDER -> tree.folder(path).synced(offset);
                    case MAP -> files.get(inode).isMapped = true;
                    default -> throw new IllegalStateException("Unknown change " + op);
                }
            }
        }
        return tree;
    }

    private static String text(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    static void delete(Path folder) {
        if (Files.exists(folder)) {
            Rig.delete(folder);
        }
    }
}
