package dev.resilience.spring.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What callers forge, sent through proxies that do their duty. The oracle is naive, since it knows the truth: it wrote the
 * header. It would be a bypass if anything a caller sends changed the key it is counted under.
 */
class ForgedHeadersTest {

    private static final String CALLER = "203.0.113.7";
    private static final List<String> PROXIES = List.of("10.0.0.1", "10.0.0.2", "192.168.7.9", "2001:db8:a::5");

    /** What a caller may put before, in either header: each would be a new key, or the end of a parser. */
    private static final List<String> FORGERIES = List.of(
            "6.6.6.6",
            "10.0.0.9",
            "127.0.0.1",
            "::1",
            "[::1]:80",
            "2001:db8:a::9",
            "for=6.6.6.6",
            "for=10.0.0.9",
            "FOR=\"[2001:db8:a::9]\"",
            "for=\"6.6.6.6",
            "for=6.6.6.6\"",
            "for=\"6.6.6.6\\",
            "for=\"6.6.6.6\\\"",
            "for=\"\\\\\\\"",
            "for=6.6.6.6;for=10.0.0.9",
            "for=6.6.6.6;host=\"",
            "host=\"a, for=6.6.6.6",
            "by=10.0.0.1;for=10.0.0.2",
            "for=unknown",
            "for=_hidden",
            "unknown",
            "_hidden",
            "\"",
            "\"\"\"",
            "\\",
            "\\\\\"",
            ",",
            ",,,,,,,,",
            ";",
            "=",
            "for==",
            "for=;",
            " ",
            "\t",
            "",
            "203.0.113.7,",
            "6.6.6.6 ,\t10.0.0.2",
            "6.6.6.6;10.0.0.2",
            "010.0.0.1",
            "167772161",
            "0x0a000001",
            "10.1",
            "localhost",
            "proxy.internal",
            "١٠.٠.٠.١",
            "10。0。0。1",
            "fe80::1%eth0, 10.0.0.3",
            "::ffff:10.0.0.3",
            "::ffff:6.6.6.6",
            "\u0000",
            "6.6.6.6\u0000",
            "6.6.6.6\r\nX-Forwarded-For: 10.0.0.1",
            "${jndi:ldap://6.6.6.6}",
            "#{T(java.lang.Runtime)}",
            "T(java.lang.Runtime).getRuntime()",
            "<script>",
            "for=\"[\"",
            "[[[[",
            "]:80",
            "%",
            "x".repeat(20_000),
            "6.6.6.6, ".repeat(5_000),
            "\"".repeat(20_000),
            "\\".repeat(20_000),
            ",".repeat(20_000),
            "for=\"" + "a,".repeat(10_000));

    private final CallerAddresses addresses =
            new CallerAddresses(TrustedProxies.parse("10.0.0.0/8", "192.168.7.0/24", "2001:db8:a::/48"));

    @Test
    void noForgedBeginningChangesTheKey() {
        Map<String, String> bypasses = new LinkedHashMap<>();
        int cases = 0;
        for (String forged : FORGERIES) {
            for (int proxies = 1; proxies <= PROXIES.size(); proxies++) {
                for (Header header : Header.values()) {
                    judge(header, List.of(forged), proxies, true, bypasses);
                    judge(header, List.of(forged), proxies, false, bypasses);
                    cases += 2;
                }
            }
        }
        assertThat(cases).isGreaterThan(1_000);
        assertThat(bypasses).isEmpty();
    }

    @Test
    void noForgedMixtureChangesTheKey() {
        Random random = new Random(20);
        Map<String, String> bypasses = new LinkedHashMap<>();
        for (int round = 0; round < 3_000; round++) {
            List<String> forged = new ArrayList<>();
            for (int lines = random.nextInt(4); lines >= 0; lines--) {
                forged.add(mixture(random));
            }
            Header header = Header.values()[random.nextInt(2)];
            judge(header, forged, 1 + random.nextInt(PROXIES.size()), random.nextBoolean(), bypasses);
        }
        assertThat(bypasses).isEmpty();
    }

    @Test
    void theOtherHeaderChangesTheKeyToThatOfTheProxyAtMost() {
        for (String forged : FORGERIES) {
            for (Header kept : Header.values()) {
                Header other = kept == Header.COMMON ? Header.STANDARD : Header.COMMON;
                List<String> truth = kept.sent(List.of(), 2, true);
                Map<String, List<String>> headers = Map.of(kept.title, truth, other.title, List.of(forged));

                String key = addresses.of(PROXIES.get(1), name -> headers.getOrDefault(name, List.of()));

                assertThat(key).as(forged).isIn(CALLER, PROXIES.get(1));
            }
        }
    }

    @Test
    void aCallerWithoutAProxyIsItself() {
        for (String forged : FORGERIES) {
            assertThat(addresses.of(CALLER, name -> List.of(forged))).isEqualTo(CALLER);
        }
    }

    @Test
    void whatAProxyHidesIsCountedUnderTheProxy() {
        for (String word : List.of("unknown", "_hidden", "garbage", "6.6.6", "[::", "6.6.6.6:x", "\"6.6.6.6\" 7")) {
            for (Header header : Header.values()) {
                List<String> lines = List.of(header.word("6.6.6.6") + ", " + header.word(word));

                assertThat(addresses.of("10.0.0.1", name -> name.equals(header.title) ? lines : List.of()))
                        .as(word)
                        .isEqualTo("10.0.0.1");
            }
        }
    }

    private void judge(Header header, List<String> forged, int proxies, boolean oneLine, Map<String, String> bypasses) {
        List<String> lines = header.sent(forged, proxies, oneLine);
        String key = addresses.of(PROXIES.get(proxies - 1), name -> name.equals(header.title) ? lines : List.of());
        if (!CALLER.equals(key)) {
            bypasses.put(header + " " + proxies + " " + forged, String.valueOf(key));
        }
    }

    private static String mixture(Random random) {
        StringBuilder text = new StringBuilder();
        for (int parts = 1 + random.nextInt(4); parts > 0; parts--) {
            String part = FORGERIES.get(random.nextInt(FORGERIES.size() - 6));
            text.append(part, 0, random.nextInt(part.length() + 1)).append(random.nextBoolean() ? "," : "");
        }
        return text.toString();
    }

    private enum Header {
        COMMON("X-Forwarded-For") {
            @Override
            String word(String address) {
                return address;
            }
        },
        STANDARD("Forwarded") {
            @Override
            String word(String address) {
                return address.indexOf(':') < 0 ? "for=" + address : "for=\"[" + address + "]\";proto=https";
            }
        };

        final String title;

        Header(String title) {
            this.title = title;
        }

        abstract String word(String address);

        /** What arrives: every proxy appends whom it had the request from, to the last line or in a line of its own. */
        List<String> sent(List<String> forged, int proxies, boolean oneLine) {
            List<String> lines = new ArrayList<>(forged);
            for (int at = 0; at < proxies; at++) {
                String word = word(at == 0 ? CALLER : PROXIES.get(at - 1));
                if (oneLine && !lines.isEmpty()) {
                    lines.add(lines.remove(lines.size() - 1) + ", " + word);
                } else {
                    lines.add(word);
                }
            }
            return lines;
        }
    }
}
