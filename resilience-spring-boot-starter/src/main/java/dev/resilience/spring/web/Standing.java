package dev.resilience.spring.web;

import dev.resilience.ratelimit.Usage;
import dev.resilience.ratelimit.Usage.Window;

/**
 * How a caller stands with one limiter. It says whose limit it is in no way: a key goes into no header.
 *
 * @param policy the name of the limiter
 * @param usage what is used of each of its limits
 */
public record Standing(String policy, Usage usage) {

    /** What is left of the limit that is nearest to exhaustion, from 0 to 1. */
    double share() {
        Window tightest = usage.tightest();
        return (double) tightest.remaining() / tightest.capacity();
    }
}
