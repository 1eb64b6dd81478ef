package ualarm.intake;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ualarm.site.SettingsException;

/** A list of addresses and CIDR ranges, IPv4 and IPv6. */
final class AddressList {

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
     * @param entries addresses and ranges; none = everybody is on the list
     * @throws SettingsException when one is neither
     */
    AddressList(List<String> entries) {
        entries.forEach(
                entry -> ranges.add(
                        range(entry)
                                .orElseThrow(
                                        () -> new SettingsException(
                                                List.of(
                                                        "alarm.allow-from has " + entry
                                                                + ", which is no address. Write addresses or ranges such as 192.168.1.0/24, separated by commas.")))));
    }

    private static Optional<Range> range(String entry) {
        String[] parts = entry.split("/", 2);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        if (address == null) {
            return Optional.empty();
        }
        int most = address.length * 8;
        if (parts.length == 1) {
            return Optional.of(new Range(address, most));
        }
        return parts[1].matches("\\d{1,3}") && Integer.parseInt(parts[1]) <= most
                ? Optional.of(new Range(address, Integer.parseInt(parts[1])))
                : Optional.empty();
    }

    /** @return whether the address is on the list */
    boolean contains(String address) {
        if (ranges.isEmpty()) {
            return true;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes != null && ranges.stream().anyMatch(range -> range.contains(bytes));
    }
}
