package dev.resilience.spring.caller;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The key of a network address. An IPv6 caller owns at least a /64 and could take a new address for every call, so it is
 * known by that prefix; an IPv4 address that is mapped into IPv6 counts as what it is. No name is ever looked up.
 */
public final class CallerAddress {

    private static final String PREFIX = "/64";

    private CallerAddress() {}

    /** The key of an address as a server tells it; what is no address stands for itself. */
    public static String of(String text) {
        InetAddress address = text.indexOf(':') < 0 ? null : AddressLiteral.parse(text);
        return address == null ? text : of(address);
    }

    /** Whether this is an address, or the key of one. */
    public static boolean isMeantBy(String text) {
        String bare = text.endsWith(PREFIX) ? text.substring(0, text.length() - PREFIX.length()) : text;
        return AddressLiteral.parse(bare) != null;
    }

    static String of(InetAddress address) {
        return address instanceof Inet6Address ? prefix(address.getAddress()) : address.getHostAddress();
    }

    private static String prefix(byte[] address) {
        StringBuilder prefix = new StringBuilder(24);
        for (int at = 0; at < 8; at += 2) {
            prefix.append(Integer.toHexString((address[at] & 0xff) << 8 | address[at + 1] & 0xff))
                    .append(':');
        }
        return prefix.append(':').append(PREFIX).toString();
    }
}
