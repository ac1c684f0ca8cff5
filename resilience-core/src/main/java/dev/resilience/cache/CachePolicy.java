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
 * that its caller doesn't wait for, and who has none passes by or is given what is kept. The mark is when the leading began.
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
            cache.tidings().tell(call, Way.PASSED, null);
            return Admission.proceed();
        }
        Kept kept = cache.find(key);
        Admission given = kept == null ? null : give(call, key, kept);
        return given == null ? miss(call, key) : given;
    }

    private @Nullable Admission give(Call call, Object key, Kept kept) {
        return cache.isDue(kept) ? cache.refreshes().give(call, key, kept) : cache.hit(call, Way.HIT, kept);
    }

    /**
     * Leads or follows, and only then counts: who is counted has a part in a load. A load that ended between two looks has left
     * a value, or room for a new load: look again.
     */
    private Admission miss(Call call, Object key) {
        cache.remember(call);
        Load mine = new Load(key, call.operation());
        while (true) {
            Load running = cache.begin(mine);
            Admission answer = running == null ? leadUnlessLoaded(call, mine) : follow(call, running);
            if (answer != null) {
                cache.missed();
                return answer;
            }
        }
    }

    /** Another leader may have stored the value and gone since this call found none. */
    private Admission leadUnlessLoaded(Call call, Load mine) {
        Kept kept = cache.find(mine.key());
        Admission given = kept == null || kept.isOver(cache.tick()) ? null : cache.give(call, Way.HIT, kept);
        if (given == null) {
            return lead(call, mine);
        }
        cache.endWithHit(mine, kept, given);
        return given;
    }

    private Admission lead(Call call, Load load) {
        call.memo(load);
        call.mark(call.now());
        call.scope().working(load);
        return Admission.proceed();
    }

    private @Nullable Admission follow(Call call, Load running) {
        List<Load> around = WayRound.loadsAround(call.scope());
        Follower follower = new Follower(running, around, Follower.until(call));
        follower.waits();
        List<Load> round = WayRound.of(around, running);
        if (round != null) {
            follower.goesOn();
            return Admission.fail(new RecursiveLoadException(round));
        }
        if (!running.join(follower)) {
            follower.goesOn();
            cache.loads().forget(running);
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
            follower.load().leads(call.operation());
            return lead(call, follower.load());
        }
        return answer instanceof Admission.Return ? cache.shared(call, follower.load(), answer) : answer;
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
            settleFollower(call, follower);
        }
        return Verdict.proceed();
    }

    private void settleFollower(Call call, Follower follower) {
        follower.goesOn();
        if (follower.load().leave(follower)) {
            handOver(call, follower.load());
        }
    }

    /**
     * Nobody is given a verdict, because the caller has had the old result for long. And no failure is kept: it would take
     * the place of a result that may still be given.
     */
    private void settleRefresh(Call call, Refresh refresh) {
        Load load = refresh.load();
        call.scope().worked(load);
        long nanos = call.now() - call.mark();
        if (cache.lastGood().isGood(call)) {
            cache.refreshed(load, call, nanos);
            return;
        }
        cache.refreshFailed(call, refresh, nanos);
        countFailure(call);
        Kept stale = cache.lastGood().insteadOf(call, load.key());
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
        countFailure(call);
        Kept stale = cache.lastGood().insteadOf(call, load.key());
        Admission given = stale == null ? null : cache.copyOf(stale.answer());
        boolean isCovered = given instanceof Admission.Return;
        cache.keepFailure(load, call, isCovered);
        return isCovered ? rescue(call, load, stale, (Admission.Return) given) : settleInVain(call, load);
    }

    /** A load for which the leader's time was too short has come to nothing, though another one goes on with it. */
    private void countFailure(Call call) {
        if (!hasGivenUp(call)) {
            cache.failed();
        }
    }

    private Verdict settleInVain(Call call, Load load) {
        if (hasGivenUp(call) || isLate(call)) {
            handOver(call, load);
        } else {
            cache.loads().end(load, cache.copyOf(KeptFailures.answer(call)));
        }
        return Verdict.proceed();
    }

    /** The time of a call around this one ends it by cancelling it, and those in line may be as late as this one. */
    private void handOver(Call call, Load load) {
        cache.loads().handOver(load, call.remainingNanos() <= 0 ? load.nextWithMostTime() : load.next());
    }

    /**
     * The followers get it even where the leader doesn't: past a deadline of his own further out his verdict is void, and in
     * shadow mode nobody carries it out.
     */
    private Verdict rescue(Call call, Load load, Kept stale, Admission.Return given) {
        cache.rescue(load, stale, isLate(call) || call.pretends() ? null : call);
        return Verdict.returning(given.value());
    }

    /**
     * Whether the way the call ended says nothing about the load: the leader gave up, or was refused for what may be
     * his own limit or priority before the method was invoked.
     */
    private static boolean hasGivenUp(Call call) {
        return call.outcome() == Outcome.CANCELLED || call.outcome() == Outcome.REFUSED && !call.invoked();
    }

    /** Whether a deadline further out is over, which is the call's own: others may have come later and have time left. */
    private static boolean isLate(Call call) {
        return call.outcome() == Outcome.EXPIRED && call.remainingNanos() <= 0;
    }
}
