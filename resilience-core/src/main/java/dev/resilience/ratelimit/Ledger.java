package dev.resilience.ratelimit;

import dev.resilience.Call;
import org.jspecify.annotations.Nullable;

/** Decides on arrays of charges behind a gate, which its heirs enter and leave, and counts the decisions. */
abstract class Ledger extends Gate {

    private final Engines engines;
    private final Timeline timeline;
    private long permitted;
    private long refused;
    private long refunded;

    /** See {@link #replacement()}; written only when there is one, because storing a reference costs more than deciding. */
    private long @Nullable [] replacement;

    Ledger(Engines engines) {
        this.engines = engines;
        this.timeline = engines.timeline();
    }

    final Timeline timeline() {
        return timeline;
    }

    /** Charges as soon as possible, if that is within the wait. Then {@link #replacement()} has to be asked. */
    final long decide(long @Nullable [] words, Engine engine, Call call, long cost, long maxWait) {
        if (words != null && engine.ticks() && Engine.idOf(words, 0) == engine.id()) {
            long tick = timeline.tick(call);
            if (engine.joinsAtTick(words, 0, tick, cost)) {
                engine.join(words, 0, tick, cost);
                permitted++;
                return Ticket.at(tick, false);
            }
        }
        return decide(words, engine, timeline.now(call), cost, maxWait);
    }

    private long decide(long @Nullable [] words, Engine engine, long time, long cost, long maxWait) {
        long now = advance(time);
        long[] current = current(words, engine, now);
        if (engine.joins(current, 0, now, cost)) {
            engine.join(current, 0, now, cost);
            permitted++;
            keep(words, current);
            return Ticket.at(now, false);
        }
        long first = engine.earliest(current, 0, now, cost);
        if (first == Engine.NEVER || first - now > maxWait) {
            refused++;
            keep(words, current);
            return Ticket.REFUSED;
        }
        permitted++;
        long[] roomy = withRoom(current, engine, first, cost);
        engine.charge(roomy, 0, first, cost);
        keep(words, roomy);
        return Ticket.at(first, first > now);
    }

    private static long[] withRoom(long[] words, Engine engine, long time, long cost) {
        int size = engine.sizeToCharge(words, 0, time, cost);
        if (size == engine.size(words, 0)) {
            return words;
        }
        long[] room = new long[size];
        engine.grow(words, 0, time, cost, room, 0);
        return room;
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
        engines.of(words, 0).refund(words, 0, at, cost);
        refunded++;
    }

    /** Why the cost doesn't pass, or null if it does by now. */
    final @Nullable Refusal refusal(long @Nullable [] words, Engine engine, long time, long cost, long maxWait) {
        long now = advance(time);
        long[] current = current(words, engine, now);
        long first = engine.earliest(current, 0, now, cost);
        if (first != Engine.NEVER && first - now <= maxWait) {
            return null;
        }
        return engine.refusal(current, 0, now, cost, first);
    }

    final Usage usage(long @Nullable [] words, Engine engine, long time) {
        long now = advance(time);
        return new Usage(engine.usage(current(words, engine, now), 0, now));
    }

    final boolean idle(long[] words, long time) {
        return engines.of(words, 0).idle(words, 0, advance(time));
    }

    final long[] compact(long[] words) {
        Engine engine = engines.of(words, 0);
        int size = engine.compactSize(words, 0);
        if (size == engine.size(words, 0)) {
            return words;
        }
        long[] room = new long[size];
        engine.compact(words, 0, room, 0);
        return room;
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

    private long[] current(long @Nullable [] words, Engine engine, long now) {
        if (words == null) {
            return fresh(engine);
        }
        return Engine.idOf(words, 0) == engine.id() ? words : inherited(words, engine, now);
    }

    /** An array in which nothing is charged. */
    static long[] fresh(Engine engine) {
        long[] words = new long[engine.freshSize()];
        engine.fresh(words, 0);
        return words;
    }

    private long[] inherited(long[] words, Engine engine, long now) {
        Engine writer = engines.of(words, 0);
        long[] room = new long[engine.sizeToInherit(writer, words, 0, now)];
        engine.inherit(writer, words, 0, now, room, 0);
        return room;
    }
}
