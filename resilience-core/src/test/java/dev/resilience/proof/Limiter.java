package dev.resilience.proof;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A rate limiter as callers see it, through pipelines: they pass, are refused, or pass and get their permit back, because
 * a bulkhead further in is full. Thread-safe.
 */
final class Limiter {

    private static final String NAME = "proven";
    private static final Body NOTHING = () -> null;

    private final Guards guards;
    private final Pipeline pipeline;
    private final Pipeline returning;

    private Limiter(Time time, String knobs, Map<String, Object> placement) {
        guards = new Guards(time);
        Pipeline seat = guards.with("bulkheads", "full", "max-concurrent=1").around("Proof.seat");
        seat.callAsync(CompletableFuture::new);
        pipeline = guards.with("rate-limiters", NAME, knobs, placement).around("Proof.call");
        returning = guards.with("rate-limiters", NAME, knobs, placement)
                .with("bulkheads", "full", "")
                .around("Proof.returning");
    }

    /** One that counts by key. */
    static Limiter keyed(Time time, String knobs) {
        return new Limiter(time, knobs, placement(true));
    }

    /** One limit for everybody. */
    static Limiter unkeyed(Time time, String knobs) {
        return new Limiter(time, knobs, placement(false));
    }

    private static Map<String, Object> placement(boolean keyed) {
        Map<String, Object> placement = new HashMap<>();
        placement.put("cost", (Placement.Expression) (arguments, context) -> arguments[1]);
        if (keyed) {
            placement.put("key", (Placement.Expression) (arguments, context) -> arguments[0]);
        }
        return placement;
    }

    /** Calls through it: the body runs if the limiter lets it. */
    void call(@Nullable Object key, long cost, Body body) throws Throwable {
        pipeline.invoke(CallShape.BLOCKING, new Object[] {key, cost}, body);
    }

    boolean passes(@Nullable Object key) {
        return passes(key, 1);
    }

    boolean passes(@Nullable Object key, long cost) {
        return refusal(key, cost) == null;
    }

    /** Calls with this cost. @return the refusal, or null if the call passed */
    @Nullable RateLimitedException refusal(@Nullable Object key, long cost) {
        try {
            call(key, cost, NOTHING);
            return null;
        } catch (RateLimitedException refused) {
            return refused;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    /** Calls so that the permit comes back at once. @return whether it was given at all */
    boolean passesAndReturns(@Nullable Object key, long cost) {
        try {
            returning.invoke(CallShape.BLOCKING, new Object[] {key, cost}, NOTHING);
            throw new AssertionError("the bulkhead is full");
        } catch (BulkheadFullException full) {
            return true;
        } catch (RateLimitedException refused) {
            return false;
        } catch (Throwable unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    /** When a call of this cost would pass, which has to be refused now; null if never. */
    @Nullable Duration retryAfter(@Nullable Object key, long cost) {
        RateLimitedException refusal = refusal(key, cost);
        if (refusal == null) {
            throw new AssertionError("a call of cost " + cost + " passed");
        }
        return refusal.retryAfter().orElse(null);
    }

    long number(String name) {
        return guards.numbers("rate-limiters", NAME).get(name).longValue();
    }
}
