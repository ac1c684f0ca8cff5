package dev.resilience.ratelimit;

/**
 * An engine whose blocks never change their size and that always decides by the clock: it keeps sums, not single charges,
 * so there is nothing to make room for, and nothing that could be found to have come later.
 */
sealed interface SteadyBlocks extends Engine permits TokenBuckets, CalendarWindows {

    @Override
    default void fresh(long[] words, int at) {
        for (int word = 0; word < freshSize(); word++) {
            words[at + word] = 0;
        }
        words[at] = Ring.ownedBy(0, id());
    }

    @Override
    default int size(long[] words, int at) {
        return freshSize();
    }

    @Override
    default boolean ticks() {
        return false;
    }

    @Override
    default boolean joinAtTick(long[] words, int at, long tick, long cost) {
        return false;
    }

    @Override
    default boolean join(long[] words, int at, long time, long cost) {
        if (earliest(words, at, time, cost) > time) {
            return false;
        }
        charge(words, at, time, cost);
        return true;
    }

    @Override
    default void settle(long[] words, int at) {}

    @Override
    default int sizeToCharge(long[] words, int at, long time, long cost) {
        return freshSize();
    }

    @Override
    default void grow(long[] words, int at, long time, long cost, long[] room, int to) {
        compact(words, at, room, to);
    }

    @Override
    default int compactSize(long[] words, int at) {
        return freshSize();
    }

    @Override
    default void compact(long[] words, int at, long[] room, int to) {
        System.arraycopy(words, at, room, to, freshSize());
    }

    @Override
    default int sizeToInherit(Engine other, long[] words, int at, long time) {
        return freshSize();
    }
}
