package dev.resilience.spring.web;

import dev.resilience.Call;
import dev.resilience.ratelimit.RateLimiterPolicy;

/** Finds the request that a charge belongs to. Thread-safe. */
@FunctionalInterface
public interface CurrentLimits {

    /**
     * A limiter has charged a call. If it is part of a request, and about its caller, notes how the caller stands and sees
     * to it that it is told.
     *
     * @param policy the name of the limiter
     */
    void charged(String policy, RateLimiterPolicy limiter, Call call);
}
