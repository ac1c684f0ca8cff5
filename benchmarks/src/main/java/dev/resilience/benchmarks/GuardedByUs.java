package dev.resilience.benchmarks;

import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;

/** Methods guarded by our annotations, one pattern each. */
public class GuardedByUs {

    private static final String PLENTY = Limiters.PLENTY + "/1s";

    private final Object answer = new Object();

    @CircuitBreaker("breaker")
    public Object breaker() {
        return answer;
    }

    @RateLimited(name = "limiter", limits = PLENTY)
    public Object limiter() {
        return answer;
    }

    @RateLimited(name = "keyed", limits = PLENTY, key = "#agent")
    public Object limiter(String agent) {
        return answer;
    }

    @Bulkhead("bulkhead")
    public Object bulkhead() {
        return answer;
    }

    @Retryable("retry")
    public Object retry() {
        return answer;
    }

    @Cached(name = "one", ttl = "1h", key = "#agent")
    public Object cached(String agent) {
        return answer;
    }

    @Cached(name = "two", ttl = "1h")
    public Object cached(String agent, int day) {
        return answer;
    }

    @Retryable("four")
    @CircuitBreaker("four")
    @RateLimited(name = "four", limits = PLENTY)
    @Bulkhead("four")
    public Object four() {
        return answer;
    }
}
