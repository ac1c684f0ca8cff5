package dev.resilience.ratelimit;

import dev.resilience.TopKeys;
import dev.resilience.TopKeys.Ranked;
import dev.resilience.key.KeyTypes;
import dev.resilience.time.Time;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who calls: the keys with most calls and those with most refusals, and of which types keys are. Thread-safe. */
final class Callers {

    private static final int SHOWN = 20;

    private final Time time;
    private final KeyTypes types = new KeyTypes();
    private volatile @Nullable Rankings rankings;

    Callers(Time time) {
        this.time = time;
    }

    /** A call with this key is decided. */
    void called(Object key, String operation, long tick) {
        types.seen(key);
        rankings().calls.count(key, operation, tick);
    }

    /** It is refused. */
    void refused(Object key, String operation, long tick) {
        rankings().refusals.count(key, operation, tick);
    }

    /** These keys, and what those that are texts stand for among the keys that were seen. */
    List<Object> meant(List<?> asked) {
        List<Object> meant = types.read(asked);
        Rankings counted = rankings;
        if (counted != null) {
            meant.addAll(counted.calls.shownAs(asked));
        }
        return meant;
    }

    /** Empty as long as no call had a key. */
    Optional<TopKeys> top() {
        Rankings counted = rankings;
        if (counted == null) {
            return Optional.empty();
        }
        long now = time.ticker().nanos();
        Instant since = time.wall().instant().minusNanos(counted.calls.countedNanos(now));
        Map<String, List<Ranked>> ranked = new LinkedHashMap<>();
        ranked.put("calls", counted.calls.top(SHOWN, now));
        ranked.put("refusals", counted.refusals.top(SHOWN, now));
        return Optional.of(new TopKeys(since, ranked));
    }

    /** What is known of one key, by what is counted; what it doesn't stand out in is left out. */
    Map<String, Ranked> of(Object key) {
        Map<String, Ranked> known = new TreeMap<>();
        Rankings counted = rankings;
        if (counted != null) {
            long now = time.ticker().nanos();
            put(known, "calls", counted.calls.find(key, now));
            put(known, "refusals", counted.refusals.find(key, now));
        }
        return known;
    }

    private static void put(Map<String, Ranked> known, String what, @Nullable Ranked ranked) {
        if (ranked != null) {
            known.put(what, ranked);
        }
    }

    /** A limiter without keys never needs them. */
    private Rankings rankings() {
        Rankings known = rankings;
        return known != null ? known : makeRankings();
    }

    private synchronized Rankings makeRankings() {
        Rankings known = rankings;
        if (known == null) {
            known = new Rankings(ranking(), ranking());
            rankings = known;
        }
        return known;
    }

    private Ranking ranking() {
        return new Ranking(time.random().secret(), time.ticker().nanos());
    }

    private record Rankings(Ranking calls, Ranking refusals) {}
}
