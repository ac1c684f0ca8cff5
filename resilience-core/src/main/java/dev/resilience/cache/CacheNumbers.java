package dev.resilience.cache;

import dev.resilience.Snapshot;
import dev.resilience.failure.BrokenRules;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a cache has counted. Thread-safe. */
final class CacheNumbers {

    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadNanos = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder staleServed = new LongAdder();
    final LongAdder invalidations = new LongAdder();

    void reset() {
        hits.reset();
        misses.reset();
        loads.reset();
        loadNanos.reset();
        loadFailures.reset();
        staleServed.reset();
        invalidations.reset();
    }

    Snapshot snapshot(Store store, BrokenRules broken) {
        long hit = hits.sum();
        long missed = misses.sum();
        long loaded = loads.sum();
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("hits", hit);
        numbers.put("misses", missed);
        numbers.put("hit-rate", hit / (double) Math.max(1, hit + missed));
        numbers.put("entries", store.entries());
        numbers.put("loads", loaded);
        numbers.put("load-failures", loadFailures.sum());
        numbers.put("average-load-millis", Math.round(loadNanos.sum() / 1e3 / Math.max(1, loaded)) / 1e3);
        numbers.put("evictions", store.evictions());
        numbers.put("invalidations", invalidations.sum());
        numbers.put("stale-served", staleServed.sum());
        numbers.put("broken-rules", broken.count());
        return Snapshot.of(numbers);
    }
}
