package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Collaborators;
import dev.resilience.PolicyContext;
import dev.resilience.failure.BrokenRules;
import dev.resilience.time.RandomSource;

/** Decides what is kept of a load that has ended, for how long, and at what weight. Thread-safe. */
final class Keeper {

    private final Store store;
    private final LastGood lastGood;
    private final Refreshes refreshes;
    private final RandomSource random;
    private final Collaborators lender;
    private final BrokenRules broken;
    private final KeptFailures failures = new KeptFailures();
    private volatile boolean cachesNull;
    private volatile TimeToLive timeToLive;
    private volatile Weights weights;

    /** @param broken takes note of weighers that throw */
    Keeper(
            CacheConfiguration configuration,
            Store store,
            PolicyContext context,
            LastGood lastGood,
            Refreshes refreshes,
            BrokenRules broken) {
        this.store = store;
        this.lastGood = lastGood;
        this.refreshes = refreshes;
        this.random = context.time().random();
        this.lender = context.collaborators();
        this.broken = broken;
        this.cachesNull = configuration.cacheNull();
        this.timeToLive = new TimeToLive(configuration);
        this.weights = new Weights(configuration, lender, broken);
        failures.reconfigure(configuration);
    }

    void reconfigure(CacheConfiguration changed) {
        cachesNull = changed.cacheNull();
        timeToLive = new TimeToLive(changed);
        failures.reconfigure(changed);
        weigh(new Weights(changed, lender, broken));
    }

    private void weigh(Weights changed) {
        boolean areLike = weights.areLike(changed);
        weights = changed;
        if (areLike) {
            store.bound(changed.most());
        } else {
            store.bound(changed.most(), changed::weighedAnew);
        }
    }

    boolean isOffFor(String operation) {
        return timeToLive.nanos(operation) == 0;
    }

    /**
     * Keeps the result of a load. What isn't worth keeping has still overtaken what was: nobody gets that any more.
     *
     * @param answer the result as it is kept, or a failure if it can't be
     */
    void keep(Load load, Call call, Admission answer) {
        long ttlNanos = answer instanceof Admission.Return ? worthNanos(call) : 0;
        int weight = ttlNanos > 0 ? weights.of(call.value()) : Weights.NONE;
        if (weight == Weights.NONE) {
            load.drop(store);
            return;
        }
        long nanos = timeToLive.jitteredNanos(ttlNanos, random.next());
        Lifetime lifetime = refreshes.lifetime(nanos, lastGood.keptNanos(ttlNanos));
        Kept kept = new Kept(answer, load.operation(), store.tick(), lifetime, weight, null);
        load.store(store, kept, lifetime.keptNanos());
    }

    /** How long the result of this call lives; 0 if it isn't worth keeping. */
    private long worthNanos(Call call) {
        long nanos = timeToLive.nanos(call.operation());
        if (nanos == 0 || !Nothing.isAll(call.value())) {
            return nanos;
        }
        return cachesNull ? failures.nanosOfNothing(nanos) : 0;
    }

    /** For how long the failure of this call is kept; 0 if it isn't. */
    long failureNanos(Call call) {
        return isOffFor(call.operation()) ? 0 : failures.nanos(call);
    }

    /**
     * Keeps what a load failed with. A failure that can't be kept isn't: there is the failure itself to tell.
     *
     * @param answer the failure as it is kept
     * @param isCovered whether an earlier result is given instead
     */
    void keepFailure(Load load, Call call, Admission answer, long nanos, boolean isCovered) {
        try {
            put(load, call, answer, timeToLive.jitteredNanos(nanos, random.next()), isCovered);
        } catch (RuntimeException full) {
            // The next call loads.
        }
    }

    /** What is behind it stays as long as anybody may take it, and a result whose time isn't over stays as it is. */
    private void put(Load load, Call call, Admission answer, long nanos, boolean isCovered) {
        Kept before = store.find(load.key());
        Kept good = before == null ? null : before.good();
        if (good != null && !good.isOver(call.tick())) {
            return;
        }
        Kept wanted = good != null && lastGood.isWanted(good, call.tick()) ? good : null;
        FailedLoad failed = new FailedLoad(wanted, isCovered);
        Lifetime lifetime = new Lifetime(nanos, nanos, nanos);
        int weight = weights.weightOfFailure(wanted);
        load.store(store, new Kept(answer, load.operation(), store.tick(), lifetime, weight, failed), nanos);
    }
}
