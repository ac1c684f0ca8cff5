package dev.resilience.bulkhead;

import dev.resilience.bulkhead.NoLoadLatency.Finding;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds out how many calls at once the guarded work bears, from how long calls take. Thread-safe.
 *
 * <p><b>How many are right?</b> As long as calls aren't waiting for each other, more of them get more done in the same
 * time. From some number on more of them get no more done, and each takes longer. That number is right.
 *
 * <p><b>How does one see it from here?</b> By comparing how long calls take with how long they would take without
 * {@linkplain NoLoadLatency load}. That is done once per while, long enough to be sure of its mean and at least two
 * latencies long, so that it shows what the last step did; after a step down, and for a measurement, what was begun
 * before is given time to leave.
 *
 * <p><b>What if the latency without load was learned under load, or has changed?</b> Every half a minute, and soon after it
 * was believed to have risen, the limit is lowered by {@value #MEASURING} for one while. If the latency falls with it, further,
 * until it doesn't.
 *
 * <p>A limit changes only where it is used: a bulkhead half empty tells nothing about a full one, and when nobody calls
 * nothing moves. Calls that failed tell nothing, unless they were {@linkplain Losses too many}: if a tenth of a while's
 * calls were, and it is because of the calls, the limit is lowered whatever the latency.
 */
final class AdaptiveLimit {

    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A while older than that is about another time. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int LEAST_CALLS = 10;
    private static final int SOME_CALLS = 20;
    private static final double SURE_ENOUGH = 0.05;
    private static final double MOST_ACCIDENT = 0.04;
    private static final double USED_UP = 0.75;
    private static final double RISEN = 1.1;
    private static final double HEADROOM = 1.06;
    private static final double MEASURING = 0.6;

    private final LimitRule rule;
    private final NoLoadLatency noLoad = new NoLoadLatency();
    private final Losses losses = new Losses();
    private final ReentrantLock lock = new ReentrantLock();
    private int least;
    private int most;
    private double limit;
    private boolean begun;
    private Latencies seen = new Latencies(0);
    private Measurement measurement = Measurement.NONE;
    private long measureAt;
    private volatile int inForce;
    private volatile double latencyNanos;
    private volatile double noLoadNanos;

    AdaptiveLimit(Adaptive adaptive, int least, int most, int initial) {
        this.rule = LimitRule.of(adaptive);
        this.least = least;
        this.most = most;
        force(initial);
    }

    /** The limit now. */
    int limit() {
        return inForce;
    }

    /** The mean latency of late, in nanoseconds; 0 if nobody knows. */
    double latencyNanos() {
        return latencyNanos;
    }

    /** The latency without load, in nanoseconds; 0 if nobody knows. */
    double noLoadNanos() {
        return noLoadNanos;
    }

    /** Other bounds. */
    void bounds(int newLeast, int newMost) {
        lock.lock();
        try {
            least = newLeast;
            most = newMost;
            force(limit);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A call has ended. Where another one is being told at this moment this one isn't needed: nobody waits for a statistic.
     *
     * @param inUse the seats in use, its own among them
     * @param overload whether it ended as calls do that are one too many
     * @return whether the limit has changed
     */
    boolean ended(long began, long now, int inUse, boolean overload) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            int before = inForce;
            take(now - began, now, inUse, overload);
            return inForce != before;
        } finally {
            lock.unlock();
        }
    }

    private void take(long nanos, long now, int inUse, boolean overload) {
        if (!begun || seen.openFor(now) > STALE_NANOS) {
            begun = true;
            seen = new Latencies(now);
            noLoad.forgetReference();
            endMeasurement(now);
        }
        if (seen.openFor(now) < 0) {
            return;
        }
        if (overload) {
            seen.addOverload(inUse);
        } else {
            seen.add(nanos, inUse);
        }
        if (isOver(now)) {
            decide(now);
        }
    }

    private boolean isOver(long now) {
        long open = seen.openFor(now);
        if (seen.calls() < LEAST_CALLS || open < Math.max(SHORTEST_NANOS, 2 * seen.mean())) {
            return false;
        }
        return open >= LONGEST_NANOS || seen.calls() >= SOME_CALLS && seen.uncertainty() <= SURE_ENOUGH;
    }

    private void decide(long now) {
        Latencies over = seen;
        seen = new Latencies(now);
        if (losses.areTooMany(over)) {
            retreat(over, now);
            return;
        }
        boolean used = over.most() >= inForce / 2.0;
        Finding finding = learn(over, now);
        if (measurement != Measurement.NONE) {
            measure(over, finding, now);
        } else if (used) {
            step(over, now);
        }
    }

    private void retreat(Latencies over, long now) {
        endMeasurement(now);
        noLoad.forgetReference();
        force(losses.limitAfter(over, limit, inForce == least));
        seen = new Latencies(now + (long) (2 * Math.max(over.mean(), noLoad.nanos())));
    }

    /** A latency without load that has risen is in doubt, because it may be that of a queue. */
    private Finding learn(Latencies over, long now) {
        boolean first = !noLoad.isKnown();
        double before = noLoad.nanos();
        Finding finding = noLoad.learn(over, now);
        if (first) {
            measureAt = now;
        } else if (noLoad.nanos() > RISEN * before) {
            measureAt = now + DOUBT_NANOS;
        } else if (finding == Finding.NO_QUEUE) {
            measureAt = now + MEASURE_NANOS;
        }
        latencyNanos = over.mean();
        noLoadNanos = noLoad.nanos();
        return finding;
    }

    private void step(Latencies over, long now) {
        double before = limit;
        int inForceBefore = inForce;
        double accident = Math.min(MOST_ACCIDENT, noLoad.uncertaintyWith(over.uncertainty()));
        force(rule.next(limit, over.mean(), noLoad.nanos() * (1 + accident), over.openFor(now) / over.mean()));
        if (now - measureAt > 0 && over.concurrency() >= USED_UP * inForceBefore && over.concurrency() > 2) {
            beginMeasurement(over, now);
        } else if (limit < before) {
            seen = new Latencies(now + (long) over.mean());
        }
    }

    private void beginMeasurement(Latencies over, long now) {
        measurement = new Measurement(limit, over.concurrency(), over.mean(), 1);
        noLoad.refer(over);
        force(Math.min(over.concurrency() * MEASURING, over.concurrency() - 1));
        seen = new Latencies(now + (long) (2 * over.mean()));
    }

    /** Fewer still, as long as the latency falls with the calls. */
    private void measure(Latencies over, Finding finding, long now) {
        if (finding == Finding.QUEUEING && inForce > least) {
            measurement = measurement.further();
            force(limit * MEASURING);
            seen = new Latencies(now + (long) (2 * over.mean()));
            return;
        }
        force(measurement.limitAfter(limit, noLoad.nanos()));
        measurement = Measurement.NONE;
        measureAt = now - measureAt > 0 ? now + MEASURE_NANOS : measureAt;
        noLoad.forgetReference();
        seen = new Latencies(now + (long) over.mean());
    }

    private void endMeasurement(long now) {
        if (measurement != Measurement.NONE) {
            force(measurement.limit);
            measurement = Measurement.NONE;
            measureAt = now + DOUBT_NANOS;
        }
    }

    private void force(double wanted) {
        limit = Math.max(least, Math.min(most, wanted));
        inForce = (int) limit;
    }

    /**
     * The latency without load is being measured.
     *
     * @param limit the limit before
     * @param calls how many calls there were then
     * @param nanos and how long they took
     * @param steps by how many steps the limit was lowered
     */
    private record Measurement(double limit, double calls, double nanos, int steps) {

        private static final Measurement NONE = new Measurement(0, 0, 0, 0);

        Measurement further() {
            return new Measurement(limit, calls, nanos, steps + 1);
        }

        /** If calls were queueing before: as many as were being worked on then, by Little's law, and a few more. */
        double limitAfter(double lowered, double noLoadNanos) {
            double worked = calls * noLoadNanos / nanos;
            return steps == 1 ? limit : Math.min(limit, Math.max(lowered, HEADROOM * worked));
        }
    }
}
