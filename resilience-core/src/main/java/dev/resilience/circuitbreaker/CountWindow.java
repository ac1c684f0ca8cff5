package dev.resilience.circuitbreaker;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of the last calls: a ring of bits for the failures and one for the slow calls, moved under one lock.
 *
 * <p>A full ring without failures and slow calls looks the same from every position. While that lasts, one more good
 * call changes nothing, and is answered by a volatile read: the everyday call of a healthy dependency writes nothing.
 */
final class CountWindow implements OutcomeWindow {

    private final int size;
    private final BitSet failed;
    private final BitSet slow;
    private int next;
    private int calls;
    private int failures;
    private int slowCalls;

    /** Full, and nothing but good calls. Written under the lock. */
    private volatile boolean spotless;

    CountWindow(int size) {
        this.size = size;
        this.failed = new BitSet(size);
        this.slow = new BitSet(size);
    }

    @Override
    public @Nullable WindowCounts record(boolean hasFailed, boolean wasSlow, long tick) {
        boolean good = !hasFailed && !wasSlow;
        if (good && spotless) {
            return null;
        }
        return push(hasFailed, wasSlow);
    }

    private synchronized @Nullable WindowCounts push(boolean hasFailed, boolean wasSlow) {
        failures += replace(failed, hasFailed);
        slowCalls += replace(slow, wasSlow);
        next = next + 1 == size ? 0 : next + 1;
        calls = Math.min(calls + 1, size);
        boolean good = failures == 0 && slowCalls == 0;
        spotless = good && calls == size;
        return good ? null : new WindowCounts(calls, failures, slowCalls);
    }

    /** Puts the bit over the oldest one, and tells by how much the number of set bits grew. */
    private int replace(BitSet ring, boolean bit) {
        int before = ring.get(next) ? 1 : 0;
        ring.set(next, bit);
        return (bit ? 1 : 0) - before;
    }

    @Override
    public synchronized WindowCounts tally(long tick) {
        return new WindowCounts(calls, failures, slowCalls);
    }

    @Override
    public OutcomeWindow resized(Window window, long tick) {
        if (window.span() != null) {
            return OutcomeWindow.of(window, tick);
        }
        return window.calls() == size ? this : copied(new CountWindow(window.calls()));
    }

    private synchronized CountWindow copied(CountWindow copy) {
        for (int back = Math.min(calls, copy.size); back > 0; back--) {
            int index = Math.floorMod(next - back, size);
            copy.push(failed.get(index), slow.get(index));
        }
        return copy;
    }
}
