package dev.resilience.spring.web;

import dev.resilience.Call;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.PolicyRegistry;
import dev.resilience.ratelimit.RateLimiterPolicy;

/**
 * Notes every charge with the request it belongs to, so that rules and annotations are told in one set of headers.
 * Limiters in shadow mode are not told: nobody is to notice them.
 */
public final class ChargeNotes {

    private final CurrentLimits limits;

    public ChargeNotes(CurrentLimits limits) {
        this.limits = limits;
    }

    /** Has the charges of all limiters shown, of those to come as well. */
    public void watch(PolicyRegistry registry) {
        registry.witness(instance -> {
            if (instance.state() instanceof RateLimiterPolicy limiter) {
                limiter.showTo((charged, call) -> note(instance, charged, call));
            }
        });
    }

    private void note(PolicyInstance<?, ?> instance, RateLimiterPolicy limiter, Call call) {
        if (instance.mode() == Mode.ENFORCED) {
            limits.charged(instance.name(), limiter, call);
        }
    }
}
