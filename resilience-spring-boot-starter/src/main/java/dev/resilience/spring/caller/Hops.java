package dev.resilience.spring.caller;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who each proxy says it had the request from, beginning with the proxy nearest to us. Null is said by a proxy that hides
 * or doesn't know its caller, and is read out of everything that is malformed. Not thread-safe.
 */
@FunctionalInterface
interface Hops {

    @Nullable InetAddress next();

    /** What {@code X-Forwarded-For} says. */
    static Hops common(List<String> lines) {
        ListFromRight elements = new ListFromRight(lines, false);
        return () -> {
            String element = elements.next();
            return element == null ? null : AddressLiteral.node(element);
        };
    }

    /** What {@code Forwarded} says (RFC 7239). */
    static Hops standard(List<String> lines) {
        ListFromRight elements = new ListFromRight(lines, true);
        return () -> {
            String element = elements.next();
            String node = element == null ? null : ForwardedElement.client(element);
            return node == null ? null : AddressLiteral.node(node);
        };
    }

    /** One element of {@code Forwarded}: pairs such as {@code for="[2001:db8::17]:4711";proto=https}. */
    final class ForwardedElement {

        /** Servers also write an address with a colon without the quotes it needs, and spaces after a semicolon. */
        private static final Pattern PAIR = Pattern.compile(
                "\\G\\s*+([-!#$%&'*+.^_`|~0-9A-Za-z]++)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s\";,=]++))\\s*+(?:;|$)");

        private ForwardedElement() {}

        /** Its {@code for}; null if it hasn't exactly one. */
        static @Nullable String client(String element) {
            Matcher pair = PAIR.matcher(element);
            String client = null;
            int end = 0;
            while (end < element.length() && pair.find()) {
                end = pair.end();
                if (pair.group(1).equalsIgnoreCase("for")) {
                    if (client != null) {
                        return null;
                    }
                    client = pair.group(2) == null
                            ? pair.group(3)
                            : pair.group(2).replaceAll("\\\\(.)", "$1");
                }
            }
            return end == element.length() ? client : null;
        }
    }
}
