package dev.resilience.proof;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * How waits should be distributed, in nanoseconds, and how likely it is that they are.
 *
 * @param below the part of all waits that are no longer than this, for waits below the top
 * @param top the longest wait; all the rest of the waits are as long
 */
record Law(DoubleUnaryOperator below, double top) {

    private static final int TERMS = 100;

    /** Each wait between the two as likely as any other. */
    static Law uniform(double least, double most) {
        return new Law(wait -> (wait - least) / (most - least), most);
    }

    /** The same waits, those that are longer cut to this. */
    Law cutTo(double longest) {
        return new Law(below, Math.min(top, longest));
    }

    /**
     * How likely waits that obey this law are at least as far from it as these, by Kolmogorov and Smirnov; never
     * underrated where waits heap up at the top.
     */
    double pValue(double[] waits) {
        double root = Math.sqrt(waits.length);
        double distance = distance(waits) * (root + 0.12 + 0.11 / root);
        double p = 0;
        for (int term = 1; term <= TERMS; term++) {
            p += (term % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * term * term * distance * distance);
        }
        return distance < 0.3 ? 1 : Math.max(0, Math.min(1, p));
    }

    private double distance(double[] waits) {
        double[] sorted = waits.clone();
        Arrays.sort(sorted);
        double most = 0;
        for (int first = 0, next; first < sorted.length; first = next) {
            next = first;
            while (next < sorted.length && sorted[next] == sorted[first]) {
                next++;
            }
            double wait = sorted[first];
            most = Math.max(most, Math.abs((double) next / sorted.length - upTo(wait)));
            most = Math.max(most, Math.abs((double) first / sorted.length - shorterThan(wait)));
        }
        return most;
    }

    private double upTo(double wait) {
        return wait >= top ? 1 : within(wait);
    }

    private double shorterThan(double wait) {
        return wait > top ? 1 : within(wait);
    }

    private double within(double wait) {
        return Math.max(0, Math.min(1, below.applyAsDouble(wait)));
    }

    /**
     * How likely independent pairs of numbers from zero to one are at least as unevenly spread as these, by chi-square over
     * a hundred squares and its approximation by a normal law.
     */
    static double pValueOfIndependence(double[] ones, double[] others) {
        int side = 10;
        long[] counts = new long[side * side];
        for (int pair = 0; pair < ones.length; pair++) {
            counts[side * cell(ones[pair], side) + cell(others[pair], side)]++;
        }
        double expected = (double) ones.length / counts.length;
        double chiSquare = Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        double freedom = counts.length - 1.0;
        double spread = 2 / (9 * freedom);
        double normal = (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
        return upperTail(normal);
    }

    private static int cell(double number, int side) {
        return Math.max(0, Math.min(side - 1, (int) (number * side)));
    }

    /** The chance of a standard normal number above this, to four digits (Abramowitz and Stegun, 26.2.17). */
    private static double upperTail(double normal) {
        if (normal < 0) {
            return 1 - upperTail(-normal);
        }
        double t = 1 / (1 + 0.2316419 * normal);
        double polynomial =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return polynomial * Math.exp(-normal * normal / 2) / Math.sqrt(2 * Math.PI);
    }
}
