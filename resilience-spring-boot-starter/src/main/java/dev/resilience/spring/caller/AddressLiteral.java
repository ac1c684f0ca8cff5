package dev.resilience.spring.caller;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses as they stand in headers and settings. What isn't exactly an address is nothing: no name is looked up,
 * and none of the old spellings that leave parts out or count in octal is guessed at.
 */
final class AddressLiteral {

    private static final int LONGEST_IPV6 = 45;
    private static final String MARKS_OF_NAMES = "._~-";

    private AddressLiteral() {}

    /** The address, with or without brackets and zone; an IPv4 address that is mapped into IPv6 is that IPv4 address. */
    static @Nullable InetAddress parse(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        return bracketed || bare.indexOf(':') >= 0 ? ipv6(bare) : ipv4(bare);
    }

    /** A node of RFC 7239, section 6, or of {@code X-Forwarded-For}: an address, perhaps with a port. */
    static @Nullable InetAddress node(String text) {
        int closing = text.indexOf(']');
        if (text.startsWith("[")) {
            return closing > 0 && isPortOrNothing(text, closing + 1) ? ipv6(text.substring(1, closing)) : null;
        }
        int colon = text.indexOf(':');
        if (colon < 0 || text.indexOf(':', colon + 1) >= 0) {
            return parse(text);
        }
        return isPortOrNothing(text, colon) ? ipv4(text.substring(0, colon)) : null;
    }

    private static boolean isPortOrNothing(String text, int from) {
        if (from == text.length()) {
            return true;
        }
        String port = text.substring(from + 1);
        boolean hidden = port.length() > 1 && port.charAt(0) == '_' && isName(port);
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(AddressLiteral::isDigit);
        return text.charAt(from) == ':' && (digits || hidden);
    }

    private static @Nullable InetAddress ipv4(String text) {
        String[] parts = text.split("\\.", 5);
        byte[] address = new byte[4];
        for (int at = 0; at < 4; at++) {
            int part = parts.length == 4 ? octet(parts[at]) : -1;
            if (part < 0) {
                return null;
            }
            address[at] = (byte) part;
        }
        return of(address);
    }

    private static int octet(String text) {
        boolean plain = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(AddressLiteral::isDigit);
        if (!plain || text.length() > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int octet = Integer.parseInt(text);
        return octet <= 255 ? octet : -1;
    }

    private static @Nullable InetAddress ipv6(String text) {
        int zone = text.indexOf('%');
        String address = zone < 0 ? text : text.substring(0, zone);
        boolean possible = address.length() <= LONGEST_IPV6
                && address.indexOf(':') >= 0
                && address.chars().allMatch(AddressLiteral::standsInIpv6);
        return possible ? inBrackets(address) : null;
    }

    private static boolean isName(String text) {
        return text.chars()
                .allMatch(letter ->
                        letter < 128 && Character.isLetterOrDigit(letter) || MARKS_OF_NAMES.indexOf(letter) >= 0);
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    private static boolean standsInIpv6(int character) {
        return character < 128 && Character.digit(character, 16) >= 0 || character == ':' || character == '.';
    }

    /** In brackets it is an address or an error, never a name to be resolved. */
    private static @Nullable InetAddress inBrackets(String address) {
        try {
            return InetAddress.getByName("[" + address + "]");
        } catch (UnknownHostException malformed) {
            return null;
        }
    }

    private static InetAddress of(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of four bytes is one", impossible);
        }
    }
}
