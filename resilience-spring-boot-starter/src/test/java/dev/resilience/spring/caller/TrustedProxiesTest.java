package dev.resilience.spring.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.255, true",
        "192.0.2.4/30, 192.0.2.7, true",
        "192.0.2.4/30, 192.0.2.8, false",
        "192.0.2.4, 192.0.2.4, true",
        "192.0.2.4/32, 192.0.2.5, false",
        "128.0.0.0/1, 255.0.0.1, true",
        "128.0.0.0/1, 127.0.0.1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:db8::7, 2001:db8::7, true",
        "::1, 0.0.0.1, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:10.0.0.1, 10.0.0.1, true",
        "' 10.0.0.0/8 ', 10.0.0.1, true",
    })
    void aRangeIsAPrefix(String range, String address, boolean contained) throws Exception {
        assertThat(TrustedProxies.parse(range).contains(InetAddress.getByName(address)))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({
        "proxy.internal, is no address",
        "localhost, is no address",
        "10.0.0/8, is no address",
        "'', is no address",
        "10.0.0.0/33, from 1 to 32",
        "10.0.0.0/, from 1 to 32",
        "10.0.0.0/+8, from 1 to 32",
        "10.0.0.0/8/8, from 1 to 32",
        "2001:db8::/129, from 1 to 128",
        "0.0.0.0/0, means everybody",
        "::/0, means everybody",
        "::ffff:0:0/96, means everybody",
        "10.0.0.1/8, has bits behind its prefix",
        "2001:db8::1/32, has bits behind its prefix",
    })
    void whatIsNoRangeIsRefusedWithTheReason(String text, String reason) {
        assertThatThrownBy(() -> TrustedProxies.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void nobodyIsTrustedUnlessNamed() throws Exception {
        assertThat(TrustedProxies.NONE.contains(InetAddress.getByName("127.0.0.1")))
                .isFalse();
    }
}
