package ualarm.intake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who is inside, by address, so that where room is short nobody pays for others: it is made by whoever has been inside longest of the
 * address that has most inside. Its own lock guards all of it.
 *
 * @param <T> a connection or a post
 */
final class Guests<T> {

    /**
     * A guest.
     *
     * @param who the connection or the post
     * @param address where it comes from
     * @param since {@link System#nanoTime} when it came
     * @param bytes what it holds
     */
    record Guest<T>(T who, String address, long since, long bytes) {}

    private final Map<String, Map<T, Guest<T>>> byAddress = new HashMap<>();
    private final long mostBytes;
    private int count;
    private long bytes;

    /** @param mostBytes what all of them may hold together */
    Guests(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    synchronized void enter(T who, String address, long now, long holds) {
        Guest<T> before = byAddress
                .computeIfAbsent(address, none -> new LinkedHashMap<>())
                .put(who, new Guest<>(who, address, now, holds));
        if (before == null) {
            count++;
            bytes += holds;
        }
    }

    synchronized void leave(T who, String address) {
        Map<T, Guest<T>> same = byAddress.get(address);
        Guest<T> left = same == null ? null : same.remove(who);
        if (left != null) {
            count--;
            bytes -= left.bytes();
            if (same.isEmpty()) {
                byAddress.remove(address);
            }
        }
    }

    synchronized int count() {
        return count;
    }

    /** @return whether so many bytes more would be too many */
    synchronized boolean isFull(long more) {
        return bytes + more > mostBytes;
    }

    /**
     * @param mayGo who may be asked to leave
     * @return who is to make room, if anybody may
     */
    synchronized Optional<Guest<T>> first(Predicate<Guest<T>> mayGo) {
        return byAddress.values().stream()
                .max(Comparator.comparingInt(Map::size))
                .flatMap(most -> most.values().stream().filter(mayGo).findFirst());
    }

    /** @return how many bytes a guest holds; none when it has left */
    synchronized long holds(T who, String address) {
        return Optional.ofNullable(byAddress.get(address))
                .flatMap(same -> Optional.ofNullable(same.get(who)))
                .map(Guest::bytes)
                .orElse(0L);
    }

    /** Notes that a guest holds more, if it has not left. */
    synchronized void holdsMore(T who, String address, long more) {
        Map<T, Guest<T>> same = byAddress.getOrDefault(address, Map.of());
        if (more > 0 && same.containsKey(who)) {
            same.computeIfPresent(who, (it, guest) -> new Guest<>(who, address, guest.since(), guest.bytes() + more));
            bytes += more;
        }
    }

    /**
     * @param time {@link System#nanoTime}
     * @return those that came before that
     */
    synchronized List<Guest<T>> before(long time) {
        var found = new ArrayList<Guest<T>>();
        for (Map<T, Guest<T>> same : byAddress.values()) {
            for (Guest<T> guest : same.values()) {
                if (guest.since() - time >= 0) {
                    break;
                }
                found.add(guest);
            }
        }
        return found;
    }
}
