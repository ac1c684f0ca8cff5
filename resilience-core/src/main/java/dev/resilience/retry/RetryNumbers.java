package dev.resilience.retry;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts retries and what became of the calls that needed one. A call that succeeds at once counts nothing here. Thread-safe. */
final class RetryNumbers {

    private final LongAdder retries = new LongAdder();

    /** Filled once and only read afterwards. */
    private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);

    RetryNumbers() {
        for (Ending ending : Ending.values()) {
            endings.put(ending, new LongAdder());
        }
    }

    void retried() {
        retries.increment();
    }

    void ended(Ending ending) {
        endings.get(ending).increment();
    }

    void into(Map<String, Number> numbers) {
        numbers.put("retries", retries.sum());
        endings.forEach((ending, count) -> numbers.put(ending.number(), count.sum()));
    }
}
