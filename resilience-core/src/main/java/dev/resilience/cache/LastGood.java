package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Recollection;
import dev.resilience.Verdict;
import dev.resilience.failure.Coverable;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRules;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives earlier results in place of failures, though they have expired; and so says how long results are kept.
 *
 * <p>Two may ask. The cache itself, by {@code stale-if-error}, when a load has failed: it counts from the end of a
 * result's time, as RFC 5861 does, and only failures that say nothing about the result are covered: an answer such as
 * 404 isn't one of them. And another policy on the method that lies further out and has its own mind about failures: it
 * counts from the load, because who reads "the last good value of ten minutes" knows no time to live. Thread-safe.
 */
final class LastGood {

    private final Keys keys;
    private final Store store;
    private final OutcomeRules rules;
    private final Copies copies;
    private final LongAdder served;
    private final AtomicLong oldestWanted = new AtomicLong();
    private volatile long staleNanos;

    /** @param served counts the calls that get an earlier result */
    LastGood(Keys keys, Store store, OutcomeRules rules, Copies copies, LongAdder served) {
        this.keys = keys;
        this.store = store;
        this.rules = rules;
        this.copies = copies;
        this.served = served;
    }

    void reconfigure(CacheConfiguration configuration) {
        Duration stale = configuration.staleIfError();
        staleNanos = stale == null ? 0 : stale.toNanos();
    }

    /** How long a result is kept that lives this long. */
    long keptNanos(long ttlNanos) {
        long stale = staleNanos;
        long withStale = ttlNanos > Long.MAX_VALUE - stale ? Long.MAX_VALUE : ttlNanos + stale;
        return Math.max(withStale, oldestWanted.get());
    }

    /**
     * Whether the call ended with a result worth keeping, rather than with an answer that tells of a failure or a substitute
     * that a guard further in gave.
     */
    boolean isGood(Call call) {
        return call.outcome() == Outcome.VALUE
                && !call.isSubstitute()
                && rules.judge(call.value(), null) != Judgement.FAILURE;
    }

    /** What is still kept for a load that came to nothing, if it may be given instead; or null. */
    @Nullable Kept insteadOf(Call call, Object key) {
        long nanos = staleNanos;
        return nanos > 0 && isCovered(call) ? quietly(() -> store.stale(key, nanos)) : null;
    }

    /** What is kept behind a failure, if it is to be given instead and isn't too old; or null. */
    @Nullable Kept insteadOf(FailedLoad failed, long tick) {
        Kept good = failed.isCovered() ? failed.good() : null;
        return good != null && good.overdueNanos(tick) < staleNanos ? good : null;
    }

    /** Whether anybody may still be given this result, though it has expired. */
    boolean isWanted(Kept good, long tick) {
        return good.overdueNanos(tick) < staleNanos || good.ageNanos(tick) <= oldestWanted.get();
    }

    private boolean isCovered(Call call) {
        Throwable failure = call.failure();
        return switch (call.outcome()) {
            case CANCELLED -> false;
            case VALUE -> true;
            case FAILURE, REFUSED, EXPIRED ->
                Coverable.isOne(failure)
                        && Coverable.refusalOfTheCaller(failure) == null
                        && rules.judge(null, failure) == Judgement.FAILURE;
        };
    }

    /** What was given up to this age, for policies that ask for it. */
    Recollection upTo(Duration age) {
        long nanos = age.toNanos();
        oldestWanted.accumulateAndGet(nanos, Math::max);
        return call -> recall(call, nanos);
    }

    private @Nullable Verdict recall(Call call, long ageNanos) {
        Kept kept = quietly(() -> find(call, ageNanos));
        if (kept == null) {
            return null;
        }
        if (!(copies.of(kept.answer()) instanceof Admission.Return given)) {
            return null;
        }
        if (!call.pretends()) {
            served.increment();
        }
        return Verdict.returning(given.value());
    }

    private @Nullable Kept find(Call call, long ageNanos) {
        Object key = keys.of(call);
        return key == null ? null : store.recall(key, ageNanos);
    }

    /** A key that can't be told or compared is perhaps what the call has failed with: nothing is kept for it. */
    private static @Nullable Kept quietly(Supplier<@Nullable Kept> search) {
        try {
            return search.get();
        } catch (RuntimeException untold) {
            return null;
        }
    }
}
