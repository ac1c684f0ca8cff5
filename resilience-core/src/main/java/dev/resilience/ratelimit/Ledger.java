package dev.resilience.ratelimit;

import org.jspecify.annotations.Nullable;

/** Decides on arrays of charges behind a gate, which its heirs enter and leave, and counts the decisions. */
abstract class Ledger extends Gate {

    private final WindowSets sets;
    private long permitted;
    private long refused;
    private long refunded;

    /** See {@link #replacement()}; written only when there is one, because storing a reference costs more than deciding. */
    private long @Nullable [] replacement;

    Ledger(WindowSets sets) {
        this.sets = sets;
    }

    /** Charges as soon as possible, if that is within the wait. Then {@link #replacement()} has to be asked. */
    final long decide(long @Nullable [] words, SlidingWindows windows, long time, long cost, long maxWait) {
        long now = advance(time);
        long[] current = current(words, windows, now);
        if (windows.join(current, now, cost)) {
            permitted++;
            keep(words, current);
            return Ticket.at(now, false);
        }
        long first = windows.earliest(current, now, cost);
        if (first == SlidingWindows.NEVER || first - now > maxWait) {
            refused++;
            keep(words, current);
            return Ticket.REFUSED;
        }
        permitted++;
        keep(words, windows.charge(current, first, cost));
        return Ticket.at(first, first > now);
    }

    private void keep(long @Nullable [] words, long[] decided) {
        if (words != decided) {
            replacement = decided;
        }
    }

    /** The array to keep from now on instead of the one that was decided on, or null where that one stays. */
    final long @Nullable [] replacement() {
        long[] taken = replacement;
        if (taken != null) {
            replacement = null;
        }
        return taken;
    }

    final void refund(long[] words, long at, long cost) {
        sets.of(words).refund(words, at, cost);
        refunded++;
    }

    /** Why the cost doesn't pass, or null if it does by now. */
    final @Nullable Refusal refusal(
            long @Nullable [] words, SlidingWindows windows, long time, long cost, long maxWait) {
        long now = advance(time);
        long[] current = current(words, windows, now);
        long first = windows.earliest(current, now, cost);
        if (first != SlidingWindows.NEVER && first - now <= maxWait) {
            return null;
        }
        return windows.refusal(current, now, cost, first);
    }

    final Usage usage(long @Nullable [] words, SlidingWindows windows, long time) {
        long now = advance(time);
        return new Usage(windows.usage(current(words, windows, now), now));
    }

    final boolean idle(long[] words, long time) {
        return sets.of(words).idle(words, advance(time));
    }

    final long[] compact(long[] words) {
        return sets.of(words).compact(words);
    }

    /** How many decisions let a call pass; those refunded later are among them. */
    final long permitted() {
        enter();
        try {
            return permitted;
        } finally {
            leave();
        }
    }

    /** How many of the calls that passed were refunded, because they never got to the method. */
    final long refunded() {
        enter();
        try {
            return refunded;
        } finally {
            leave();
        }
    }

    /** How many decisions refused a call. */
    final long refused() {
        enter();
        try {
            return refused;
        } finally {
            leave();
        }
    }

    private long[] current(long @Nullable [] words, SlidingWindows windows, long now) {
        if (words == null) {
            return windows.fresh();
        }
        return SlidingWindows.idOf(words) == windows.id() ? words : windows.inherit(sets.of(words), words, now);
    }
}
