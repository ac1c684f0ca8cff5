package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import dev.resilience.cache.CacheWitness.Way;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers from the cache, and sees to it that any number of concurrent misses of a key are one load.
 *
 * <p>The memo of an entry tells its part: a {@link Load} is led, a {@link Follower} waits for one, a {@link Refresh} leads one
 * that its caller doesn't wait for, nothing passes by. The mark is when the leading began.
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
        Object key = cache.isOffFor(call.operation()) ? null : cache.keyOf(call);
        if (key == null) {
            cache.tell(call, Way.PASSED, null);
            return Admission.proceed();
        }
        Kept kept = cache.find(key);
        if (kept == null) {
            return miss(call, key);
        }
        return cache.isDue(kept) ? giveOrMiss(call, key, kept) : cache.hit(call, Way.HIT, kept);
    }

    private Admission giveOrMiss(Call call, Object key, Kept due) {
        Admission given = cache.refreshes().give(call, key, due);
        return given == null ? miss(call, key) : given;
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
        Kept kept = cache.find(mine.key());
        if (kept == null || kept.isOver(cache.tick())) {
            return lead(call, mine);
        }
        Admission answer = cache.keptMeanwhile(call, kept);
        cache.end(mine, answer);
        return answer;
    }

    private Admission lead(Call call, Load load) {
        call.memo(load);
        call.mark(call.now());
        call.scope().working(load);
        return Admission.proceed();
    }

    private @Nullable Admission follow(Call call, Load running) {
        List<Load> around = WayRound.loadsAround(call.scope());
        Follower follower = new Follower(running, around);
        follower.waits();
        List<Load> round = WayRound.of(around, running);
        if (round != null) {
            follower.goesOn();
            return Admission.fail(new RecursiveLoadException(round));
        }
        if (!running.join(follower)) {
            follower.goesOn();
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
        follower.goesOn();
        if (follower.isGivenTheLead()) {
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
        if (part instanceof Refresh refresh) {
            settleRefresh(call, refresh);
        } else if (part instanceof Follower follower) {
            settleFollower(follower);
        }
        return Verdict.proceed();
    }

    private void settleFollower(Follower follower) {
        follower.goesOn();
        if (follower.load().leave(follower)) {
            cache.handOver(follower.load());
        }
    }

    /** Nobody is given a verdict, because the caller has had the old result for long. */
    private void settleRefresh(Call call, Refresh refresh) {
        Load load = refresh.load();
        call.scope().worked(load);
        long nanos = call.now() - call.mark();
        if (cache.lastGood().isGood(call)) {
            cache.refreshed(load, call, nanos);
            return;
        }
        cache.refreshFailed(call, refresh, nanos);
        Kept stale = afterFailure(call, load);
        if (stale == null) {
            settleInVain(call, load);
        } else {
            cache.rescue(load, stale, null);
        }
    }

    private Verdict settleLeader(Call call, Load load) {
        call.scope().worked(load);
        if (cache.lastGood().isGood(call)) {
            cache.loaded(load, call, call.now() - call.mark());
            return Verdict.proceed();
        }
        Kept stale = afterFailure(call, load);
        return stale == null ? settleInVain(call, load) : rescue(call, load, stale);
    }

    /** Counts a load that came to nothing. @return what may be given instead */
    private @Nullable Kept afterFailure(Call call, Load load) {
        if (!isTheLeadersOwn(call)) {
            cache.failed();
        }
        return cache.lastGood().insteadOf(call, load.key());
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
