package dev.resilience.benchmarks;

import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import java.util.concurrent.CompletableFuture;

/** Methods guarded by our annotations, one pattern each. */
public class GuardedByUs {

    private static final String PLENTY = Limiters.PLENTY + "/1s";

    private final Object answer = new Object();
    private final CompletableFuture<Object> complete = CompletableFuture.completedFuture(answer);

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

    @Timeout("2s")
    public Object timeout() {
        return answer;
    }

    @Timeout("2s")
    public CompletableFuture<Object> future() {
        return complete;
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
