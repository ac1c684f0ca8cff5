package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import dev.resilience.cache.CacheWitness.Way;
import org.jspecify.annotations.Nullable;

/**
 * Answers from the cache, and sees to it that any number of concurrent misses of a key are one load.
 *
 * <p>The memo of an entry tells its part: a {@link Load} is led, a {@link Follower} waits for one, nothing passes by.
 * The mark is when the leading began.
 */
final class CachePolicy implements Policy {

    private final ResultCache cache;

    CachePolicy(ResultCache cache) {
        this.cache = cache;
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    /** A call inside a load has to find that load around it, or it would wait for itself. */
    @Override
    public boolean usesScope() {
        return true;
    }

    @Override
    public Admission admit(Call call) {
        return call.memo() instanceof Follower follower ? resume(call, follower) : ask(call);
    }

    private Admission ask(Call call) {
        if (cache.isOffFor(call.operation())) {
            cache.tell(call, Way.PASSED, null);
            return Admission.proceed();
        }
        Object key = cache.keyOf(call);
        Admission hit = cache.hit(call, key);
        return hit == null ? miss(call, key) : hit;
    }

    /** Leads or follows. A load that ended between two looks has left a value, or room for a new load: look again. */
    private Admission miss(Call call, Object key) {
        cache.missed(call);
        Load mine = new Load(key, call.operation());
        while (true) {
            Load running = cache.begin(mine);
            Admission answer = running == null ? leadUnlessLoaded(call, mine) : follow(call, running);
            if (answer != null) {
                return answer;
            }
        }
    }

    /** Another leader may have stored the value and gone since this call found none. */
    private Admission leadUnlessLoaded(Call call, Load mine) {
        Admission hit = cache.hit(call, mine.key());
        if (hit == null) {
            return lead(call, mine);
        }
        cache.end(mine, hit);
        return hit;
    }

    private Admission lead(Call call, Load load) {
        call.memo(load);
        call.mark(call.now());
        call.scope().working(load);
        return Admission.proceed();
    }

    private @Nullable Admission follow(Call call, Load running) {
        if (cache.closesACircle(call.scope(), running)) {
            return Admission.fail(new RecursiveLoadException(call.operation()));
        }
        Follower follower = new Follower(running);
        if (!running.join(follower)) {
            cache.forget(running);
            return null;
        }
        call.memo(follower);
        return follower.waiting();
    }

    private Admission resume(Call call, Follower follower) {
        Admission answer = follower.answer();
        if (answer == null) {
            return follower.waiting();
        }
        if (follower.isGivenTheLead()) {
            follower.load().leads(call.operation());
            return lead(call, follower.load());
        }
        if (answer instanceof Admission.Return) {
            cache.shared(call, follower.load());
        }
        return answer;
    }

    @Override
    public Verdict settle(Call call) {
        Object part = call.memo();
        if (part instanceof Load load) {
            return settleLeader(call, load);
        }
        if (part instanceof Follower follower && follower.load().leave(follower)) {
            cache.handOver(follower.load());
        }
        return Verdict.proceed();
    }

    private Verdict settleLeader(Call call, Load load) {
        if (cache.lastGood().isGood(call)) {
            cache.loaded(load, call, call.now() - call.mark());
            return Verdict.proceed();
        }
        if (!isTheLeadersOwn(call)) {
            cache.failed();
        }
        Kept stale = cache.lastGood().insteadOf(call, load.key());
        return stale == null ? settleInVain(call, load) : rescue(call, load, stale);
    }

    private Verdict settleInVain(Call call, Load load) {
        if (isTheLeadersOwn(call)) {
            cache.handOver(load);
        } else {
            Throwable failure = call.failure();
            cache.end(load, failure == null ? Admission.returning(call.value()) : Admission.fail(failure));
        }
        return Verdict.proceed();
    }

    /** The followers get it even where the leader is past a deadline of his own further out, which makes his verdict void. */
    private Verdict rescue(Call call, Load load, Kept stale) {
        boolean late = call.outcome() == Outcome.EXPIRED && call.remainingNanos() <= 0;
        cache.rescue(load, stale, late ? null : call);
        return Verdict.returning(((Admission.Return) stale.answer()).value());
    }

    /**
     * Whether the way the call ended says nothing about the load: the leader gave up, or was refused for what may be
     * his own limit or priority before the method was invoked.
     */
    private static boolean isTheLeadersOwn(Call call) {
        return call.outcome() == Outcome.CANCELLED || call.outcome() == Outcome.REFUSED && !call.invoked();
    }
}
