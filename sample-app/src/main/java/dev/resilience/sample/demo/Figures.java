package dev.resilience.sample.demo;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * How long something took, over all times it was done; in the unit its name says, where it is shown.
 *
 * @param p99 the time within which 99 of 100 were done
 */
public record Figures(int count, double min, double median, double p99, double max) {

    /** Of these times, in this unit with one decimal; all are zero if there are none. */
    static Figures of(Collection<Long> nanos, TimeUnit unit) {
        double[] sorted = nanos.stream()
                .mapToDouble(time -> Math.round(10.0 * time / unit.toNanos(1)) / 10.0)
                .sorted()
                .toArray();
        return new Figures(sorted.length, share(sorted, 0), share(sorted, 0.5), share(sorted, 0.99), share(sorted, 1));
    }

    /** The smallest time within which this share of them was done. */
    private static double share(double[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted.length == 0 ? 0 : sorted[Math.max(rank, 1) - 1];
    }
}
