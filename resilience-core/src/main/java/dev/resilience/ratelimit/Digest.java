package dev.resilience.ratelimit;

import org.jspecify.annotations.Nullable;

/** The key of one call as the store knows it: 128 bits, and beside them the key itself if these don't say it all. */
final class Digest {

    private long high;
    private long low;
    private @Nullable Object beside;

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** A key that only its own {@code equals} tells from others with the same digest; null for all others. */
    @Nullable Object beside() {
        return beside;
    }

    Digest of(SipHash fed, @Nullable Object besideIt) {
        high = fed.first();
        low = fed.second();
        if (beside != besideIt) {
            beside = besideIt;
        }
        return this;
    }
}
