package dev.resilience.key;

import org.jspecify.annotations.Nullable;

/** The key of one call as the store knows it: 128 bits, and beside them the key itself if these don't say it all. */
public final class Digest {

    private final SipHash hash = new SipHash();
    private @Nullable Object beside;

    public long high() {
        return hash.first();
    }

    public long low() {
        return hash.second();
    }

    /** A key that only its own {@code equals} tells from others with the same digest; null for all others. */
    public @Nullable Object beside() {
        return beside;
    }

    /** Begins the digest of another key. */
    SipHash begin(long firstOfSeed, long secondOfSeed) {
        return hash.begin(firstOfSeed, secondOfSeed);
    }

    Digest end(@Nullable Object besideIt) {
        hash.finish();
        if (beside != besideIt) {
            beside = besideIt;
        }
        return this;
    }
}
