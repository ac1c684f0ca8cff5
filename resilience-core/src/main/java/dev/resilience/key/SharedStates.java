package dev.resilience.key;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The states that keys without room share: none before the first of those keys comes. Thread-safe. */
final class SharedStates<S extends Retirable> {

    private final int size;
    private final Supplier<S> fresh;
    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable AtomicReferenceArray<@Nullable S> states;

    /** @param fresh makes a state; of two made at once for one share one is dropped */
    SharedStates(int size, Supplier<S> fresh) {
        this.size = size;
        this.fresh = fresh;
    }

    /** How many there are. */
    int count() {
        return count.get();
    }

    /** The one of this share, or null. */
    @Nullable S find(int share) {
        AtomicReferenceArray<@Nullable S> all = states;
        return all == null ? null : all.get(share);
    }

    /** The one of this share, made if there is none. */
    S of(int share) {
        AtomicReferenceArray<@Nullable S> all = states;
        if (all == null) {
            all = begin();
        }
        S known = all.get(share);
        while (known == null) {
            S made = fresh.get();
            if (all.compareAndSet(share, null, made)) {
                count.incrementAndGet();
                return made;
            }
            known = all.get(share);
        }
        return known;
    }

    private synchronized AtomicReferenceArray<@Nullable S> begin() {
        AtomicReferenceArray<@Nullable S> begun = states;
        if (begun == null) {
            begun = new AtomicReferenceArray<>(size);
            states = begun;
        }
        return begun;
    }

    /** Retires this one, if it is at rest, and takes it out. Several may find it so at once; it retires once. */
    boolean retire(int share, S state, long now) {
        boolean retired = state.retire(now);
        AtomicReferenceArray<@Nullable S> all = states;
        if (retired && all != null && all.compareAndSet(share, state, null)) {
            count.decrementAndGet();
        }
        return retired;
    }

    void each(Consumer<? super S> visitor) {
        for (int share = 0; share < size; share++) {
            S state = find(share);
            if (state != null) {
                visitor.accept(state);
            }
        }
    }
}
