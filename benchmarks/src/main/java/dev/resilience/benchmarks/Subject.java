package dev.resilience.benchmarks;

import java.util.Locale;
import org.openjdk.jmh.results.RunResult;

/** CPU nanoseconds per operation, the middle iteration between the best and the worst, and bytes per operation. */
record Subject(String name, double nanos, double best, double worst, double bytes) {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    static Subject of(String name, RunResult result) {
        double[] nanos = iterations(result, CpuTime.LABEL);
        double[] bytes = iterations(result, ALLOCATED);
        return new Subject(name, middle(nanos), nanos[0], nanos[nanos.length - 1], middle(bytes));
    }

    private static double[] iterations(RunResult result, String label) {
        return result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .map(iteration -> iteration.getSecondaryResults().get(label))
                .mapToDouble(measured -> measured == null ? 0 : measured.getScore())
                .sorted()
                .toArray();
    }

    private static double middle(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    String figure() {
        return String.format(Locale.ROOT, "%.1f [%.1f, %.1f] (%.0f B)", nanos, best, worst, bytes);
    }
}
