package ualarm.console;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Counts wrong passwords by address: who has tried ten different ones in five minutes has to wait until these are over, and nobody else.
 * The same one again is no guess, so that a page or a monitoring with an old password does not lock its machine out. Its own lock guards
 * all of it.
 */
final class Guesses {

    private static final int MOST = 10;
    private static final Duration SPAN = Duration.ofMinutes(5);
    private static final int MOST_ADDRESSES = 10_000;

    private record Tried(long since, Set<String> prints) {}

    private final LongSupplier nanos;
    private final Map<String, Tried> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tried> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    /** @param nanos tells the time, as {@link System#nanoTime} does */
    Guesses(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @return so many seconds an address has to wait before it may try again; 0 = none */
    synchronized long secondsToWait(String address) {
        Tried tried = byAddress.get(network(address));
        if (tried == null) {
            return 0;
        }
        long left = tried.since() + SPAN.toNanos() - nanos.getAsLong();
        if (left <= 0) {
            byAddress.remove(network(address));
            return 0;
        }
        return tried.prints().size() < MOST ? 0 : Duration.ofNanos(left).toSeconds() + 1;
    }

    /** @return whether this address has tried this one already, which was wrong */
    synchronized boolean isKnown(String address, String print) {
        Tried tried = byAddress.get(network(address));
        return tried != null && tried.prints().contains(print);
    }

    /**
     * Notes a wrong password.
     *
     * @param address whose
     * @param print tells it from others, and not what it is
     */
    synchronized void wrong(String address, String print) {
        byAddress
                .computeIfAbsent(network(address), first -> new Tried(nanos.getAsLong(), new HashSet<>()))
                .prints()
                .add(print);
    }

    /** In IPv6 a machine has a whole network of 64 bits to choose its addresses from. */
    private static String network(String address) {
        String[] groups = address.split(":");
        return groups.length == 8 ? String.join(":", groups[0], groups[1], groups[2], groups[3]) : address;
    }
}
