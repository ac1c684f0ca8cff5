package dev.resilience.ratelimit;

import dev.resilience.Call;

/**
 * Decides on blocks behind a gate, which its heirs enter and leave, and counts the decisions.
 *
 * <p>An heir has blocks in places. A block that has to be larger or smaller is copied to a {@linkplain #reserve room},
 * which then is what the place holds.
 */
abstract class Ledger extends Gate {

    /** The place of what is kept nowhere, because nothing is charged. */
    static final int NOWHERE = -1;

    private final Engines engines;
    private final Timeline timeline;
    private long permitted;
    private long refused;
    private long refunded;

    Ledger(Engines engines, boolean behindAll) {
        super(behindAll);
        this.engines = engines;
        this.timeline = engines.timeline();
    }

    final Timeline timeline() {
        return timeline;
    }

    /** The array the block in this place lies in; a reserved room may change it. */
    abstract long[] words(int place);

    /** Where in that array the block begins. */
    abstract int at(int place);

    /** A room of its own for a block of so many words. */
    abstract int reserve(int size);

    /** The array a reserved room lies in. */
    abstract long[] wordsOfRoom(int room);

    /** Where in that array the room begins. */
    abstract int atOfRoom(int room);

    /** The place has what was copied to the room, and lets go of what it had. */
    abstract void move(int place, int room);

    /** Charges as soon as possible, if that is within the wait. See {@link Ticket}. If not, the call's memo is the {@link Grounds}. */
    final long decide(int place, Engine engine, Call call, long cost, long maxWait) {
        long[] words = words(place);
        int at = at(place);
        if (engine.ticks() && Engine.idOf(words, at) == engine.id()) {
            long tick = timeline.tick(call);
            if (engine.joinAtTick(words, at, tick, cost)) {
                permitted++;
                return Ticket.at(tick, false);
            }
        }
        return decideNow(place, engine, call, cost, maxWait);
    }

    private long decideNow(int place, Engine engine, Call call, long cost, long maxWait) {
        long now = advance(timeline.now(call));
        long[] words = words(place);
        int at = at(place);
        if (Engine.idOf(words, at) == engine.id() && engine.join(words, at, now, cost)) {
            permitted++;
            return Ticket.at(now, false);
        }
        now = caughtUp(place, engine, now);
        long first = engine.earliest(words(place), at(place), now, cost);
        long later = first > now ? caughtUpByClock(place, engine, now) : now;
        if (later > now) {
            now = later;
            first = engine.earliest(words(place), at(place), now, cost);
        }
        if (first == Engine.NEVER || first - now > maxWait) {
            call.memo(refuse(place, engine, now, now, cost, first));
            return Ticket.REFUSED;
        }
        return charge(place, engine, first, cost, now);
    }

    /** The block is one of this engine from now on, and knows what can be known by this time. @return the time it is then */
    private long caughtUp(int place, Engine engine, long time) {
        boolean foreign = Engine.idOf(words(place), at(place)) != engine.id();
        long now = foreign ? adopt(place, engine, Math.max(time, timeline.now())) : time;
        return advance(Math.max(now, engine.catchUp(words(place), at(place), now)));
    }

    /**
     * The same by the clock behind the gate, where it may tell more: the one who asks may have read his long before.
     * Who can't be let in at once is told by what is known then.
     */
    final long caughtUpByClock(int place, Engine engine, long time) {
        long now = caughtUp(place, engine, time);
        return engine.isOpen(words(place), at(place))
                ? advance(Math.max(now, engine.catchUp(words(place), at(place), timeline.now())))
                : now;
    }

    private long adopt(int place, Engine engine, long time) {
        Engine writer = engines.of(words(place), at(place));
        long now = advance(Math.max(time, writer.catchUp(words(place), at(place), time)));
        writer.settle(words(place), at(place));
        int room = reserve(engine.sizeToInherit(writer, words(place), at(place), now));
        engine.inherit(writer, words(place), at(place), now, wordsOfRoom(room), atOfRoom(room));
        move(place, room);
        return now;
    }

    /** The first time from then on at which the cost can be charged, or {@link Engine#NEVER}. For a block that has {@linkplain #caughtUpByClock caught up}. */
    final long earliest(int place, Engine engine, long now, long from, long cost) {
        return engine.earliest(words(place), at(place), now, from, cost);
    }

    /** Charges at a time that {@link #earliest} gave. */
    final long charge(int place, Engine engine, long time, long cost, long now) {
        int size = engine.sizeToCharge(words(place), at(place), time, cost);
        if (size > engine.size(words(place), at(place))) {
            int room = reserve(size);
            engine.grow(words(place), at(place), time, cost, wordsOfRoom(room), atOfRoom(room));
            move(place, room);
        }
        engine.charge(words(place), at(place), time, cost);
        permitted++;
        return Ticket.at(time, time > now);
    }

    /** Refuses now a cost that from then on has to wait until {@link #earliest}. */
    final Grounds refuse(int place, Engine engine, long now, long from, long cost, long earliest) {
        refused++;
        long[] words = words(place);
        int at = at(place);
        engine.settle(words, at);
        return Evidence.of(engine, words, at, now, from, cost, earliest);
    }

    /** Takes a charge back as if it had never been. */
    final void undo(int place, long at, long cost) {
        refund(place, at, cost);
        permitted--;
        refunded--;
    }

    /** Gives back what was charged at this time. */
    final void refund(int place, long at, long cost) {
        engines.of(words(place), at(place)).refund(words(place), at(place), at, cost);
        refunded++;
    }

    /** What is used and what is left. {@link #NOWHERE} has nothing charged. */
    final Usage usage(int place, Engine engine, long time) {
        if (place == NOWHERE) {
            return new Usage(engine.usage(fresh(engine), 0, advance(time)));
        }
        long now = caughtUp(place, engine, advance(time));
        return new Usage(engine.usage(words(place), at(place), now));
    }

    final boolean idle(long[] words, int at, long time) {
        Engine engine = engines.of(words, at);
        long now = advance(time);
        return engine.idle(words, at, advance(Math.max(now, engine.catchUp(words, at, now))));
    }

    /** The engine that reads this block. */
    final Engine engine(long[] words, int at) {
        return engines.of(words, at);
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

    /** How many of the calls that passed were refunded, because they never got to the method or ended otherwise than is charged. */
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

    /** A block of its own in which nothing is charged. */
    static long[] fresh(Engine engine) {
        long[] words = new long[engine.freshSize()];
        engine.fresh(words, 0);
        return words;
    }
}
