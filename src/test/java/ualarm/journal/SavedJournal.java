package ualarm.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A connector's folder of data between one start and the next. */
public final class SavedJournal {

    private SavedJournal() {}

    /** The machine has started again, so that what was not synced may be missing. */
    public static void forgetBoot(Path data) throws IOException {
        Path notes = data.resolve("journal/notes");
        if (Files.exists(notes)) {
            Files.writeString(notes, Files.readString(notes).replaceFirst("boot .*", "boot of before"));
        }
    }

    /** @return the ids of so many alarms */
    static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i).toList();
    }

    /** @return where it was copied to */
    static Path copy(Path data, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(data.relativize(file).toString()));
            }
        }
        return to;
    }

    /** @return the ids of what a queue hands out; it waits there still */
    static List<String> waiting(Journal journal, String queue) throws Exception {
        journal.queue(queue);
        var ids = new ArrayList<String>();
        ClientHandOut handOut = journal.handOutOneByOne(queue);
        handOut.start();
        for (Optional<Entry> next = handOut.take(false); next.isPresent(); next = handOut.take(false)) {
            ids.add(next.get().alarm().id());
        }
        handOut.close();
        return ids;
    }
}
