package ualarm.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import ualarm.alarm.WholeFile;

/**
 * What is to be known of a journal before it is read. The lock on this guards it. In the file, a line each, with its CRC-32 before it; one that
 * has changed is passed over.
 *
 * <ul>
 *   <li>The numbers and names of its queues: {@code bindings} has them, too, and without them Artemis throws the messages away.
 *   <li>From which record on all have a {@link Seal}.
 *   <li>By which start of the machine it was written last: only at the next one can anything be missing that was not synced.
 *   <li>That it was closed: then nothing was being written when its connector ended.
 * </ul>
 */
final class JournalNotes {

    private static final String QUEUE = "queue";
    private static final String UNSEALED = "unsealed";
    private static final String BOOT = "boot";
    private static final String CLOSED = "closed";

    /** Linux has it. */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path file;
    private final Map<Long, String> queues = new TreeMap<>();
    private final String boot = boot();
    private String lastBoot = "";
    private String written = "";
    private long unsealed = Long.MAX_VALUE;
    private boolean wasClosed;

    /** @param file need not be there */
    JournalNotes(Path file) {
        this.file = file;
    }

    private static String boot() {
        try {
            return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Reads them, if they are there. */
    synchronized void read() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
            String[] words = withoutCrc(line).split(" ", 3);
            boolean isNumber = words.length > 1 && words[1].matches("\\d{1,18}");
            if (words.length == 3 && words[0].equals(QUEUE) && isNumber) {
                queues.put(Long.parseLong(words[1]), words[2]);
            } else if (words[0].equals(UNSEALED) && isNumber) {
                unsealed = Long.parseLong(words[1]);
            } else if (words.length == 2 && words[0].equals(BOOT)) {
                lastBoot = words[1];
            } else if (words[0].equals(CLOSED)) {
                wasClosed = true;
            }
        }
    }

    /** @return the line; empty when it has changed */
    private static String withoutCrc(String line) {
        int end = line.indexOf(' ');
        String content = line.substring(end + 1);
        return line.equals(withCrc(content)) ? content : "";
    }

    private static String withCrc(String content) {
        var crc = new CRC32();
        crc.update(content.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x %s", crc.getValue(), content);
    }

    /** @return the queues' names by number */
    synchronized Map<Long, String> queues() {
        return Map.copyOf(queues);
    }

    /** @return records of an id up to this one may have no seal: all, when nothing is known */
    synchronized long unsealed() {
        return unsealed;
    }

    /** @return whether the machine may have gone down since it was written last */
    synchronized boolean mayBeCut() {
        return boot.isEmpty() || !boot.equals(lastBoot);
    }

    /** @return whether it was closed after it was written to last */
    synchronized boolean wasClosed() {
        return wasClosed && !mayBeCut();
    }

    /** All records after this one have a seal, if that was not so before. */
    synchronized void sealedAfter(long id) {
        unsealed = Math.min(unsealed, id);
    }

    /** A version that knows no seals has written to the journal, up to this record. */
    synchronized void unsealedUpTo(long id) {
        unsealed = id;
    }

    /** Writes them when they are not so already. */
    synchronized void write(Map<Long, String> all) throws IOException {
        queues.clear();
        queues.putAll(all);
        write(List.of());
    }

    /** The journal is closed: nothing is written to it any more. */
    synchronized void close() throws IOException {
        write(List.of(CLOSED));
    }

    private void write(List<String> more) throws IOException {
        var lines = new ArrayList<>(List.of(BOOT + " " + boot, UNSEALED + " " + unsealed));
        lines.addAll(more);
        queues.forEach((id, name) -> lines.add(QUEUE + " " + id + " " + name));
        String text = lines.stream().map(line -> withCrc(line) + "\n").collect(Collectors.joining());
        if (!written.equals(text)) {
            WholeFile.write(file, text);
            written = text;
        }
    }
}
