package dev.resilience.cache;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a cache promises that loads anew behind hits, keeps failures for a while and covers them with what is old, said as
 * plainly as possible: what is kept, who waits for what, and who is given what. Knows nothing of how the cache does it. Not
 * thread-safe.
 */
final class RefreshModel {

    private static final long SHORTEST_PAUSE = Duration.ofSeconds(1).toNanos();

    private final Rules rules;
    private final Map<String, Result> results = new HashMap<>();
    private final Map<String, Failure> failures = new HashMap<>();
    final List<Flight> flights = new ArrayList<>();
    private final Map<String, Long> numbers = new HashMap<>();

    RefreshModel(Rules rules) {
        this.rules = rules;
    }

    /**
     * Times in nanoseconds, none where it is 0.
     *
     * @param ttls by operation
     * @param aheadPercent which share of its time before its end a hit has a result loaded anew
     */
    record Rules(Map<String, Long> ttls, long negative, long whileRevalidate, long ifError, int aheadPercent) {}

    /** A result; it isn't loaded anew while it is left alone. */
    private static final class Result {
        private final Object value;
        private final String operation;
        private final long since;
        private final long ttl;
        private long aloneUntil;

        private Result(Object value, String operation, long since, long ttl) {
            this.value = value;
            this.operation = operation;
            this.since = since;
            this.ttl = ttl;
            this.aloneUntil = since;
        }

        private long age(long now) {
            return now - since;
        }
    }

    private record Failure(Throwable failure, String operation, long since) {}

    /** Somebody who asks; what he is given, once that is certain. */
    static class Caller {
        final String key;
        final String operation;

        @Nullable Object expected;

        Caller(String key, String operation) {
            this.key = key;
            this.operation = operation;
        }
    }

    /** A load. A refresh has no leader, but the result that was given instead of waiting for it. */
    static final class Flight {
        private final String key;
        private final long begun;
        private final @Nullable Result old;
        private String operation;
        private boolean outdated;

        @Nullable Caller leader;

        final Deque<Caller> waiting = new ArrayDeque<>();
        CompletableFuture<Object> work = new CompletableFuture<>();

        private Flight(Caller first, long begun, @Nullable Result old) {
            this.key = first.key;
            this.operation = first.operation;
            this.begun = begun;
            this.old = old;
            this.leader = old == null ? first : null;
        }
    }

    /** What becomes of somebody who asks: he may have begun a load, and may have been answered. */
    enum Way {
        HIT,
        STALE_HIT,
        REFRESHED_AHEAD,
        REFRESHED_BEHIND,
        FAILURE,
        COVERED_FAILURE,
        FOLLOWED,
        LED;

        boolean begins() {
            return this == LED || this == REFRESHED_AHEAD || this == REFRESHED_BEHIND;
        }
    }

    Way ask(Caller caller, long now) {
        Failure failure = failures.get(caller.key);
        Result result = results.get(caller.key);
        if (failure != null && now - failure.since < rules.negative) {
            count("negative-hits", 1);
            boolean covered = covers(result, now);
            count("stale-served", covered ? 1 : 0);
            caller.expected = covered ? result.value : failure.failure;
            return covered ? Way.COVERED_FAILURE : Way.FAILURE;
        }
        if (result != null && result.age(now) < result.ttl + rules.whileRevalidate) {
            count("hits", 1);
            caller.expected = result.value;
            return hit(caller, result, now);
        }
        count("misses", 1);
        Flight running = running(caller.key);
        if (running != null) {
            running.waiting.add(caller);
            return Way.FOLLOWED;
        }
        flights.add(new Flight(caller, now, null));
        return Way.LED;
    }

    private Way hit(Caller caller, Result result, long now) {
        boolean over = result.age(now) >= result.ttl;
        boolean due = result.age(now) >= result.ttl - result.ttl / 100 * rules.aheadPercent;
        if (!due || now < result.aloneUntil || running(caller.key) != null) {
            return over ? Way.STALE_HIT : Way.HIT;
        }
        flights.add(new Flight(caller, now, result));
        return over ? Way.REFRESHED_BEHIND : Way.REFRESHED_AHEAD;
    }

