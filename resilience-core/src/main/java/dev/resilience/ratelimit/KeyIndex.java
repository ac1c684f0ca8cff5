package dev.resilience.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Finds the record of a digest: open addressing with linear probing, one number per place. Its lower bits refer to the
 * record, its upper ones are part of the digest and spare looking at foreign records. Not thread-safe.
 *
 * <p><b>What bounds a probe?</b> Where a key lies depends on a digest that nobody can foretell, so probes are short
 * whoever chooses the keys. Only keys with their own {@code equals} may share a whole digest, because all that is known of
 * them is their hash code: no more than {@value #LOOKALIKES} of them are kept.
 */
final class KeyIndex {

    /** How many keys may have one digest. */
    static final int LOOKALIKES = 8;

    /** The answer where a key isn't. */
    static final int NOWHERE = -1;

    private static final int SMALLEST = 8;
    private static final int REFERENCE_MASK = (1 << Arena.REFERENCE_BITS) - 1;

    private final Arena arena;
    private int[] entries = new int[SMALLEST];
    /** Keys that need more than their digest, by place; made with the first of them. */
    private @Nullable Object @Nullable [] beside;

    private int size;

    KeyIndex(Arena arena) {
        this.arena = arena;
    }

    int size() {
        return size;
    }

    /** The place of the key, until a key is added or removed. */
    int find(long high, long low, @Nullable Object key) {
        int tag = tag(low);
        int place = home(high);
        for (int entry = entries[place]; entry != 0; entry = entries[place]) {
            if (entry >>> Arena.REFERENCE_BITS == tag
                    && is(entry, high, low)
                    && (key == null || isBeside(place, key))) {
                return place;
            }
            place = after(place);
        }
        return NOWHERE;
    }

    /** The place that refers to this record, which lies elsewhere meanwhile if it has moved. */
    int find(int reference, int lies) {
        int place = homeOf(lies);
        while (reference(place) != reference) {
            place = after(place);
        }
        return place;
    }

    /** What the place refers to. */
    int reference(int place) {
        return entries[place] & REFERENCE_MASK;
    }

    /** The place refers to this record from now on. */
    void refer(int place, int reference) {
        entries[place] = entries[place] & ~REFERENCE_MASK | reference;
    }

    /** Whether one more key with this digest is kept. */
    boolean takes(long high, long low, @Nullable Object key) {
        return size < Arena.MOST && (key == null || lookalikes(high, low) < LOOKALIKES);
    }

    /** Adds a key that isn't there, with its record, and returns its place. */
    int add(int reference, long low, @Nullable Object key) {
        if (size >= entries.length - entries.length / 8) {
            rehash(entries.length + entries.length / 4);
        }
        size++;
        return put(tag(low) << Arena.REFERENCE_BITS | reference, key);
    }

    /** Takes the key in this place out, while its record is still there, and closes the gap. */
    void remove(int removed) {
        int gap = removed;
        for (int place = after(gap); entries[place] != 0; place = after(place)) {
            if (distance(homeOf(reference(place)), place) >= distance(gap, place)) {
                set(gap, entries[place], beside == null ? null : beside[place]);
                gap = place;
            }
        }
        set(gap, 0, null);
        size--;
    }

    /** Gives memory back after keys have left. Places change. */
    void shrink() {
        if (entries.length > SMALLEST && size < entries.length / 2) {
            rehash(Math.max(SMALLEST, entries.length - entries.length / 4));
        }
    }

    private boolean is(int entry, long high, long low) {
        int reference = entry & REFERENCE_MASK;
        long[] words = arena.words(reference);
        int at = arena.at(reference);
        return words[at] == high && words[at + 1] == low;
    }

    private boolean isBeside(int place, Object key) {
        return beside != null && key.equals(beside[place]);
    }

    private int lookalikes(long high, long low) {
        int found = 0;
        for (int place = home(high); entries[place] != 0; place = after(place)) {
            found += is(entries[place], high, low) ? 1 : 0;
        }
        return found;
    }

    private void rehash(int places) {
        int[] old = entries;
        @Nullable Object[] oldBeside = beside;
        entries = new int[places];
        beside = null;
        for (int place = 0; place < old.length; place++) {
            if (old[place] != 0) {
                put(old[place], oldBeside == null ? null : oldBeside[place]);
            }
        }
    }

    private int put(int entry, @Nullable Object key) {
        int place = homeOf(entry & REFERENCE_MASK);
        while (entries[place] != 0) {
            place = after(place);
        }
        set(place, entry, key);
        return place;
    }

    private void set(int place, int entry, @Nullable Object key) {
        entries[place] = entry;
        if (key != null && beside == null) {
            beside = new @Nullable Object[entries.length];
        }
        if (beside != null) {
            beside[place] = key;
        }
    }

    private int homeOf(int reference) {
        return home(arena.words(reference)[arena.at(reference)]);
    }

    private int home(long high) {
        return (int) ((high & 0xFFFF_FFFFL) * entries.length >>> 32);
    }

    private int after(int place) {
        return place < entries.length - 1 ? place + 1 : 0;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + entries.length;
    }

    private static int tag(long low) {
        return (int) (low >>> Arena.REFERENCE_BITS + 32);
    }
}
