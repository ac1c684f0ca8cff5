package dev.resilience.ratelimit;

import dev.resilience.Call;

/**
 * Is shown every call that a rate limiter has charged, such as to tell the caller what it has left. Called on the thread
 * of the call, with no lock held; what it throws fails the call. Thread-safe.
 */
@FunctionalInterface
public interface ChargeWitness {

    /**
     * A call has been charged.
     *
     * @param call the call, valid only meanwhile
     */
    void charged(RateLimiterPolicy limiter, Call call);
}
