package dev.resilience.ratelimit;

import dev.resilience.Call;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of the keys with what each has charged. Not thread-safe: everything but the counts happens behind its gate.
 *
 * <p><b>Why not a map?</b> A node, its digest and its header cost more than what most keys have charged. Here a key costs
 * two references and a tag byte, in open addressing with linear probing: the tag, eight bits of the hash, spares looking
 * at foreign keys. A probe that grows beyond {@value #LONGEST_PROBE} gives up: keys whose hashes were made to collide
 * can't make a decision slow, they share a bucket instead.
 *
 * <p><b>Who removes idle keys?</b> No thread of our own: every few decisions a hand moves on by a place or two, and a key
 * that has nothing charged leaves. A key with a charge never does.
 */
final class KeyTable extends Ledger {

    private static final int LONGEST_PROBE = 512;
    private static final int SMALLEST = 4;
    private static final int DECISIONS_PER_SWEEP = 8;
    private static final int PLACES_PER_SWEEP = 2;

    private final KeyHash hashes;
    private byte[] tags = new byte[SMALLEST];
    /** A key and its charges alternate, so that both are in one cache line. */
    private @Nullable Object[] entries = new @Nullable Object[2 * SMALLEST];

    private int size;
    /** No key lies further from its home than this. */
    private int reach;

    private int hand;
    private int decisions;

    KeyTable(Engines engines, KeyHash hashes) {
        super(engines);
        this.hashes = hashes;
    }

    /** The place of the key, or -1. */
    int find(Object key, long hash) {
        byte tag = tag(hash);
        int place = home(hash);
        for (int probe = 0; probe <= reach && tags[place] != 0; probe++) {
            if (tags[place] == tag && key.equals(entries[2 * place])) {
                return place;
            }
            place = after(place);
        }
        return -1;
    }

    /** What the key in this place has charged. */
    long[] charges(int place) {
        return (long[]) Objects.requireNonNull(entries[2 * place + 1]);
    }

    /** Charges the key in this place. See {@link #decide}. */
    long charge(int place, Engine engine, Call call, long cost, long maxWait) {
        long ticket = decide(charges(place), engine, call, cost, maxWait);
        long[] replacement = replacement();
        if (replacement != null) {
            entries[2 * place + 1] = replacement;
        }
        return ticket;
    }

    /** Puts a key that isn't there, and returns its place, or -1 if its probe would be too long. */
    int insert(Object key, long hash, long[] words) {
        if (size + 1 > tags.length - tags.length / 4) {
            rehash(tags.length + tags.length / 2);
        }
        int place = put(key, hash, words, LONGEST_PROBE);
        size += place < 0 ? 0 : 1;
        return place;
    }

    /** Moves the hand on now and then, and returns how many idle keys have left. Places change. */
    int sweepNowAndThen(Call call) {
        return ++decisions % DECISIONS_PER_SWEEP == 0
                ? sweep(PLACES_PER_SWEEP, timeline().tick(call))
                : 0;
    }

    /** Moves the hand on in so many steps, and returns how many idle keys have left. Places change. */
    int sweep(int steps, long time) {
        int left = 0;
        for (int step = 0; step < steps && size > 0; step++) {
            if (tags[hand] != 0 && idle(charges(hand), time)) {
                remove(hand);
                left++;
            } else {
                moveOn();
            }
        }
        shrink();
        return left;
    }

    /** Only from a place whose key stays: where one has left, another may have moved in. */
    private void moveOn() {
        if (tags[hand] != 0) {
            compact(hand);
        }
        hand = after(hand);
    }

    private void compact(int place) {
        long[] words = charges(place);
        long[] compact = compact(words);
        if (compact != words) {
            entries[2 * place + 1] = compact;
        }
    }

    private void shrink() {
        if (tags.length > 2 * SMALLEST && size < tags.length / 4) {
            rehash(tags.length / 2);
        }
    }

    private void rehash(int places) {
        byte[] oldTags = tags;
        @Nullable Object[] old = entries;
        tags = new byte[places];
        entries = new @Nullable Object[2 * places];
        reach = 0;
        hand = 0;
        for (int place = 0; place < oldTags.length; place++) {
            Object key = old[2 * place];
            if (key != null) {
                put(key, hashes.of(key), (long[]) Objects.requireNonNull(old[2 * place + 1]), places);
            }
        }
    }

    private int put(Object key, long hash, long[] words, int longest) {
        int place = home(hash);
        for (int probe = 0; probe < longest; probe++) {
            if (tags[place] == 0) {
                reach = Math.max(reach, probe);
                set(place, tag(hash), key, words);
                return place;
            }
            place = after(place);
        }
        return -1;
    }

    private void set(int place, byte tag, @Nullable Object key, long @Nullable [] words) {
        tags[place] = tag;
        entries[2 * place] = key;
        entries[2 * place + 1] = words;
    }

    /** Takes a key out and closes the gap: what was pushed away from home by it moves back. None of it lies beyond reach. */
    private void remove(int removed) {
        int gap = removed;
        for (int place = after(gap); tags[place] != 0 && distance(gap, place) <= reach; place = after(place)) {
            int home = home(hashes.of(Objects.requireNonNull(entries[2 * place])));
            if (distance(home, place) >= distance(gap, place)) {
                set(gap, tags[place], entries[2 * place], charges(place));
                gap = place;
            }
        }
        set(gap, (byte) 0, null, null);
        size--;
    }

    private int home(long hash) {
        return (int) ((hash >>> 16 & 0xFFFF_FFFFL) * tags.length >>> 32);
    }

    private int after(int place) {
        return place < tags.length - 1 ? place + 1 : 0;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + tags.length;
    }

    /** Never zero, which marks a free place. */
    private static byte tag(long hash) {
        return (byte) (hash >>> 48 | 0x80);
    }
}
