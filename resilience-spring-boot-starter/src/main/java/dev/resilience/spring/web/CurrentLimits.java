package dev.resilience.spring.web;

import dev.resilience.Call;
import dev.resilience.ratelimit.RateLimiterPolicy;
import org.jspecify.annotations.Nullable;

/** The limits of the request that is being served. Thread-safe. */
public interface CurrentLimits {

    /** Those of the request on this thread; null where there is none. */
    @Nullable RequestLimits current();

    /**
     * A limiter has charged a call. If it is part of a request, notes how the caller stands, and tells it unless the answer
     * has begun.
     *
     * @param policy the name of the limiter
     */
    void charged(String policy, RateLimiterPolicy limiter, Call call);
}
