package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.cache.CacheWitness.Way;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Loads results anew behind hits: shortly before their time is over ({@code refresh-ahead}), or after it
 * ({@code stale-while-revalidate}, as in RFC 5861).
 *
 * <p>The first hit that finds a result due begins the load and has the result all the same, as have all others meanwhile.
 * It is a load like any other, so there is one of a key at once, and those who find nothing that may be given follow it. When
 * it fails the old result stays, and is left alone for a while: what fails for long enough to matter should not be asked by
 * every hit. Thread-safe.
 */
final class Refreshes {

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ResultCache cache;
    private volatile long staleNanos;
    private volatile double ahead;

    Refreshes(ResultCache cache) {
        this.cache = cache;
    }

    void reconfigure(CacheConfiguration configuration) {
        Duration stale = configuration.staleWhileRevalidate();
        Double percent = configuration.refreshAhead();
        staleNanos = stale == null ? 0 : stale.toNanos();
        ahead = percent == null ? 0 : percent / 100;
    }

    /** How long a result serves that is a hit for that long, and kept at least for so long. */
    Lifetime lifetime(long freshNanos, long keptNanos) {
        long stale = staleNanos;
        long withStale = freshNanos > Long.MAX_VALUE - stale ? Long.MAX_VALUE : freshNanos + stale;
        return new Lifetime(freshNanos, freshNanos - (long) (freshNanos * ahead), Math.max(withStale, keptNanos));
    }

    /** A result that is due, if it may still be given; it may be that the call then also begins to load it anew. */
    @Nullable Admission give(Call call, Object key, Kept kept) {
        long tick = cache.tick();
        long overdueNanos = kept.overdueNanos(tick);
        if (overdueNanos >= staleNanos || kept.failed() != null) {
            return null;
        }
        boolean over = overdueNanos >= 0;
        Admission answer = cache.hit(call, over ? Way.STALE : Way.HIT, kept);
        if (!(answer instanceof Admission.Return given)) {
            return answer;
        }
        if ((over || ahead > 0) && kept.isRefreshable(tick) && begins(call, key, kept)) {
            return Admission.returningAndRefreshing(given.value());
        }
        return answer;
    }

    /** Nothing is begun for a policy that only pretends: nobody would carry it out. */
    private boolean begins(Call call, Object key, Kept kept) {
        Load load = new Load(key, call.operation());
        if (call.pretends() || cache.begin(load) != null) {
            return false;
        }
        if (cache.find(key) != kept) {
            cache.loads().handOver(load); // another was faster, or has invalidated it
            return false;
        }
        call.memo(new Refresh(load, kept));
        call.mark(call.now());
        call.scope().working(load);
        return true;
    }

    /** It has come to nothing, after this time. The result may have another weight by now. */
    void failed(Refresh refresh, long nanos) {
        Kept old = cache.find(refresh.load().key());
        if (old != null && old.number() == refresh.old().number()) {
            old.leaveAloneUntil(cache.tick() + Math.max(SHORTEST_PAUSE_NANOS, nanos));
        }
    }
}
