package ualarm.site;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A list of addresses and CIDR ranges, IPv4 and IPv6. */
public final class AddressList {

    private record Range(byte[] address, int bits) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xff : 0xff << 8 - (bits - bit);
                if (((address[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Range> ranges = new ArrayList<>();

    /**
     * @param entries addresses and ranges; none = everybody is on the list. One that is neither is not on it
     * @see #isRight
     */
    AddressList(List<String> entries) {
        entries.forEach(entry -> range(entry).ifPresent(ranges::add));
    }

    /** @return whether it is an address or a range */
    static boolean isRight(String entry) {
        return range(entry).isPresent();
    }

    /** @return whether everybody is on it */
    public boolean isForAll() {
        return ranges.isEmpty();
    }

    private static Optional<Range> range(String entry) {
        String[] parts = entry.split("/", 2);
        byte[] written = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        if (written == null || parts.length == 2 && !parts[1].matches("\\d{1,3}")) {
            return Optional.empty();
        }
        byte[] address = plain(written);
        int most = address.length * 8;
        // Of an IPv4 address in IPv6's clothes the first 96 bits are only that.
        int clothes = (written.length - address.length) * 8;
        int bits = parts.length == 1 ? most : Integer.parseInt(parts[1]) - clothes;
        return bits < 0 || bits > most ? Optional.empty() : Optional.of(new Range(address, bits));
    }

    /** A sender's IPv4 address may be told as {@code ::ffff:10.0.0.1}, by whoever writes the list or by the system. */
    private static byte[] plain(byte[] address) {
        boolean isMapped =
                address.length == 16 && IntStream.range(0, 12).allMatch(i -> address[i] == (byte) (i < 10 ? 0 : 0xff));
        return isMapped ? Arrays.copyOfRange(address, 12, 16) : address;
    }

    /** @return whether the address is on the list */
    public boolean contains(String address) {
        if (isForAll()) {
            return true;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes != null && ranges.stream().anyMatch(range -> range.contains(plain(bytes)));
    }
}
