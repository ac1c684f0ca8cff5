package dev.resilience.spring.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies are in 10.0.0.0/8 and 2001:db8:a::/48, the connection comes from 10.0.0.1. */
class CallerAddressesTest {

    private static final String PEER = "10.0.0.1";

    private final CallerAddresses addresses =
            new CallerAddresses(TrustedProxies.parse("10.0.0.0/8", "2001:db8:a::/48"));

    @Test
    void nobodyElsesWordCounts() {
        assertThat(commonFrom("203.0.113.9", "198.51.100.1")).isEqualTo("203.0.113.9");
        assertThat(standardFrom("203.0.113.9", "for=198.51.100.1")).isEqualTo("203.0.113.9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.7                        | 203.0.113.7",
                "6.6.6.6, 203.0.113.7               | 203.0.113.7",
                "6.6.6.6, 203.0.113.7, 10.0.0.2     | 203.0.113.7",
                "6.6.6.6, 203.0.113.7:4711          | 203.0.113.7",
                "2001:db8:1:2::3                    | 2001:db8:1:2::/64",
                "[2001:db8:1:2::3]:4711             | 2001:db8:1:2::/64",
                "fe80::1%eth0                       | fe80:0:0:0::/64",
                "::ffff:203.0.113.7                 | 203.0.113.7",
                "203.0.113.7, ::ffff:10.9.9.9       | 203.0.113.7",
                "203.0.113.7, 2001:db8:a::5         | 203.0.113.7",
                "203.0.113.7, , ,                   | 203.0.113.7",
                "10.0.0.3, 10.0.0.2                 | 10.0.0.3",
            })
    void theListIsWalkedFromRightToLeft(String list, String caller) {
        assertThat(commonFrom(PEER, list)).isEqualTo(caller);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6.6.6.6, garbage               | 10.0.0.1",
                "6.6.6.6, garbage, 10.0.0.2     | 10.0.0.2",
                "6.6.6.6, unknown, 10.0.0.2     | 10.0.0.2",
                "6.6.6.6, _hidden, 10.0.0.2     | 10.0.0.2",
                "6.6.6.6, localhost             | 10.0.0.1",
                "6.6.6.6, 010.1.1.1             | 10.0.0.1",
                "6.6.6.6, 127.1                 | 10.0.0.1",
                "6.6.6.6, 3405803783            | 10.0.0.1",
                "6.6.6.6, 0x7f.0.0.1            | 10.0.0.1",
                "6.6.6.6, 203.0.113.256         | 10.0.0.1",
                "6.6.6.6, 203.0.113.7:          | 10.0.0.1",
                "6.6.6.6, 203.0.113.7:123456    | 10.0.0.1",
                "6.6.6.6, [2001:db8::1          | 10.0.0.1",
                "6.6.6.6, [203.0.113.7]         | 10.0.0.1",
                "6.6.6.6, 2001:db8:::1          | 10.0.0.1",
                "6.6.6.6, '203.0.113.7'         | 10.0.0.1",
                "6.6.6.6, 203.0.113.7 8.8.8.8   | 10.0.0.1",
            },
            quoteCharacter = '§')
    void aWordThatIsNoAddressEndsTheWalk(String list, String caller) {
        assertThat(commonFrom(PEER, list)).isEqualTo(caller);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "for=203.0.113.7                                         | 203.0.113.7",
                "For=\"203.0.113.7:80\";Proto=https;by=10.0.0.1          | 203.0.113.7",
                "proto=https; for=203.0.113.7                            | 203.0.113.7",
                "for=\"[2001:db8:1:2::3]:4711\"                          | 2001:db8:1:2::/64",
                "for=\"[2001:db8:1:2::3]:_port\"                         | 2001:db8:1:2::/64",
                "for=[2001:db8:1:2::3]                                   | 2001:db8:1:2::/64",
                "for=\"203.0.113.\\7\"                                   | 203.0.113.7",
                "for=6.6.6.6, for=203.0.113.7, for=10.0.0.2              | 203.0.113.7",
                "for=203.0.113.7;host=\"a, for=6.6.6.6\"                 | 203.0.113.7",
                "for=203.0.113.7;host=\"a\\\", for=6.6.6.6, \\\"\"       | 203.0.113.7",
                "for=203.0.113.7;host=\"a\\\\\"                          | 203.0.113.7",
                "for=203.0.113.7;host=\";for=6.6.6.6;\"                  | 203.0.113.7",
                "for=\"6.6.6.6, for=203.0.113.7                          | 203.0.113.7",
                "for=\"6.6.6.6\\, for=203.0.113.7, for=10.0.0.2          | 203.0.113.7",
            })
    void theStandardHeaderIsWalkedLikewise(String list, String caller) {
        assertThat(standardFrom(PEER, list)).isEqualTo(caller);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "for=6.6.6.6, proto=https               | 10.0.0.1",
                "for=6.6.6.6, for=unknown               | 10.0.0.1",
                "for=6.6.6.6, for=_gazonk, for=10.0.0.2 | 10.0.0.2",
                "for=6.6.6.6, for=\"_gazonk\"           | 10.0.0.1",
                "for=6.6.6.6, for=8.8.8.8;for=9.9.9.9   | 10.0.0.1",
                "for=6.6.6.6, for=8.8.8.8;FOR=8.8.8.8   | 10.0.0.1",
                "for=6.6.6.6, for=                      | 10.0.0.1",
                "for=6.6.6.6, for = 203.0.113.7         | 10.0.0.1",
                "for=6.6.6.6, for=203.0.113.7 x         | 10.0.0.1",
                "for=6.6.6.6, for=203.0.113.7\"         | 10.0.0.1",
                "for=6.6.6.6, 203.0.113.7               | 10.0.0.1",
                "for=6.6.6.6, host=a;b;for=203.0.113.7  | 10.0.0.1",
            })
    void anElementWithoutExactlyOneClientEndsTheWalk(String list, String caller) {
        assertThat(standardFrom(PEER, list)).isEqualTo(caller);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(addresses.of(PEER, lines("X-Forwarded-For", "6.6.6.6", "203.0.113.7", "10.0.0.3, 10.0.0.2")))
                .isEqualTo("203.0.113.7");
        assertThat(addresses.of(PEER, lines("Forwarded", "for=\"6.6.6.6", "for=203.0.113.7", "", "for=10.0.0.2")))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void twoHeadersHaveToLeadToOneCaller() {
        assertThat(both("203.0.113.7", "for=203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(both("2001:db8:1:2::1", "for=\"[2001:db8:1:2::9]\"")).isEqualTo("2001:db8:1:2::/64");
        assertThat(both("203.0.113.7", "for=6.6.6.6")).isEqualTo(PEER);
        assertThat(both("6.6.6.6", "for=203.0.113.7")).isEqualTo(PEER);
        assertThat(both("203.0.113.7", "")).isEqualTo(PEER);
    }

    @Test
    void anAbsurdLengthEndsTheWalkAfterBoundedWork() {
        assertThat(commonFrom(PEER, "6.6.6.6," + " ".repeat(1_000_000) + "203.0.113.7"))
                .isEqualTo(PEER);
        assertThat(commonFrom(PEER, "6.6.6.6, " + "10.0.0.2, ".repeat(100_000) + "10.0.0.3"))
                .isEqualTo("10.0.0.2");
        assertThat(commonFrom(PEER, "6.6.6.6" + ",".repeat(1_000_000))).isEqualTo(PEER);
        assertThat(standardFrom(PEER, "for=\"" + "\\\"".repeat(500_000) + "\"")).isEqualTo(PEER);
        assertThat(commonFrom(PEER, "x".repeat(1_000_000) + ", 203.0.113.7")).isEqualTo("203.0.113.7");
    }

    @Test
    void aSocketIsAPeerLikeAText() throws Exception {
        InetSocketAddress resolved = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 80);
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("[2001:db8:1:2::3]", 80);

        assertThat(addresses.of(resolved, lines("X-Forwarded-For", "203.0.113.7")))
                .isEqualTo("203.0.113.7");
        assertThat(addresses.of(unresolved, lines("X-Forwarded-For", "203.0.113.7")))
                .isEqualTo("2001:db8:1:2::/64");
    }

    @Test
    void whoIsNotConnectedByAddressHasNoneOrIsItsName() {
        assertThat(addresses.of((String) null, name -> List.of())).isNull();
        assertThat(addresses.of("", name -> List.of())).isNull();
        assertThat(addresses.of((InetSocketAddress) null, name -> List.of())).isNull();
        assertThat(commonFrom("unix:/run/socket", "203.0.113.7")).isEqualTo("unix:/run/socket");
    }

    private String commonFrom(String peer, String list) {
        return addresses.of(peer, lines("X-Forwarded-For", list));
    }

    private String standardFrom(String peer, String list) {
        return addresses.of(peer, lines("Forwarded", list));
    }

    private String both(String common, String standard) {
        Map<String, List<String>> headers = Map.of("X-Forwarded-For", List.of(common), "Forwarded", List.of(standard));
        return addresses.of(PEER, name -> headers.getOrDefault(name, List.of()));
    }

    private static CallerAddresses.HeaderLines lines(String header, String... lines) {
        return name -> name.equals(header) ? List.of(lines) : List.of();
    }
}
