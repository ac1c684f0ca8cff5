package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.Ticker;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call pass, delays it, or refuses it, so that no window ever sees more than its limit.
 *
 * <p>A permit belongs to a decision at the time of the call. It is given back if the method wasn't invoked: a refusal
 * further in, an expiry or a cancellation while the call waited; or if the call ended as {@link ChargeOn} doesn't mean. A call that can't be served within
 * {@code max-wait} and its deadline is refused at once. Thread-safe.
 */
public final class RateLimiterPolicy implements Policy {

    private static final long NOTHING_CHARGED = 0;

    private final String name;
    private final Ticker ticker;
    private final RateLimiter limiter;
    private final Callers callers;
    private final RateLimiterKeys keys;
    private volatile LimitPlan plan;

    RateLimiterPolicy(String name, RateLimiterConfiguration configuration, PolicyContext context) {
        this.name = name;
        this.ticker = context.time().ticker();
        this.limiter = new RateLimiter(
                new Timeline(context.time()),
                Call.NULL_KEY,
                Digests.seeded(context.time().random()),
                configuration.maxKeys(),
                () -> context.events().publish(full()));
        this.plan = plan(configuration, null);
        this.callers = new Callers(context.time());
        this.keys = new RateLimiterKeys(limiter, () -> plan, callers, context.time());
    }

    private ResilienceEvent full() {
        return new ResilienceEvent.Noticed(
                RateLimiterKind.ID,
                name,
                "more than " + plan.maxKeys() + " keys have something charged, or their hashes collide: new keys share "
                        + KeyStore.SHARED_BUCKETS + " strict buckets");
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public boolean onlyAdmits() {
        return true;
    }

    @Override
    public Admission admit(Call call) {
        long cost = call.cost();
        if (cost <= 0) {
            return free(call, cost);
        }
        LimitPlan current = plan;
        Object key = call.key();
        if (isOfOne(key)) {
            callers.called(key, call.operation(), call.tick());
        }
        Engine engine = current.engine(key, current.hasTiers() ? call.tier() : null);
        long maxWait =
                current.maxWaitNanos() == 0 ? 0 : Math.max(0, Math.min(current.maxWaitNanos(), call.remainingNanos()));
        for (; ; ) {
            long ticket = limiter.charge(key, engine, call, cost, maxWait);
            if (ticket != Ticket.REFUSED) {
                call.mark(ticket);
                return maxWait == 0 ? Admission.proceed() : Admission.proceedAfter(limiter.waitNanos(ticket, call));
            }
            Refusal refusal = limiter.refusal(key, engine, call.now(), cost, maxWait);
            if (refusal != null) {
                if (isOfOne(key)) {
                    callers.refused(key, call.operation(), call.tick());
                }
                return Admission.fail(refused(key, cost, refusal, current.maxWaitNanos()));
            }
            // A refund on another thread made room between the two: ask again.
        }
    }

    @Override
    public Verdict settle(Call call) {
        long ticket = call.mark();
        if (ticket != NOTHING_CHARGED && plan.chargeOn().givesBack(call)) {
            call.mark(NOTHING_CHARGED);
            limiter.refund(call.key(), ticket, call.cost());
        }
        return Verdict.proceed();
    }

    /** What the key has used under the limits it has in this tier; a null key asks for what calls without a key have used. */
    public Usage usage(@Nullable Object key, @Nullable Object tier) {
        return limiter.usage(key, plan.engine(key, tier), ticker.nanos());
    }

    /** What is kept by key. */
    RateLimiterKeys keys() {
        return keys;
    }

    /** A missing key is many callers'. */
    private static boolean isOfOne(@Nullable Object key) {
        return key != null && key != Call.NULL_KEY;
    }

    void reconfigure(RateLimiterConfiguration configuration) {
        plan = plan(configuration, plan);
        limiter.maxKeys(configuration.maxKeys());
    }

    private LimitPlan plan(RateLimiterConfiguration configuration, @Nullable LimitPlan before) {
        LimitPlan made = new LimitPlan(configuration, limiter, before);
        limiter.sharedEngine(made.untiered());
        return made;
    }

    Snapshot snapshot() {
        Map<String, Number> numbers = new LinkedHashMap<>();
        long now = ticker.nanos();
        numbers.put("permitted", limiter.permitted());
        numbers.put("refunded", limiter.refunded());
        numbers.put("refused", limiter.refused());
        if (!limiter.countsByKey()) {
            addUseOfEverybody(numbers, now);
        }
        numbers.put("keys", limiter.keys());
        numbers.put("missing-keys", limiter.missingKeys());
        numbers.put("overflowing", limiter.overflowing(now));
        return Snapshot.of(numbers);
    }

    /** What calls without a key have used. Beside keys it would look like a limiter at rest. */
    private void addUseOfEverybody(Map<String, Number> numbers, long now) {
        Usage.Window tightest =
                limiter.usage(null, plan.engine(null, null), now).tightest();
        numbers.put("limit", tightest.limit().permits());
        numbers.put("used", tightest.used());
        numbers.put("remaining", tightest.remaining());
    }

    private Admission free(Call call, long cost) {
        if (cost < 0) {
            throw new IllegalArgumentException(RateLimiterKind.ID + " '" + name + "': a call of " + call.operation()
                    + " can't cost " + cost + "; a cost is 0 or more");
        }
        call.mark(NOTHING_CHARGED);
        return Admission.proceed();
    }

    private RateLimitedException refused(@Nullable Object key, long cost, Refusal refusal, long maxWait) {
        return new RateLimitedException(
                name,
                key == Call.NULL_KEY ? null : key,
                key != null,
                cost,
                refusal,
                retryAfter(refusal.waitNanos(), maxWait));
    }

    /** A caller who may wait is let in that much earlier; one whom only its deadline kept from waiting comes back in time. */
    private static long retryAfter(long wait, long maxWait) {
        if (wait == Engine.NEVER) {
            return RateLimitedException.NEVER;
        }
        return wait > maxWait ? wait - maxWait : wait;
    }
}
