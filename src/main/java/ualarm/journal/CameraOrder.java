package ualarm.journal;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Hands out entries as they came, but of each camera one at a time. Not for several threads. */
final class CameraOrder {

    /** One camera's entries: the first is ready or under way, the others wait for it. */
    private static final class Line {
        private Entry first;
        private final Set<Entry> behind = new LinkedHashSet<>();

        Line(Entry first) {
            this.first = first;
        }
    }

    private final Map<String, Line> lines = new HashMap<>();
    private final Set<Entry> ready = new LinkedHashSet<>();

    void add(Entry entry) {
        Line line = lines.get(entry.camera());
        if (line == null) {
            lines.put(entry.camera(), new Line(entry));
            ready.add(entry);
        } else {
            line.behind.add(entry);
        }
    }

    /** @return whether there is an entry whose camera has none under way */
    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** @return the next entry, under way from now on; there must be a ready one */
    Entry next() {
        Iterator<Entry> oldest = ready.iterator();
        Entry next = oldest.next();
        oldest.remove();
        return next;
    }

    /** Takes an entry out of its turn, under way from now on. Those behind it wait for it only when it was the first. */
    void takeOut(Entry entry) {
        if (!ready.remove(entry)) {
            lines.get(entry.camera()).behind.remove(entry);
        }
    }

    /** An entry is no longer under way: the next of its camera is ready. */
    void done(Entry entry) {
        Line line = lines.get(entry.camera());
        if (line == null || line.first != entry) {
            return;
        }
        Iterator<Entry> next = line.behind.iterator();
        if (next.hasNext()) {
            line.first = next.next();
            next.remove();
            ready.add(line.first);
        } else {
            lines.remove(entry.camera());
        }
    }
}
