package dev.resilience.spring.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
        "2001:db8:1:2:ffff::, 2001:db8:1:2::/64",
        "[2001:db8:1:2::1], 2001:db8:1:2::/64",
        "fe80::1%eth0, fe80:0:0:0::/64",
        "::1, 0:0:0:0::/64",
        "::ffff:203.0.113.7, 203.0.113.7",
        "[::ffff:cb00:7107], 203.0.113.7",
    })
    void addressesOfOneCallerAreOneKey(String told, String key) {
        assertThat(CallerAddress.of(told)).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"unix:/run/socket", "localhost", "not:an:address", "''"})
    void whatIsNoAddressStandsForItself(String told) {
        assertThat(CallerAddress.of(told)).isEqualTo(told);
    }

    @Test
    void aMappedAddressCountsAsWhatItIs() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 203, 0, 113, 7};

        assertThat(CallerAddress.of(InetAddress.getByAddress(mapped))).isEqualTo("203.0.113.7");
    }
}
