package dev.resilience.ratelimit;

import dev.resilience.Call;

/**
 * Is shown every call that a rate limiter lets pass, such as to tell the caller what it has left. Called on the thread of
 * the call, with no lock held, and must not throw. Thread-safe.
 */
@FunctionalInterface
public interface PassWitness {

    /**
     * A call passes, and has been charged if all limiters beside this one let it pass.
     *
     * @param call the call, valid only meanwhile
     */
    void passed(RateLimiterPolicy limiter, Call call);
}
