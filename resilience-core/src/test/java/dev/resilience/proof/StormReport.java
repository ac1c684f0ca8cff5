package dev.resilience.proof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/** What was seen of a storm, in nanoseconds since it began to be watched. Not thread-safe. */
final class StormReport {

    static final Duration SETTLED_AFTER = Duration.ofSeconds(5);
    private static final long WINDOW = Duration.ofSeconds(10).toNanos();

    private final long down;
    private final long healed;
    private final List<Long> offers = new ArrayList<>();
    private final List<Long> arrivals = new ArrayList<>();
    private final List<Long> retries = new ArrayList<>();
    private final List<Long> values = new ArrayList<>();
    private final List<Long> failures = new ArrayList<>();

    StormReport(Duration down, Duration healed) {
        this.down = down.toNanos();
        this.healed = healed.toNanos();
    }

    boolean isDown(long at) {
        return at >= down && at < healed;
    }

    void offered(long at) {
        offers.add(at);
    }

    void reached(long at) {
        arrivals.add(at);
    }

    void retried(long at) {
        retries.add(at);
    }

    /** The answer to a call that began then. */
    void answered(long begun, boolean good) {
        (good ? values : failures).add(begun);
    }

    /** Calls that callers made while the dependency was down. */
    long offeredWhileDown() {
        return offers.stream().filter(this::isDown).count();
    }

    /** Calls that reached the dependency while it was down, for each that a caller made. */
    double amplification() {
        return amplification(Duration.ZERO);
    }

    /** The same, seen from this long before it went down. */
    double amplification(Duration before) {
        LongPredicate seen = at -> at >= down - before.toNanos() && at < healed;
        long reached = arrivals.stream().filter(seen::test).count();
        return (double) reached / offers.stream().filter(seen::test).count();
    }

    /** How many retries there were while it was down. */
    long retriesWhileDown() {
        return retries.stream().filter(this::isDown).count();
    }

    /** Of the answered calls that began from five seconds after healing on, the share that got a value. */
    double successAfterHealing() {
        long from = healed + SETTLED_AFTER.toNanos();
        return success(begun -> begun >= from);
    }

    /** The same while it was down. */
    double successWhileDown() {
        return success(this::isDown);
    }

    private double success(LongPredicate begun) {
        long good = values.stream().filter(begun::test).count();
        long bad = failures.stream().filter(begun::test).count();
        return (double) good / (good + bad);
    }

    /** Calls that nobody answered. */
    long unanswered() {
        return offers.size() - values.size() - failures.size();
    }

    /** How long after healing the last call began that failed. */
    Duration lastFailure() {
        long last = failures.stream().mapToLong(Long::longValue).max().orElse(healed);
        return Duration.ofNanos(Math.max(0, last - healed));
    }

    /**
     * The most retries, of all layers together, that any ten seconds which end with one had too many: beyond the larger of a
     * share of the calls and ten times the floor. Not positive where the bound holds.
     */
    long mostBeyond(double share, int floor) {
        long most = Long.MIN_VALUE;
        for (int last = 0, first = 0, oldest = 0, newest = 0; last < retries.size(); last++) {
            long end = retries.get(last);
            while (retries.get(first) <= end - WINDOW) {
                first++;
            }
            while (oldest < offers.size() && offers.get(oldest) <= end - WINDOW) {
                oldest++;
            }
            while (newest < offers.size() && offers.get(newest) <= end) {
                newest++;
            }
            long allowed = Math.max((long) (share * (newest - oldest)), 10L * floor);
            most = Math.max(most, last - first + 1 - allowed);
        }
        return most;
    }

    @Override
    public String toString() {
        return String.format(
                "%d offered while down, %d never answered, amplification %.3f, %d retries; %.2f %% success from 5 s after healing, last failure"
                        + " of a call begun %.1f s after it",
                offeredWhileDown(),
                unanswered(),
                amplification(),
                retriesWhileDown(),
                100 * successAfterHealing(),
                lastFailure().toMillis() / 1e3);
    }
}
