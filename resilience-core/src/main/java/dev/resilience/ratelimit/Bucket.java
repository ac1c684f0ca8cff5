package dev.resilience.ratelimit;

import dev.resilience.Call;

/** What everybody who has no state of their own has charged together. Thread-safe. */
final class Bucket extends Ledger {

    private static final int ONLY = 0;
    private static final long[] NOTHING = {};

    private long[] words = NOTHING;
    private long[] room = NOTHING;

    private Bucket(Engines engines, boolean behindAll) {
        super(engines, behindAll);
    }

    /** One for everybody. */
    static Bucket alone(Engines engines) {
        return new Bucket(engines, false);
    }

    /** One for keys that find no room of their own, entered behind the gates of their tables. */
    static Bucket shared(Engines engines) {
        return new Bucket(engines, true);
    }

    /** See {@link Ledger#decide}. */
    long charge(Engine engine, Call call, long cost, long maxWait) {
        enter();
        try {
            return decide(begin(engine), engine, call, cost, maxWait);
        } finally {
            leave();
        }
    }

    /** The same, no earlier than the key was seen elsewhere. */
    long charge(Engine engine, Call call, long notBefore, long cost, long maxWait) {
        enter();
        try {
            advance(notBefore);
            return decide(begin(engine), engine, call, cost, maxWait);
        } finally {
            leave();
        }
    }

    /** The time at which nothing is charged, which is this one or later; 0 if something is. */
    long restsAt(long time) {
        enter();
        try {
            return idleBehindGate(time) ? advance(time) : 0;
        } finally {
            leave();
        }
    }

    /** Gives back what was charged at this time. */
    void refund(long at, long cost) {
        enter();
        try {
            if (words != NOTHING) {
                refund(ONLY, at, cost);
            }
        } finally {
            leave();
        }
    }

    Usage usage(Engine engine, long time) {
        enter();
        try {
            return usage(begin(engine), engine, time);
        } finally {
            leave();
        }
    }

    boolean idle(long time) {
        enter();
        try {
            return idleBehindGate(time);
        } finally {
            leave();
        }
    }

    /** The same for who has entered. */
    boolean idleBehindGate(long time) {
        return words == NOTHING || idle(words, 0, time);
    }

    /** Its only place, which has a block from now on. For who has entered. */
    int begin(Engine engine) {
        if (words == NOTHING) {
            words = fresh(engine);
        }
        return ONLY;
    }

    @Override
    long[] words(int place) {
        return words;
    }

    @Override
    int at(int place) {
        return 0;
    }

    @Override
    int reserve(int size) {
        room = new long[size];
        return ONLY;
    }

    @Override
    long[] wordsOfRoom(int reserved) {
        return room;
    }

    @Override
    int atOfRoom(int reserved) {
        return 0;
    }

    @Override
    void move(int place, int reserved) {
        words = room;
        room = NOTHING;
    }
}
