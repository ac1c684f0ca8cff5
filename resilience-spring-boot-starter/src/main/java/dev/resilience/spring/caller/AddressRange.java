package dev.resilience.spring.caller;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A range of addresses, written {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or as a single address. Immutable. */
public final class AddressRange {

    private final byte[] first;
    private final int prefix;

    private AddressRange(byte[] first, int prefix) {
        this.first = first;
        this.prefix = prefix;
    }

    /**
     * Reads a range. No name is looked up.
     *
     * @throws IllegalArgumentException with a reason completing "the value …"
     */
    public static AddressRange parse(String text) {
        String range = text.strip();
        int slash = range.indexOf('/');
        InetAddress address = AddressLiteral.parse(slash < 0 ? range : range.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("is no address and no range of addresses; names are not looked up");
        }
        byte[] bytes = address.getAddress();
        int bits = bytes.length * 8;
        int mapped = range.indexOf(':') >= 0 && bits == 32 ? 96 : 0;
        int prefix = slash < 0 ? bits : prefix(range.substring(slash + 1), bits + mapped) - mapped;
        return checked(new AddressRange(bytes, prefix));
    }

    boolean contains(byte[] address) {
        if (address.length != first.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int at = 0; at < whole; at++) {
            if (address[at] != first[at]) {
                return false;
            }
        }
        int rest = 8 - prefix % 8;
        return rest == 8 || (address[whole] & 0xff) >> rest == (first[whole] & 0xff) >> rest;
    }

    private static int prefix(String text, int most) {
        boolean number = text.matches("\\d{1,3}");
        if (!number || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException("has a prefix that is no number of bits from 1 to " + most);
        }
        return Integer.parseInt(text);
    }

    private static AddressRange checked(AddressRange range) {
        if (range.prefix <= 0) {
            throw new IllegalArgumentException(
                    "means everybody, who could then choose the address to be counted under");
        }
        int behind = range.first.length * 8 - range.prefix;
        if (new BigInteger(1, range.first).getLowestSetBit() < behind && new BigInteger(1, range.first).signum() != 0) {
            throw new IllegalArgumentException("has bits behind its prefix, so it is not clear which range is meant");
        }
        return range;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(first).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("a range begins with an address", impossible);
        }
    }
}
