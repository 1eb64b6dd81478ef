package ualarm.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Sighting;
import ualarm.fuzz.Fuzz;
import ualarm.journal.Watcher;

/**
 * A history file that the disk has damaged: whoever delivers notices nothing, and who asks is told so or gets an answer. Of the bytes, each
 * six are a place and what stands there; fewer than six are all that is left of the file.
 */
public final class HistoryFuzz {

    private static final int PLACE = 6;
    private static final byte[] WHOLE = whole();
    private static final Path FOLDER = Fuzz.emptyFolder();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private HistoryFuzz() {}

    private static byte[] whole() {
        try {
            Path folder = Fuzz.emptyFolder();
            try (var history = new History(folder)) {
                history.open();
                for (int i = 0; i < 300; i++) {
                    see(history, "a" + i);
                }
            }
            return Files.readAllBytes(folder.resolve("history.sqlite"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void see(History history, String id) {
        Instant now = Instant.now();
        history.saw(
                "event.main",
                new CameraAlarm(
                        id,
                        "Fence",
                        "",
                        now,
                        now,
                        UUID.nameUUIDFromBytes(id.getBytes()),
                        "main",
                        Optional.of(new UUID(0, 1)),
                        new Sighting("gate", "Gate", 0, 0, List.of(), ""),
                        false,
                        ""),
                Watcher.Step.of(Watcher.Result.DELIVERED, Duration.ofMillis(1)));
    }

    private static byte[] damaged(byte[] data) {
        if (data.length < PLACE) {
            return data;
        }
        byte[] file = WHOLE.clone();
        var from = ByteBuffer.wrap(data);
        while (from.remaining() >= PLACE) {
            int at = Math.floorMod(from.getInt(), file.length - 1);
            file[at] = from.get();
            file[at + 1] = from.get();
        }
        return file;
    }

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Path folder = Files.createDirectories(FOLDER.resolve(String.valueOf(NUMBER.incrementAndGet())));
        Files.write(folder.resolve("history.sqlite"), damaged(data));
        try (var history = new History(folder)) {
            history.open();
            see(history, "new");
            for (int i = 0; i < 3; i++) {
                ask(history);
            }
        } finally {
            delete(folder);
        }
    }

    private static void ask(History history) {
        try {
            history.alarms("fence", List.of(), "", Optional.empty(), Optional.empty(), 10);
            history.trace("a7");
            history.lastAlarms(List.of(new UUID(0, 1).toString()));
        } catch (IllegalStateException e) {
            if (!e.getMessage().startsWith("The history cannot be read")) {
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
