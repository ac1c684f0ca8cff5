package dev.resilience.spring.config;

import dev.resilience.spring.caller.AddressRange;
import java.util.List;

/**
 * How requests are limited, and what callers are told about it.
 *
 * @param headers which headers tell a caller its limits
 * @param reset how one of them tells a moment
 * @param trustedProxies the proxies whose word about a caller's address is taken
 * @param cacheStatus whether responses of cached handlers tell how the cache came by them
 * @param rules the rules, in the order they are written
 */
public record HttpProperties(
        HeaderStyle headers,
        ResetStyle reset,
        List<AddressRange> trustedProxies,
        boolean cacheStatus,
        List<HttpRule> rules) {

    public HttpProperties {
        trustedProxies = List.copyOf(trustedProxies);
        rules = List.copyOf(rules);
    }
}
