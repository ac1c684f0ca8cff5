package dev.resilience.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs all rows, or those whose names match the given expressions, and prints them as a table: ours beside every peer,
 * all of one run. A figure is the middle one of its iterations, because on a busy machine the worst one means little.
 */
public final class Report {

    private static final Set<String> US = Set.of("ours", "alone");
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Report() {}

    /** Takes regular expressions of benchmark names. */
    public static void main(String[] names) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .addProfiler(CpuTime.class)
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result("benchmarks.json");
        for (String name : names.length == 0 ? new String[] {"dev.resilience.benchmarks"} : names) {
            options.include(name);
        }
        print(new Runner(options.build()).run());
    }

    private static void print(Collection<RunResult> results) {
        Map<String, List<Subject>> rows = new LinkedHashMap<>();
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            int dot = benchmark.lastIndexOf('.');
            rows.computeIfAbsent(benchmark.substring(0, dot), row -> new ArrayList<>())
                    .add(Subject.of(benchmark.substring(dot + 1), result));
        }
        System.out.println();
        System.out.println("| row | best peer | ours: pipeline | ours: policy alone | ours / best peer | target | met |"
                + " other peers |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        rows.forEach((type, subjects) -> System.out.println(line(row(type), subjects)));
    }

    private static Row row(String type) {
        try {
            Class<?> found = Class.forName(type);
            return found.getAnnotation(Row.class);
        } catch (ClassNotFoundException nested) {
            int dot = type.lastIndexOf('.');
            return row(type.substring(0, dot) + '$' + type.substring(dot + 1));
        }
    }

    private static String line(Row row, List<Subject> subjects) {
        List<Subject> peers = subjects.stream()
                .filter(subject -> !US.contains(subject.name))
                .sorted((one, other) -> Double.compare(one.nanos, other.nanos))
                .toList();
        Subject pipeline = find(subjects, "ours");
        Subject alone = find(subjects, "alone");
        Subject judged = alone == null ? pipeline : alone;
        Subject best = peers.isEmpty() ? null : peers.get(0);
        return String.join(
                " | ",
                "| " + row.value(),
                best == null ? "–" : best.name + " " + best.text(),
                pipeline == null ? "–" : pipeline.text(),
                alone == null ? "–" : alone.text(),
                best == null || pipeline == null ? "–" : format("%.2f", pipeline.nanos / best.nanos),
                format("≤ %.0f", row.target()),
                judged == null ? "–" : judged.nanos <= row.target() ? "yes" : "no",
                others(peers) + " |");
    }

    private static String others(List<Subject> peers) {
        return String.join(
                ", ",
                peers.stream()
                        .skip(1)
                        .map(peer -> peer.name + " " + peer.text())
                        .toList());
    }

    private static Subject find(List<Subject> subjects, String name) {
        return subjects.stream()
                .filter(subject -> subject.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** CPU nanoseconds per operation, the middle iteration between the best and the worst, and bytes per operation. */
    private record Subject(String name, double nanos, double best, double worst, double bytes) {

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

        String text() {
            return format("%.1f [%.1f, %.1f] (%.0f B)", nanos, best, worst, bytes);
        }
    }
}
