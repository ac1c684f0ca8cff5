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
    final LongAdder refreshes = new LongAdder();
    final LongAdder refreshFailures = new LongAdder();
    final LongAdder staleServed = new LongAdder();
    final LongAdder passedBy = new LongAdder();
    final LongAdder negativeHits = new LongAdder();
    final LongAdder invalidations = new LongAdder();

    void reset() {
        hits.reset();
        misses.reset();
        loads.reset();
        loadNanos.reset();
        loadFailures.reset();
        refreshes.reset();
        refreshFailures.reset();
        staleServed.reset();
        passedBy.reset();
        negativeHits.reset();
        invalidations.reset();
    }

    Snapshot snapshot(Store store, BrokenRules broken) {
        long hit = hits.sum();
        long missed = misses.sum();
        long negative = negativeHits.sum();
        long loaded = loads.sum();
        double averageNanos = loadNanos.sum() / (double) Math.max(1, loaded);
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("hits", hit);
        numbers.put("misses", missed);
        numbers.put("negative-hits", negative);
        numbers.put("hit-rate", thousandths(hit / (double) Math.max(1, hit + missed + negative)));
        numbers.put("entries", store.entries());
        numbers.put("weight", store.weight());
        numbers.put("loads", loaded);
        numbers.put("load-failures", loadFailures.sum());
        numbers.put("refreshes", refreshes.sum());
        numbers.put("refresh-failures", refreshFailures.sum());
        numbers.put("average-load-millis", thousandths(averageNanos / 1e6));
        numbers.put("time-saved-seconds", thousandths(hit * averageNanos / 1e9));
        numbers.put("evictions", store.evictions());
        numbers.put("invalidations", invalidations.sum());
        numbers.put("stale-served", staleServed.sum());
        numbers.put("passed-by", passedBy.sum());
        numbers.put("broken-rules", broken.count());
        return Snapshot.of(numbers);
    }

    private static double thousandths(double number) {
        return Math.round(number * 1e3) / 1e3;
    }
}
