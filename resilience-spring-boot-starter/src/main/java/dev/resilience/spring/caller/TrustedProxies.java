package dev.resilience.spring.caller;

import java.net.InetAddress;
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

    /**
     * Proxies with an address in one of these ranges, such as {@code 10.0.0.0/8} or {@code 2001:db8::7}.
     *
     * @throws IllegalArgumentException with a reason completing "the value …"
     */
    public static TrustedProxies of(Collection<String> ranges) {
        return new TrustedProxies(
                ranges.stream().map(String::strip).map(AddressRange::parse).toList());
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
