package dev.resilience.spring.caller;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose address a request comes from.
 *
 * <p>Who is to be believed? The simple answer, the first address in {@code X-Forwarded-For}, is the one thing in that
 * header the caller writes itself: it gets a new limit with every invented address. What can be believed is the
 * connection. If its other end is a proxy of ours, that proxy's word counts, which is the last address in the list; if
 * that is a proxy of ours too, the word of that one, and so on. So the list is walked from right to left, and the first
 * address that is no trusted proxy is the caller. A word that is no address ends the walk at the proxy who said it: that
 * is too near, never too far.
 *
 * <p>There are two such headers, and a proxy that keeps one passes the other one on as the caller sent it. Neither may
 * win because of its name, then. If a request has both, both have to lead to the same caller; otherwise it is counted
 * under the proxy at the other end of the connection.
 *
 * <p>Thread-safe. Looks no name up.
 */
public final class CallerAddresses {

    private final TrustedProxies trusted;

    /** Addresses where these proxies may speak for others. */
    public CallerAddresses(TrustedProxies trusted) {
        this.trusted = trusted;
    }

    /** The headers of a request. */
    @FunctionalInterface
    public interface HeaderLines {

        /** The lines of this header in the order they came, whatever its case; empty where there are none. */
        List<String> of(String name);
    }

    /**
     * The caller's address as a key: IPv6 by /64. What is no address stands for itself.
     *
     * @param peer the other end of the connection as the server tells it; null where it can't
     */
    public @Nullable String of(@Nullable String peer, HeaderLines headers) {
        if (peer == null || peer.isEmpty()) {
            return null;
        }
        InetAddress address = trusted.isEmpty() ? null : AddressLiteral.parse(peer);
        return address == null ? CallerAddress.of(peer) : CallerAddress.of(caller(address, headers));
    }

    /** The same of a socket. */
    public @Nullable String of(@Nullable InetSocketAddress peer, HeaderLines headers) {
        if (peer == null) {
            return null;
        }
        InetAddress address = peer.getAddress();
        return address == null ? of(peer.getHostString(), headers) : CallerAddress.of(caller(address, headers));
    }

    private InetAddress caller(InetAddress peer, HeaderLines headers) {
        if (!trusted.contains(peer)) {
            return peer;
        }
        List<String> standard = headers.of("Forwarded");
        List<String> common = headers.of("X-Forwarded-For");
        if (standard.isEmpty()) {
            return walk(peer, Hops.common(common));
        }
        InetAddress caller = walk(peer, Hops.standard(standard));
        return common.isEmpty() || isSame(caller, walk(peer, Hops.common(common))) ? caller : peer;
    }

    private InetAddress walk(InetAddress peer, Hops hops) {
        InetAddress last = peer;
        while (trusted.contains(last)) {
            InetAddress next = hops.next();
            if (next == null) {
                return last;
            }
            last = next;
        }
        return last;
    }

    private static boolean isSame(InetAddress one, InetAddress other) {
        return CallerAddress.of(one).equals(CallerAddress.of(other));
    }
}
