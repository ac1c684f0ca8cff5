package dev.resilience.bulkhead;

import java.util.concurrent.TimeUnit;

/**
 * How long a call takes that waits behind no other one: what is known of it. Not thread-safe.
 *
 * <p><b>Why not the shortest latency ever seen?</b> Latencies scatter, and the shortest of many is far below what most
 * calls take: against it, everything looks like waiting. And a backend that has become slower for good never gets there
 * again.
 *
 * <p><b>Why not the mean over a long time?</b> A mean that was learned under load calls the load normal; then more is let
 * in, and that becomes normal too.
 *
 * <p>So it is learned only where it shows. Work that queues takes in proportion to how many calls there are; work
 * that doesn't takes the same, however many they are. Where the latency has <em>not</em> fallen with the number of
 * calls, nothing was queueing: that is the latency without load. Where it fell with it, the lower number has
 * to prove itself against a still lower one. A latency that is shorter than what is known says no more than that it isn't
 * longer. What was learned is averaged with what is known, the surer one weighing more,
 * unless they contradict each other: then the world has changed, and the new one holds.
 */
final class NoLoadLatency {

    /** Fewer calls than this share of those before tell something. */
    private static final double CLEARLY_FEWER = 0.75;

    /** Between a latency that stays as it is (0) and one that falls in proportion to the calls (1). */
    private static final double FALLS = 0.5;

    /** This many standard errors are no accident. */
    private static final double SURE = 3;

    private static final double LEAST_RISE = 0.05;

    /** By which share it may have moved unnoticed in ten seconds. */
    private static final double DRIFT = 0.02;

    private static final double DRIFT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Nobody queues behind himself. */
    private static final double ALONE = 1.2;

    /** What a while told of the question whether work was queueing. */
    enum Finding {
        NOTHING,
        QUEUEING,
        NO_QUEUE
    }

    private double nanos;
    private double variance;
    /** Whether all that is known is that it isn't longer. */
    private boolean isBound;

    private long asOf;
    private double referenceCalls;
    private double referenceNanos;
    private double referenceUncertainty;

    boolean isKnown() {
        return nanos > 0;
    }

    /** In nanoseconds; 0 as long as it isn't known. */
    double nanos() {
        return nanos;
    }

    /** How surely a mean of this uncertainty compares with it: a standard error, as a share. */
    double uncertaintyWith(double uncertainty) {
        return Math.sqrt(variance + uncertainty * uncertainty);
    }

    /** Learns from a while, if it tells anything. */
    Finding learn(Latencies seen, long now) {
        variance += isKnown() ? DRIFT * DRIFT * (now - asOf) / DRIFT_NANOS : 0;
        asOf = now;
        if (isKnown() && seen.concurrency() <= ALONE) {
            settle(seen);
        } else if (!isKnown() || seen.mean() < nanos * (1 - SURE * uncertaintyWith(seen.uncertainty()))) {
            replaceBy(seen);
            isBound = true;
        }
        return compare(seen);
    }

    /** What the next while is compared with is to be seen first. */
    void forgetReference() {
        referenceCalls = 0;
    }

    private Finding compare(Latencies seen) {
        if (referenceCalls == 0 || seen.concurrency() > referenceCalls || hasRisen(seen)) {
            refer(seen);
            return Finding.NOTHING;
        }
        if (seen.concurrency() > CLEARLY_FEWER * referenceCalls) {
            return Finding.NOTHING;
        }
        double fall = Math.log(referenceNanos / seen.mean()) / Math.log(referenceCalls / seen.concurrency());
        refer(seen);
        if (fall >= FALLS) {
            return Finding.QUEUEING;
        }
        settle(seen);
        return Finding.NO_QUEUE;
    }

    /** A latency that rises though the calls became fewer isn't their doing, and can't be compared with the one before. */
    private boolean hasRisen(Latencies seen) {
        double scatter = Math.hypot(seen.uncertainty(), referenceUncertainty);
        return seen.mean() > referenceNanos * (1 + Math.max(LEAST_RISE, SURE * scatter));
    }

    /** What the next while is compared with. */
    void refer(Latencies seen) {
        referenceCalls = seen.concurrency();
        referenceNanos = seen.mean();
        referenceUncertainty = seen.uncertainty();
    }

    /** Nothing was queueing. */
    private void settle(Latencies seen) {
        boolean contradicts = Math.abs(seen.mean() / nanos - 1) > SURE * uncertaintyWith(seen.uncertainty());
        if (isBound || contradicts) {
            replaceBy(seen);
        } else {
            average(seen);
        }
        isBound = false;
    }

    private void average(Latencies seen) {
        double theirs = seen.uncertainty() * seen.uncertainty();
        double weight = variance + theirs == 0 ? 1 : variance / (variance + theirs);
        nanos += weight * (seen.mean() - nanos);
        variance *= 1 - weight;
    }

    private void replaceBy(Latencies seen) {
        nanos = seen.mean();
        variance = seen.uncertainty() * seen.uncertainty();
    }
}
