package dev.resilience.spring.config;

import dev.resilience.configuration.Knob;
import dev.resilience.spring.caller.AddressRange;
import java.util.List;

/** What all rules for requests have in common, and what all responses tell. */
public record HttpKnobs(
        @Knob(
                value =
                        "Which headers tell a caller its limits: X-RateLimit-*, the IETF's RateLimit and RateLimit-Policy,"
                                + " both or none.",
                byDefault = "legacy")
        HeaderStyle headers,

        @Knob(value = "Whether X-RateLimit-Reset is in seconds since 1970 or in seconds from now.", byDefault = "epoch")
        ResetStyle reset,

        @Knob(
                value =
                        "The proxies whose word about a caller's address is taken; without any, the address is that of the"
                                + " connection.",
                example = "10.0.0.0/8")
        List<AddressRange> trustedProxies,

        @Knob(
                value = "Whether responses of cached handlers tell in Cache-Status how the cache came by them.",
                byDefault = "true")
        Boolean cacheStatus) {}
