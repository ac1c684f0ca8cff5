package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Collaborators;
import dev.resilience.KeptResults;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.cache.CacheWitness.Way;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.OutcomeRules;
import dev.resilience.failure.OutcomeWords;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The results of earlier calls, and those just being loaded. Thread-safe. */
public final class ResultCache implements KeptResults {

    private final Keys keys = new Keys();
    private final Store store;
    private final Loads loads = new Loads();
    private final CacheNumbers numbers = new CacheNumbers();
    private final Invalidation invalidation;
    private final CacheKeys asked;
    private final BrokenRules broken;
    private final LastGood lastGood;
    private final Refreshes refreshes = new Refreshes(this);
    private final Copies copies;
    private final Keeper keeper;
    private final Collaborators lender;
    private final Tidings tidings = new Tidings();

    /** @param broken takes note of classifiers of the application that throw */
    ResultCache(CacheConfiguration configuration, Store store, PolicyContext context, BrokenRules broken) {
        this.store = store;
        this.lender = context.collaborators();
        this.broken = broken;
        this.copies = new Copies(lender, broken);
        this.invalidation = new Invalidation(keys, store, loads, numbers.invalidations);
        this.asked = new CacheKeys(keys, store, loads, invalidation);
        OutcomeWords unsaid = new OutcomeWords(List.of(), List.of(), List.of(), null);
        OutcomeRules rules =
                new OutcomeRules(unsaid, OutcomeRules.NOT_THE_CALLERS_FAULT, context.classifiers(), broken);
        this.lastGood = new LastGood(keys, store, rules, copies, numbers.staleServed);
        this.keeper = new Keeper(configuration, store, context, lastGood, refreshes, broken);
        lastGood.reconfigure(configuration);
        refreshes.reconfigure(configuration);
        copies.reconfigure(configuration);
    }

    /** Has this witness told from now on how calls came by their answers; it is the only one. */
    public void showTo(CacheWitness shown) {
        tidings.showTo(shown);
    }

    @Override
    public long invalidate(Object key) {
        return invalidation.ofKey(key);
    }

    @Override
    public long invalidatePrefix(String prefix) {
        return invalidation.ofPrefix(prefix);
    }

    @Override
    public long invalidateOperation(String operation) {
        return invalidation.ofOperation(operation);
    }

    @Override
    public long invalidateAll() {
        return invalidation.ofAll();
    }

    /** Drops all results and forgets what was counted. */
    public void clear() {
        invalidateAll();
        numbers.reset();
    }

    /** What is kept stays with the time it was kept for, and is weighed anew where the weigher is another one. */
    void reconfigure(CacheConfiguration changed) {
        Lent.check(changed, lender);
        lastGood.reconfigure(changed);
        refreshes.reconfigure(changed);
        copies.reconfigure(changed);
        keeper.reconfigure(changed);
    }

    Snapshot snapshot() {
        return numbers.snapshot(store, broken);
    }

    /** Its keys, for whoever asks about one. */
    CacheKeys keys() {
        return asked;
    }

    LastGood lastGood() {
        return lastGood;
    }

    Refreshes refreshes() {
        return refreshes;
    }

    Loads loads() {
        return loads;
    }

    Tidings tidings() {
        return tidings;
    }

    boolean isOffFor(String operation) {
        return keeper.isOffFor(operation);
    }

    /** The key of the call; null, and counted, if nobody can tell whose its result would be. */
    @Nullable Object keyOf(Call call) {
        Object key = keys.of(call);
        if (key == null) {
            numbers.passedBy.increment();
        }
        return key;
    }

    /** What is kept for this key, whether it may be given or not; or null. */
    @Nullable Kept find(Object key) {
        return store.find(key);
    }

    /** The tick that the times of what is kept are compared with. */
    long tick() {
        return store.tick();
    }

    boolean isDue(Kept kept) {
        return kept.isDue(store.tick());
    }

    /** Gives the call what is kept; null if that can't be given. */
    @Nullable Admission hit(Call call, Way way, Kept kept) {
        Admission given = give(call, way, kept);
        if (given != null) {
            (kept.failed() == null ? numbers.hits : numbers.negativeHits).increment();
        }
        return given;
    }

    /** The same for a call that is counted already, as a miss. */
    @Nullable Admission give(Call call, Way way, Kept kept) {
        FailedLoad failed = kept.failed();
        return failed == null ? result(call, way, kept) : failure(call, kept, failed);
    }

