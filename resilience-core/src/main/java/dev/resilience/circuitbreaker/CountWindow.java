package dev.resilience.circuitbreaker;

import dev.resilience.lock.BriefLock;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of the last calls: a ring of bits for the failures and one for the slow calls, moved under one lock.
 *
 * <p>A full ring without failures and slow calls looks the same from every position. While that lasts, one more good
 * call changes nothing, and is answered by a volatile read: the everyday call of a healthy dependency writes nothing.
 *
 * <p><b>Why a lock?</b> Exactly the last calls, however they race, means that position, bits and sums move together, and
 * they don't fit into one word to swap. It is held for a dozen instructions that allocate nothing.
 */
final class CountWindow extends BriefLock implements OutcomeWindow {

    private final int size;
    private final long[] failed;
    private final long[] slow;
    private int next;
    private int calls;
    private int failures;
    private int slowCalls;

    /** Full, and nothing but good calls. Written under the lock. */
    private volatile boolean spotless;

    CountWindow(int size) {
        this.size = size;
        this.failed = new long[size + Long.SIZE - 1 >> 6];
        this.slow = new long[failed.length];
    }

    @Override
    public @Nullable WindowCounts record(boolean hasFailed, boolean wasSlow, long tick, int enough) {
        if (!hasFailed && !wasSlow && spotless) {
            return null;
        }
        enter();
        push(hasFailed ? 1 : 0, wasSlow ? 1 : 0);
        int held = calls;
        int bad = failures;
        int late = slowCalls;
        leave();
        return bad == 0 && late == 0 ? null : new WindowCounts(held, bad, late);
    }

    private void push(long hasFailed, long wasSlow) {
        failures += replace(failed, hasFailed);
        slowCalls += replace(slow, wasSlow);
        next = next + 1 == size ? 0 : next + 1;
        if (calls < size) {
            calls++;
        }
        boolean good = calls == size && failures == 0 && slowCalls == 0;
        if (spotless != good) {
            spotless = good;
        }
    }

    /** Puts the bit over the oldest one, and tells by how much the number of set bits grew. */
    private int replace(long[] ring, long bit) {
        long word = ring[next >> 6];
        long changed = (word >>> next & 1) ^ bit;
        ring[next >> 6] = word ^ changed << next;
        return (int) (bit == 1 ? changed : -changed);
    }

    private static boolean isSet(long[] ring, int index) {
        return (ring[index >> 6] >>> index & 1) == 1;
    }

    @Override
    public WindowCounts tally(long tick) {
        enter();
        int held = calls;
        int bad = failures;
        int late = slowCalls;
        leave();
        return new WindowCounts(held, bad, late);
    }

    @Override
    public boolean isOfTime() {
        return false;
    }

    @Override
    public OutcomeWindow resized(Window window, long tick) {
        if (window.span() != null) {
            return OutcomeWindow.of(window, tick);
        }
        return window.calls() == size ? this : copied(new CountWindow(window.calls()));
    }

    /** Nobody else knows the copy yet. */
    private CountWindow copied(CountWindow copy) {
        enter();
        for (int back = Math.min(calls, copy.size); back > 0; back--) {
            int index = Math.floorMod(next - back, size);
            copy.push(isSet(failed, index) ? 1 : 0, isSet(slow, index) ? 1 : 0);
        }
        leave();
        return copy;
    }
}
