package ualarm.journal;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The entries that a worker holds and has not begun, in the order in which they grow late, so that only the oldest is looked at. Not for
 * several threads.
 */
final class Overdue {

    private final NavigableSet<Entry> untold = new TreeSet<>(Comparator.comparingLong(Entry::receivedAt)
            .thenComparingLong(Entry::arrived)
            .thenComparingLong(entry -> entry.message().getMessageID()));
    private final Set<Entry> told = new LinkedHashSet<>();

    void add(Entry entry) {
        of(entry).add(entry);
    }

    /** @return whether it was among them */
    boolean remove(Entry entry) {
        return of(entry).remove(entry);
    }

    private Set<Entry> of(Entry entry) {
        return entry.isTold() ? told : untold;
    }

    int size() {
        return untold.size() + told.size();
    }

    /** @return the alarm that was received first, when that was so long ago and nobody was told about it */
    Optional<Entry> untold(Duration longest) {
        return untold.stream().findFirst().filter(entry -> entry.sinceReceived().compareTo(longest) >= 0);
    }

    /** @return the alarm that was handed out first, when that was so long ago and somebody was told about it */
    Optional<Entry> told(Duration longest) {
        return told.stream().findFirst().filter(entry -> System.nanoTime() - entry.arrived() > longest.toNanos());
    }
}