    private @Nullable Flight running(String key) {
        return flights.stream()
                .filter(flight -> flight.key.equals(key) && !flight.outdated)
                .findFirst()
                .orElse(null);
    }

    /** Whether a failure is covered by this result. */
    private boolean covers(@Nullable Result result, long now) {
        return rules.ifError > 0 && result != null && result.age(now) - result.ttl < rules.ifError;
    }

    void gave(Flight flight, Object value, boolean isNothing, long now) {
        flights.remove(flight);
        count("loads", 1);
        count("refreshes", flight.old == null ? 0 : 1);
        if (!flight.outdated) {
            long ttl = isNothing && rules.negative > 0 ? rules.negative : rules.ttls.get(flight.operation);
            results.put(flight.key, new Result(value, flight.operation, now, ttl));
            failures.remove(flight.key);
        }
        answer(flight, value);
    }

    /** @return whether those who wait get an earlier result instead */
    boolean failed(Flight flight, Throwable failure, long now) {
        flights.remove(flight);
        count("load-failures", 1);
        Result good = results.get(flight.key);
        boolean covered = covers(good, now);
        if (flight.old != null) {
            count("refresh-failures", 1);
            flight.old.aloneUntil = now + Math.max(SHORTEST_PAUSE, now - flight.begun);
        } else if (rules.negative > 0 && !flight.outdated && (good == null || good.age(now) >= good.ttl)) {
            failures.put(flight.key, new Failure(failure, flight.operation, now));
            results.keySet().removeIf(key -> key.equals(flight.key) && !covered);
        }
        int answered = answer(flight, covered ? good.value : failure);
        count("stale-served", covered ? answered : 0);
        return covered;
    }

    private static int answer(Flight flight, Object ending) {
        flight.waiting.forEach(waiter -> waiter.expected = ending);
        if (flight.leader != null) {
            flight.leader.expected = ending;
        }
        return flight.waiting.size() + (flight.leader == null ? 0 : 1);
    }

    /** The leader gives up. @return whether somebody else leads now, for whom the method is invoked once more */
    boolean handedOver(Flight flight) {
        Caller next = flight.waiting.poll();
        if (next == null) {
            flights.remove(flight);
            return false;
        }
        flight.leader = next;
        flight.operation = next.operation;
        return true;
    }

    /** @param meant by key and operation; a failure and what is kept behind it go together */
    void invalidate(BiPredicate<String, String> meant) {
        for (Flight flight : flights) {
            flight.outdated |= meant.test(flight.key, flight.operation);
        }
        Set<String> kept = new HashSet<>(results.keySet());
        kept.addAll(failures.keySet());
        for (String key : kept) {
            Result result = results.get(key);
            Failure failure = failures.get(key);
            if (result != null && meant.test(key, result.operation)
                    || failure != null && meant.test(key, failure.operation)) {
                results.remove(key);
                failures.remove(key);
            }
        }
    }

    /** The instants at which something ends that is kept for this key. */
    long[] ends(String key) {
        Result result = results.get(key);
        Failure failure = failures.get(key);
        LongStream ofResult = result == null
                ? LongStream.empty()
                : LongStream.of(
                                result.ttl - result.ttl / 100 * rules.aheadPercent,
                                result.ttl,
                                result.ttl + rules.whileRevalidate,
                                result.ttl + rules.ifError,
                                result.aloneUntil - result.since)
                        .map(age -> result.since + age);
        LongStream ofFailure = failure == null ? LongStream.empty() : LongStream.of(failure.since + rules.negative);
        return LongStream.concat(ofResult, ofFailure).toArray();
    }

    private void count(String name, long times) {
        numbers.merge(name, times, Long::sum);
    }

    long number(String name) {
        return numbers.getOrDefault(name, 0L);
    }
}
