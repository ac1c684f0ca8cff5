package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.configuration.Durations;
import dev.resilience.key.KeyText;
import dev.resilience.key.KeyTypes;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The results of one key of a cache, for whoever asks: when they were loaded, by what, and how long they live. Never the
 * results, nor what else tells them apart, which may be who asked. Looking is no hit and keeps nothing alive. Thread-safe.
 *
 * <p>A key may have several results: methods without an explicit key that share a cache keep theirs apart, and so do the
 * callers whose results differ.
 */
final class CacheKeys implements KeyedState {

    private static final int SHOWN = 20;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Keys keys;
    private final Store store;
    private final Loads loads;
    private final Invalidation invalidation;
    private final KeyTypes types = new KeyTypes();

    CacheKeys(Keys keys, Store store, Loads loads, Invalidation invalidation) {
        this.keys = keys;
        this.store = store;
        this.loads = loads;
        this.invalidation = invalidation;
    }

    /** Remembers of what type a key is, so that it is found by its text. */
    void seen(Call call) {
        Object[] arguments = call.arguments();
        Object key = call.key() == null && arguments.length > 0 ? arguments[0] : call.key();
        if (key != null) {
            types.seen(key);
        }
    }

    /** There are no tiers of caches. */
    @Override
    public KeyView view(List<?> meant, @Nullable String tier) {
        Object key = known(meant);
        Sight sight = sight(key);
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("kept", sight.kept().size());
        details.put("loading", sight.loading());
        details.put("results", results(sight.kept()));
        return new KeyView(KeyText.shown(key), sight.standing(), details);
    }

    /** Drops the results of the key. */
    @Override
    public KeyReset reset(List<?> meant) {
        Object key = known(meant);
        KeyStanding was = sight(key).standing();
        return new KeyReset(KeyText.shown(key), was, invalidation.ofKey(key));
    }

    private Object known(List<?> meant) {
        return KeyTypes.likeliest(types.read(meant), key -> sight(key).standing() == KeyStanding.OWN);
    }

    /** What is there of one key. */
    private record Sight(List<Kept> kept, boolean loading) {

        private KeyStanding standing() {
            return loading || !kept.isEmpty() ? KeyStanding.OWN : KeyStanding.NONE;
        }
    }

    private Sight sight(Object key) {
        Set<Object> every = keys.everyKeyOf(key);
        boolean loading = loads.all().stream().anyMatch(running -> every.contains(Varied.base(running.key())));
        return new Sight(store.look(every, invalidation.knowsVariants()), loading);
    }

    /** The youngest first. */
    private List<Map<String, Object>> results(List<Kept> kept) {
        long tick = store.tick();
        return kept.stream()
                .sorted(Comparator.comparingLong(result -> result.ageNanos(tick)))
                .limit(SHOWN)
                .map(result -> result(result, tick))
                .toList();
    }

    private static Map<String, Object> result(Kept kept, long tick) {
        boolean over = kept.isOver(tick);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("operation", kept.operation());
        shown.put("state", over ? "stale" : kept.answer() instanceof Admission.Fail ? "failure" : "fresh");
        shown.put("age", millis(kept.ageNanos(tick)));
        shown.put(over ? "expired-for" : "expires-in", millis(Math.abs(kept.overdueNanos(tick))));
        return shown;
    }

    private static String millis(long nanos) {
        return Durations.plain(Duration.ofMillis(nanos / NANOS_PER_MILLI));
    }
}
