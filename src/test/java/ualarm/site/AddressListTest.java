package ualarm.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in {@code alarm.allow-from}. */
class AddressListTest {

    @ParameterizedTest
    @CsvSource({
        "192.168.1.7, 192.168.1.7, true",
        "192.168.1.7, 192.168.1.8, false",
        "192.168.1.0/24, 192.168.1.255, true",
        "192.168.1.0/24, 192.168.2.0, false",
        "192.168.1.128/25, 192.168.1.127, false",
        "10.0.0.0/9, 10.127.255.255, true",
        "10.0.0.0/9, 10.128.0.0, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8:8000::/33, 2001:db8:7fff::1, false",
        "fe80::/10, fe80:0:0:0:1:2:3:4%eth0, true",
        "::/0, 203.0.113.9, false",
        "::1, 127.0.0.1, false",
        "192.168.1.7, ::ffff:192.168.1.7, true",
        "192.168.1.0/24, ::ffff:c0a8:1ff, true",
        "::ffff:192.168.1.7, 192.168.1.7, true",
        "::ffff:192.168.1.0/120, 192.168.1.200, true",
        "::ffff:192.168.1.0/120, 192.168.2.1, false",
        "::ffff:192.168.1.0/120, ::ffff:192.168.1.3, true",
        "192.168.1.0/24, nonsense, false",
    })
    void knowsWhoIsOnIt(String entry, String address, boolean isOn) {
        assertThat(new AddressList(List.of("198.51.100.1", entry)).contains(address))
                .isEqualTo(isOn);
    }

    @Test
    void everybodyIsOnAnEmptyOne() {
        assertThat(new AddressList(List.of()).contains("203.0.113.9")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vms",
                "10.0.0",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "::/129",
                "::ffff:10.0.0.0/95",
                "/8",
                "1.2.3.4/"
            })
    void whatIsNoAddressIsRefused(String entry) {
        assertThat(AddressList.isRight(entry)).isFalse();
    }
}
