package dev.resilience.benchmarks;

import org.springframework.cache.annotation.Cacheable;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.Retryable;

/** Those of the methods that Spring has annotations for. */
public class GuardedBySpring {

    private final Object answer = new Object();

    @ConcurrencyLimit(25)
    public Object bulkhead() {
        return answer;
    }

    @Retryable
    public Object retry() {
        return answer;
    }

    @Cacheable(cacheNames = "one", key = "#agent")
    public Object cached(String agent) {
        return answer;
    }

    @Cacheable(cacheNames = "two")
    public Object cached(String agent, int day) {
        return answer;
    }
}
