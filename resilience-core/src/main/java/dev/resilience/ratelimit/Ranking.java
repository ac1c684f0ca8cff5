package dev.resilience.ratelimit;

import dev.resilience.TopKeys.Ranked;
import dev.resilience.key.KeyText;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys stand out in a stream of calls of the last {@value #MINUTES} to twice {@value #MINUTES} minutes. Thread-safe.
 *
 * <p><b>Why not count every call?</b> Finding the counter of a key costs more than deciding about the call, and all
 * threads would queue for it. So calls are drawn: as long as few come, all of them; the more have come, the fewer, down
 * to one in {@value #RAREST}, by chance and not by turns, so that nobody can time his calls to be skipped. A call that is
 * drawn counts for those that are not. Each thread counts down to its next draw in a cell of its own; when two share one, a
 * step may get lost, which delays a draw.
 *
 * <p>Then {@link HeavyHitters} counts what is drawn, in two generations: the elder one is dropped as a whole, so that
 * yesterday's callers don't outweigh today's.
 */
final class Ranking extends Gate {

    static final long MINUTES = 10;

    private static final long GENERATION_NANOS = MINUTES * 60 * 1_000_000_000L;
    private static final int RAREST = 64;
    private static final int ALL_OF = 1 << 12;
    private static final int CELLS = 16;
    /** Cells lie in cache lines of their own. */
    private static final int APART = 16;

    private final long[] untilDraw = new long[CELLS * APART];
    private long random;
    private HeavyHitters younger = new HeavyHitters();
    private @Nullable HeavyHitters elder;
    private long began;
    private long elderBegan;

    /** @param now when counting begins, as for all times below */
    Ranking(long seed, long now) {
        super(false);
        this.random = seed | 1;
        this.began = now;
    }

    /** A call of this key. The time may be coarse. */
    void count(Object key, String operation, long tick) {
        int cell = (int) (Thread.currentThread().getId() % CELLS) * APART;
        long left = untilDraw[cell];
        if (left > 0) {
            untilDraw[cell] = left - 1;
            return;
        }
        draw(key, operation, tick, cell);
    }

    private void draw(Object key, String operation, long tick, int cell) {
        Object kept = KeyText.kept(key);
        enter();
        try {
            age(tick);
            int standsFor = oneIn();
            untilDraw[cell] = standsFor == 1 ? 0 : skipped(standsFor);
            younger.add(kept, operation, standsFor);
        } finally {
            leave();
        }
    }

    /** Of how many calls one is drawn: the more there were, the rarer. */
    private int oneIn() {
        return (int) Math.min(RAREST, Long.highestOneBit(younger.total() / ALL_OF | 1));
    }

    /** How many calls go by until the next draw, if each has the same chance. */
    private long skipped(int oneIn) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        double uniform = ((random >>> 11) + 1) * 0x1p-53;
        return (long) (Math.log(uniform) / Math.log1p(-1.0 / oneIn));
    }

    private void age(long now) {
        long age = now - began;
        if (age < GENERATION_NANOS) {
            return;
        }
        elder = age < 2 * GENERATION_NANOS ? younger : null;
        elderBegan = began;
        younger = new HeavyHitters();
        began = now;
    }

    /** How long ago counting began, at this time. */
    long countedNanos(long now) {
        enter();
        try {
            age(now);
            return now - (elder == null ? began : elderBegan);
        } finally {
            leave();
        }
    }

    /** Those that stand out most. */
    List<Ranked> top(int most, long now) {
        enter();
        try {
            age(now);
            return keys().stream()
                    .map(this::ranked)
                    .sorted(Comparator.comparingLong(Ranked::count).reversed())
                    .limit(most)
                    .toList();
        } finally {
            leave();
        }
    }

    /** What is known of one key, or null if it doesn't stand out. */
    @Nullable Ranked find(Object key, long now) {
        Object kept = KeyText.kept(key);
        enter();
        try {
            age(now);
            return keys().contains(kept) ? ranked(kept) : null;
        } finally {
            leave();
        }
    }

    /** The keys that are shown as one of these texts: those of types that nobody can read from a text. */
    List<Object> shownAs(List<?> texts) {
        enter();
        try {
            return keys().stream()
                    .filter(key -> !(key instanceof String) && texts.contains(key.toString()))
                    .toList();
        } finally {
            leave();
        }
    }

    private Set<Object> keys() {
        Set<Object> keys = new HashSet<>(younger.keys());
        if (elder != null) {
            keys.addAll(elder.keys());
        }
        return keys;
    }

    private Ranked ranked(Object kept) {
        Map<String, Long> operations = new TreeMap<>();
        long error = 0;
        for (HeavyHitters generation : elder == null ? List.of(younger) : List.of(younger, elder)) {
            error += generation.errorOf(kept);
            generation.addTo(operations, kept);
        }
        long count = operations.values().stream().mapToLong(Long::longValue).sum();
        return new Ranked(kept.toString(), count, error, operations);
    }
}
