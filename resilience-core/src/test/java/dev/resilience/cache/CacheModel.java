package dev.resilience.cache;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cache promises to one caller at a time, said as plainly as possible. Where the promise leaves room, to jitter and to a
 * tick that stands still for a moment, either is right. Knows nothing of how the cache does it. Not thread-safe.
 */
final class CacheModel {

    private final Rules rules;
    private final Map<Object, Entry> entries = new HashMap<>();
    long hits;
    long misses;
    long loads;
    long loadFailures;
    long staleServed;

    CacheModel(Rules rules) {
        this.rules = rules;
    }

    /**
     * How long results are kept.
     *
     * @param ttls by operation
     * @param jitter by which share of it a ttl is shortened at most
     * @param staleIfError zero for never
     */
    record Rules(Map<String, Duration> ttls, double jitter, Duration staleIfError, boolean cacheNull) {}

    /**
     * A result, and when it was stored.
     *
     * @param lag by how much the tick was behind then
     */
    private record Entry(@Nullable Object value, long since, long ttl, long lag) {}

    /** What came of a call. @param loaded whether the method ran; now is the time when it was asked */
    record Seen(boolean loaded, Ending given) {}

    /** A value or a failure. */
    record Ending(@Nullable Object value, @Nullable Throwable failure) {}

    /** Where the clocks stand. @param lag by how much the tick is behind */
    record Clock(long now, long lag) {}

    /** Whether this may come of a call; null if so, and else what is wrong. What comes of it is remembered. */
    @Nullable String judge(String operation, Object key, Seen seen, Ending work, Clock asked, Clock ended) {
        long ttl = rules.ttls.get(operation).toNanos();
        if (ttl == 0) {
            return !seen.loaded ? "a call that passes by the cache wasn't made" : unless(seen.given, work);
        }
        Entry entry = entries.get(key);
        if (!seen.loaded) {
            hits++;
            return entry == null || !mayHit(entry, asked)
                    ? "a hit where nothing is to be had: " + entry
                    : unless(seen.given, new Ending(entry.value, null));
        }
        misses++;
        if (entry != null && mustHit(entry, asked)) {
            return "a load where a result is kept: " + entry;
        }
        return work.failure == null ? loaded(key, seen, work, ttl, ended) : failed(entry, seen, work, ended);
    }

    private @Nullable String loaded(Object key, Seen seen, Ending work, long ttl, Clock ended) {
        loads++;
        if (work.value == null && !rules.cacheNull) {
            entries.remove(key);
        } else {
            entries.put(key, new Entry(work.value, ended.now, ttl, ended.lag));
        }
        return unless(seen.given, work);
    }

    private @Nullable String failed(@Nullable Entry entry, Seen seen, Ending work, Clock ended) {
        loadFailures++;
        boolean coverable = entry != null && work.failure instanceof Exception && !rules.staleIfError.isZero();
        if (seen.given.failure == null) {
            staleServed++;
            return !coverable || !mayBeStale(entry, ended)
                    ? "a failure was covered by what is too old: " + entry
                    : unless(seen.given, new Ending(entry.value, null));
        }
        return coverable && mustBeStale(entry, ended)
                ? "a failure wasn't covered though there is " + entry
                : unless(seen.given, work);
    }

    void invalidate(Object key) {
        entries.remove(key);
    }

    void invalidateAll() {
        entries.clear();
    }

    /** The nanoseconds from now to the end of this key's result, at the latest; zero if there is none. */
    long untilOver(Object key, long now) {
        Entry entry = entries.get(key);
        return entry == null ? 0 : Math.max(0, entry.since + entry.ttl - now);
    }

    private boolean mustHit(Entry entry, Clock asked) {
        return asked.now - entry.since + entry.lag < shortest(entry);
    }

    private boolean mayHit(Entry entry, Clock asked) {
        return asked.now - asked.lag - entry.since < entry.ttl;
    }

    private boolean mustBeStale(Entry entry, Clock asked) {
        return asked.now - entry.since + entry.lag - shortest(entry) < rules.staleIfError.toNanos();
    }

    private boolean mayBeStale(Entry entry, Clock asked) {
        return asked.now - asked.lag - entry.since - entry.ttl < rules.staleIfError.toNanos();
    }

    private long shortest(Entry entry) {
        return (long) Math.floor(entry.ttl * (1 - rules.jitter));
    }

    private static @Nullable String unless(Ending given, Ending expected) {
        boolean same = given.value == expected.value && given.failure == expected.failure;
        return same ? null : "given " + given + " instead of " + expected;
    }
}
