package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Scope;
import dev.resilience.Snapshot;
import dev.resilience.cache.CacheWitness.Way;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.OutcomeRules;
import dev.resilience.failure.OutcomeWords;
import dev.resilience.time.RandomSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The results of earlier calls, and those just being loaded. Thread-safe. */
public final class ResultCache {

    private final Keys keys = new Keys();
    private final Store store;
    private final RandomSource random;
    private final ConcurrentMap<Object, Load> loads = new ConcurrentHashMap<>();
    private final CacheNumbers numbers = new CacheNumbers();
    private final BrokenRules broken;
    private final LastGood lastGood;
    private volatile CacheConfiguration configuration;
    private volatile TimeToLive timeToLive;
    private volatile @Nullable CacheWitness witness;

    /** @param broken takes note of classifiers of the application that throw */
    ResultCache(
            CacheConfiguration configuration,
            Store store,
            RandomSource random,
            List<FailureClassifier> classifiers,
            BrokenRules broken) {
        this.configuration = configuration;
        this.timeToLive = new TimeToLive(configuration);
        this.store = store;
        this.random = random;
        this.broken = broken;
        OutcomeWords unsaid = new OutcomeWords(List.of(), List.of(), List.of(), null);
        OutcomeRules rules = new OutcomeRules(unsaid, OutcomeRules.NOT_THE_CALLERS_FAULT, classifiers, broken);
        this.lastGood = new LastGood(keys, store, rules, numbers.staleServed);
        lastGood.reconfigure(configuration);
    }

    /** Has this witness told from now on how calls came by their answers; it is the only one. */
    public void showTo(CacheWitness shown) {
        witness = shown;
    }

    /** Drops the results of this key: the value of the key expression, or the only argument of a method without one. */
    public void invalidate(Object key) {
        keys.everyKeyOf(key).forEach(this::drop);
    }

    /** Drops all results. What is just being loaded is given to those who wait for it, and not kept. */
    public void invalidateAll() {
        loads.keySet().forEach(this::drop);
        store.clear();
    }

    /** Drops all results and forgets what was counted. */
    public void clear() {
        invalidateAll();
        numbers.reset();
    }

    private void drop(Object key) {
        Load running = loads.remove(key);
        if (running != null) {
            running.outdate();
        }
        store.remove(key);
    }

    /** What is kept stays with the time it was kept for. */
    void reconfigure(CacheConfiguration changed) {
        configuration = changed;
        timeToLive = new TimeToLive(changed);
        lastGood.reconfigure(changed);
        store.maxEntries(changed.maxEntries());
    }

    Snapshot snapshot() {
        return numbers.snapshot(store, broken);
    }

    LastGood lastGood() {
        return lastGood;
    }

    boolean isOffFor(String operation) {
        return timeToLive.nanos(operation) == 0;
    }

    Object keyOf(Call call) {
        return keys.of(call);
    }

    /** The answer that is kept for this key, or null. */
    @Nullable Admission hit(Call call, Object key) {
        Kept kept = store.get(key);
        if (kept == null) {
            return null;
        }
        numbers.hits.increment();
        tell(call, Way.HIT, kept);
        return kept.answer();
    }

    /** Tells whoever wants to know that the call has another's answer. */
    void shared(Call call, Load load) {
        Kept kept = load.kept();
        tell(call, kept != null && kept.isOver(call.tick()) ? Way.STALE : Way.SHARED, kept);
    }

    /** Tells whoever wants to know how the call came by its answer. @param kept null if it isn't kept */
    void tell(Call call, Way way, @Nullable Kept kept) {
        CacheWitness told = witness;
        if (told == null) {
            return;
        }
        if (kept == null) {
            told.answered(call, way, 0, 0, CacheWitness.NOT_KEPT);
        } else {
            long tick = call.tick();
            told.answered(call, way, kept.number(), kept.ageNanos(tick), -kept.overdueNanos(tick));
        }
    }

    /** Counts a call that found nothing. */
    void missed(Call call) {
        numbers.misses.increment();
        keys.remember(call);
    }

    /** Begins this load, unless there is one of its key: then that one is given. */
    @Nullable Load begin(Load load) {
        return loads.putIfAbsent(load.key(), load);
    }

    /**
     * Whether a call of this scope would wait for itself if it waited for that load: it is inside that very load, or
     * inside one that the other waits for, over however many loads in between.
     */
    boolean closesACircle(Scope scope, Load running) {
        if (scope.isWorking(running)) {
            return true;
        }
        List<Load> around = loads.values().stream().filter(scope::isWorking).toList();
        around.forEach(load -> load.waitsFor(running));
        return around.stream().anyMatch(running::reaches);
    }

    /** Ends a load with a value. It is kept before the load goes, so nobody finds neither; if it can't be, it goes too. */
    void loaded(Load load, Call call, long nanos) {
        numbers.loads.increment();
        numbers.loadNanos.add(nanos);
        Admission answer = Admission.returning(call.value());
        try {
            keep(load, call, answer);
        } finally {
            end(load, answer);
        }
        tell(call, Way.LOADED, load.kept());
    }

    /** What isn't worth keeping has still overtaken what was: nobody gets that any more. */
    private void keep(Load load, Call call, Admission answer) {
        long ttlNanos = timeToLive.nanos(call.operation());
        if (ttlNanos > 0 && (call.value() != null || configuration.cacheNull())) {
            long nanos = timeToLive.jitteredNanos(ttlNanos, random.next());
            load.store(store, answer, nanos, lastGood.keptNanos(ttlNanos));
        } else {
            load.drop(store);
        }
    }

    /** Counts a load that came to nothing. */
    void failed() {
        numbers.loadFailures.increment();
    }

    /** Ends a load that came to nothing with an earlier result. @param leader the call that led, if it gets it as well */
    void rescue(Load load, Kept stale, @Nullable Call leader) {
        load.kept(stale);
        numbers.staleServed.add(end(load, stale.answer()) + (leader == null ? 0 : 1));
        if (leader != null) {
            tell(leader, Way.STALE, stale);
        }
    }

    /** Ends a load with an answer that isn't kept. @return how many waited for it */
    int end(Load load, Admission answer) {
        forget(load);
        List<Follower> followers = load.end(answer);
        followers.forEach(Follower::wake);
        return followers.size();
    }

    /** Hands the lead to the next follower; the load ends where nobody waits. */
    void handOver(Load load) {
        Follower next = load.next();
        if (next == null) {
            forget(load);
            return;
        }
        next.wake();
    }

    /** Makes room for a new load, where this one has ended. */
    void forget(Load load) {
        loads.remove(load.key(), load);
    }

    /** How many loads there are at this moment. */
    int running() {
        return loads.size();
    }
}
