package dev.resilience.circuitbreaker;

import org.jspecify.annotations.Nullable;

/**
 * Watches for the end of an open wait, in a rush without looking at the clock each time.
 *
 * <p>An open breaker is asked most when the load is highest, and the clock costs as much as all the rest of a refusal.
 * The simplest answer is the coarse tick, which costs nothing: while it stands well before the end, refuse. But a pulse
 * that gets no processor stands still for as long as it likes, and a breaker that believes it stays open for ever. Nobody
 * can tell a tick that stands still from one that will move on in a moment, except by the clock. So the clock is looked at
 * whenever the tick has moved, whenever calls don't come in a rush, and in a rush at every {@value #STRIDE}th of them;
 * the calls between two looks, at the same tick, trust the first one. Near the end everybody looks.
 *
 * <p>Bound: a pulse that stands still for less than an eighth of the wait changes nothing. If it stands still for longer,
 * a breaker whose wait is over refuses at most {@value #STRIDE} calls more for each thread, and only such as follow a rush
 * of calls in that same standstill: one that is asked now and then always looks. Never is one let in early.
 *
 * <p>Thread-safe. Who counts the calls since the last look doesn't care for a lost count.
 */
final class Lookout {

    static final int STRIDE = 64;

    /** Two looks that are no further apart were made in a rush. */
    private static final long RUSH_NANOS = 100_000;

    private static final int NEAR = 8;

    private final long nearEnd;
    private volatile @Nullable Look last;
    private int unlooked;

    /** A look at the clock, beside a tick that was read just before. */
    private record Look(long now, long tick, boolean trusted) {}

    Lookout(long start, long end) {
        this.nearEnd = end - (end - start) / NEAR;
    }

    /** Whether the wait is surely not over, as far as can be told without a clock. */
    boolean isSurelyEarly(long tick) {
        Look look = last;
        return look != null && look.trusted && look.tick == tick && ++unlooked % STRIDE != 0;
    }

    /** Somebody has looked at the clock, after this tick. */
    void looked(long now, long tick) {
        Look before = last;
        boolean rush = before != null && now - before.now > 0 && now - before.now <= RUSH_NANOS;
        last = new Look(now, tick, rush && now - nearEnd < 0);
    }
}