    /** A result that can't be copied is as good as none. */
    private @Nullable Admission result(Call call, Way way, Kept kept) {
        Admission given = copies.of(kept.answer());
        if (given instanceof Admission.Fail) {
            return null;
        }
        tidings.tell(call, way, kept);
        return given;
    }

    /** As long as a failure is kept nobody tries again, so whoever takes an earlier result instead gets that. */
    private @Nullable Admission failure(Call call, Kept kept, FailedLoad failed) {
        Kept good = lastGood.insteadOf(failed, call.tick());
        Kept given = good == null ? kept : good;
        Admission answer = copies.of(given.answer());
        if (answer.step() != given.answer().step() || KeptFailures.isOverloaded(given)) {
            return null;
        }
        if (good != null) {
            numbers.staleServed.add(call.pretends() ? 0 : 1);
            tidings.tell(call, Way.STALE, good);
        }
        return answer;
    }

    /** The answer with a copy of its result, where the results of this cache are copied; a failure if there is none. */
    Admission copyOf(Admission answer) {
        return copies.of(answer);
    }

    /** The answer for a call that has waited for that load, whoever wants to know told of it. */
    Admission shared(Call call, Load load, Admission answer) {
        Admission given = copies.of(answer);
        if (given instanceof Admission.Return) {
            Kept kept = load.kept();
            tidings.tell(call, kept != null && kept.isOver(call.tick()) ? Way.STALE : Way.SHARED, kept);
        }
        return given;
    }

    /** Remembers by what key and operation it is asked, for those who will drop results. */
    void remember(Call call) {
        keys.remember(call);
        asked.seen(call);
    }

    /** Counts a call that found nothing. */
    void missed() {
        numbers.misses.increment();
    }

    /** Begins this load, unless there is one of its key: then that one is given. */
    @Nullable Load begin(Load load) {
        invalidation.expect(load.key());
        return loads.begin(load);
    }

    /** Ends a load with a value. It is kept before the load goes, so nobody finds neither; if it can't be, it goes too. */
    void loaded(Load load, Call call, long nanos) {
        keepAndEnd(load, call, nanos);
        tidings.tell(call, Way.LOADED, load.kept());
    }

    /** The same for a load that nobody had to wait for, so nobody is told. */
    void refreshed(Load load, Call call, long nanos) {
        numbers.refreshes.increment();
        keepAndEnd(load, call, nanos);
    }

    private void keepAndEnd(Load load, Call call, long nanos) {
        numbers.loads.increment();
        numbers.loadNanos.add(nanos);
        Admission answer = copies.of(Admission.returning(call.value()));
        try {
            keeper.keep(load, call, answer);
        } finally {
            loads.end(load, answer);
        }
    }

    /** Keeps what a load failed with, if that is wanted. @param isCovered whether an earlier result is given instead */
    void keepFailure(Load load, Call call, boolean isCovered) {
        long nanos = keeper.failureNanos(call);
        if (nanos == 0) {
            return;
        }
        Admission failed = KeptFailures.answer(call);
        Admission answer = copies.of(failed);
        if (answer.step() == failed.step()) {
            keeper.keepFailure(load, call, answer, nanos, isCovered);
        }
    }

    /** Counts a load that came to nothing. */
    void failed() {
        numbers.loadFailures.increment();
    }

    /** Counts a refresh that came to nothing, unless it was only kept from going on, and has the next one wait. */
    void refreshFailed(Call call, Refresh refresh, long nanos) {
        refreshes.failed(refresh, nanos);
        if (call.outcome() != Outcome.CANCELLED) {
            numbers.refreshFailures.increment();
        }
    }

    /** Ends a load that came to nothing with an earlier result. @param leader the call that led, if it gets it as well */
    void rescue(Load load, Kept stale, @Nullable Call leader) {
        load.kept(stale);
        numbers.staleServed.add(loads.end(load, stale.answer()) + (leader == null ? 0 : 1));
        if (leader != null) {
            tidings.tell(leader, Way.STALE, stale);
        }
    }

    /**
     * Ends a load that was not needed, because this is kept by now. Its followers have a copy of their own of what its leader
     * is given, made before he has it.
     */
    void endWithHit(Load load, Kept kept, Admission given) {
        load.kept(kept.failed() == null ? kept : null);
        loads.end(load, copies.of(given));
    }

    /** How many loads there are at this moment. */
    int running() {
        return loads.all().size();
    }
}
