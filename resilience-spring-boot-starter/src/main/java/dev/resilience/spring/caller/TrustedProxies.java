package dev.resilience.spring.caller;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The proxies whose word about their callers counts. Immutable. */
public final class TrustedProxies {

    /** Nobody's word counts: the caller is whoever is at the other end of the connection. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private final List<AddressRange> ranges;

    private TrustedProxies(List<AddressRange> ranges) {
        this.ranges = ranges;
    }

    /** Proxies with an address in one of these ranges. */
    public static TrustedProxies of(Collection<AddressRange> ranges) {
        return new TrustedProxies(List.copyOf(ranges));
    }

    /** Proxies with an address in one of these ranges. @throws IllegalArgumentException if one of them is none */
    public static TrustedProxies parse(String... ranges) {
        return of(Arrays.stream(ranges).map(AddressRange::parse).toList());
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (AddressRange range : ranges) {
            if (range.contains(bytes)) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }
}
