package dev.resilience.recovery;

import dev.resilience.Call;
import dev.resilience.time.Time;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The restarts of everything that recoveries of one application restart: two recoveries that name the same thing share its
 * restarts. Thread-safe.
 */
final class Restarts {

    private final ConcurrentMap<String, Restarting> byName = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong successes = new AtomicLong();
    private final Time time;

    Restarts(Time time) {
        this.time = time;
    }

    /** The restarts of the one that has this name. */
    Restarting of(String name, Supplier<Restartable> restartable) {
        return byName.computeIfAbsent(name, same -> new Restarting(same, restartable, this, time));
    }

    /** Whether any restart is under way; asked by every call. */
    boolean areUnderWay() {
        return underWay.get() > 0;
    }

    /** Notes with the call how many have succeeded now that it goes in; until the first one there is nothing to note. */
    void note(Call call) {
        long number = successes.get();
        if (number != 0) {
            call.mark(number);
        }
    }

    void began() {
        underWay.incrementAndGet();
    }

    void ended() {
        underWay.decrementAndGet();
    }

    /** @return its number, from 1 */
    long succeeded() {
        return successes.incrementAndGet();
    }
}
