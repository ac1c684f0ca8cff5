package dev.resilience.benchmarks;

import io.github.resilience4j.bulkhead.annotation.Bulkhead;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.ratelimiter.annotation.RateLimiter;
import io.github.resilience4j.retry.annotation.Retry;
import io.github.resilience4j.timelimiter.annotation.TimeLimiter;
import java.util.concurrent.CompletableFuture;

/** The same methods guarded by the annotations of Resilience4j. */
public class GuardedByResilience4j {

    private final Object answer = new Object();
    private final CompletableFuture<Object> complete = CompletableFuture.completedFuture(answer);

    @CircuitBreaker(name = "breaker")
    public Object breaker() {
        return answer;
    }

    @RateLimiter(name = "limiter")
    public Object limiter() {
        return answer;
    }

    @RateLimiter(name = "#root.args[0]")
    public Object limiter(String agent) {
        return answer;
    }

    @Bulkhead(name = "bulkhead")
    public Object bulkhead() {
        return answer;
    }

    @TimeLimiter(name = "timeout")
    public CompletableFuture<Object> future() {
        return complete;
    }

    @Retry(name = "retry")
    public Object retry() {
        return answer;
    }

    @Retry(name = "four")
    @CircuitBreaker(name = "four")
    @RateLimiter(name = "four")
    @Bulkhead(name = "four")
    public Object four() {
        return answer;
    }
}
