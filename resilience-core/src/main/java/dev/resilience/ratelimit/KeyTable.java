package dev.resilience.ratelimit;

import dev.resilience.Call;
import org.jspecify.annotations.Nullable;

/**
 * A part of the keys with what each has charged. Not thread-safe: everything but the counts happens behind its gate.
 *
 * <p><b>Why not a map?</b> A node, its digest and its header cost more than what most keys have charged, and a decision
 * would miss the cache for each of them. Here the digest and the charges of a key are one {@linkplain Arena record}, and
 * four bytes of {@linkplain KeyIndex index} lead to it.
 *
 * <p><b>Who removes idle keys?</b> No thread of our own: now and then a decision moves a hand on by some records, from the
 * last to the first as they lie in memory, and a key that has nothing charged leaves. A key with a charge never does. A
 * block that has mostly emptied becomes a smaller one. What takes the place of a record that goes has been looked at.
 */
final class KeyTable extends Ledger {

    private static final int DECISIONS_PER_SWEEP = 64;
    private static final int RECORDS_PER_SWEEP = 16;

    private final Arena arena = new Arena();
    private final KeyIndex index = new KeyIndex(arena);
    /** The record looked at last, or zero. */
    private int hand;

    private int decisions;

    KeyTable(Engines engines) {
        super(engines, false);
    }

    /** The place of the key, until a key comes or leaves, or {@link #NOWHERE}. */
    int find(long high, long low, @Nullable Object beside) {
        return index.find(high, low, beside);
    }

    /** Adds a key that isn't there, with nothing charged, and returns its place, or {@link #NOWHERE} if there is no room. */
    int insert(long high, long low, @Nullable Object beside, Engine engine) {
        if (!index.takes(high, low, beside)) {
            return NOWHERE;
        }
        int record = reserve(engine.freshSize());
        long[] words = arena.words(record);
        int at = arena.at(record);
        words[at] = high;
        words[at + 1] = low;
        engine.fresh(words, at + Arena.HEAD);
        return index.add(record, low, beside);
    }

    /** Takes the key in this place out, with whatever it has charged. Places change. */
    void remove(int place) {
        int record = index.reference(place);
        index.remove(place);
        release(record);
    }

    boolean idle(int place, long time) {
        return idle(words(place), at(place), time);
    }

    /** Moves the hand on now and then, and returns how many idle keys have left. Places change. */
    int sweepNowAndThen(Call call) {
        return isTimeToSweep() ? sweep(RECORDS_PER_SWEEP, timeline().tick(call)) : 0;
    }

    /** Seldom, and then some in a row, which lie in a row: one at a time would miss the cache each time. */
    private boolean isTimeToSweep() {
        return ++decisions % DECISIONS_PER_SWEEP == 0;
    }

    /** Moves the hand on in so many steps, and returns how many idle keys have left. Places change. */
    int sweep(int steps, long time) {
        int before = index.size();
        for (int step = 0; step < steps && index.size() > 0; step++) {
            int next = arena.before(hand);
            hand = next == 0 ? arena.last() : next;
            look(hand, time);
        }
        index.shrink();
        return before - index.size();
    }

    private void look(int record, long time) {
        long[] words = arena.words(record);
        int at = arena.at(record) + Arena.HEAD;
        if (idle(words, at, time)) {
            remove(index.find(record, record));
            return;
        }
        Engine engine = engine(words, at);
        int size = engine.compactSize(words, at);
        if (Arena.classOf(size) < Arena.classOfReference(record)) {
            int room = reserve(size);
            engine.compact(arena.words(record), arena.at(record) + Arena.HEAD, wordsOfRoom(room), atOfRoom(room));
            move(index.find(record, record), room);
        }
    }

    @Override
    long[] words(int place) {
        return arena.words(index.reference(place));
    }

    @Override
    int at(int place) {
        return arena.at(index.reference(place)) + Arena.HEAD;
    }

    @Override
    int reserve(int size) {
        return arena.add(size);
    }

    @Override
    long[] wordsOfRoom(int room) {
        return arena.words(room);
    }

    @Override
    int atOfRoom(int room) {
        return arena.at(room) + Arena.HEAD;
    }

    @Override
    void move(int place, int room) {
        int record = index.reference(place);
        System.arraycopy(arena.words(record), arena.at(record), arena.words(room), arena.at(room), Arena.HEAD);
        index.refer(place, room);
        release(record);
    }

    /** Another record may lie where this one was, then. */
    private void release(int record) {
        int moved = arena.remove(record);
        if (moved != record) {
            index.refer(index.find(moved, record), record);
        }
    }
}
