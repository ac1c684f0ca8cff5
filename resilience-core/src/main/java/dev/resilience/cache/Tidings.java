package dev.resilience.cache;

import dev.resilience.Call;
import dev.resilience.cache.CacheWitness.Way;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever wants to know how calls came by their answers. Of a cache in shadow mode there is nothing to tell: it has
 * answered nobody, and nobody has passed by it. Thread-safe.
 */
final class Tidings {

    private volatile @Nullable CacheWitness witness;

    void showTo(CacheWitness shown) {
        witness = shown;
    }

    /** @param kept what the call was given or has loaded; null if nobody keeps that */
    void tell(Call call, Way way, @Nullable Kept kept) {
        CacheWitness told = witness;
        if (told != null && !call.pretends()) {
            tell(told, call, way, kept);
        }
    }

    private static void tell(CacheWitness told, Call call, Way way, @Nullable Kept kept) {
        if (kept == null) {
            told.answered(call, way, 0, 0, CacheWitness.NOT_KEPT);
        } else {
            long tick = call.tick();
            told.answered(call, way, kept.number(), kept.ageNanos(tick), -kept.overdueNanos(tick));
        }
    }
}
