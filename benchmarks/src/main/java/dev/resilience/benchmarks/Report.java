package dev.resilience.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs all rows, or those whose names match the given expressions, and prints them as a table: ours beside every peer,
 * all of one run. A figure is the middle one of its iterations, because on a busy machine the worst one means little.
 *
 * <p>{@code --short} warms up for three seconds and measures five times for 300 milliseconds. {@code --into=page.md} also puts the
 * lines in the place of those of the same rows in that page.
 */
public final class Report {

    private static final String SHORT = "--short";
    private static final String INTO = "--into=";

    private Report() {}

    /** Takes regular expressions of benchmark names, and options. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .addProfiler(CpuTime.class)
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result("benchmarks.json");
        List<String> names = new ArrayList<>();
        Path page = null;
        for (String argument : arguments) {
            if (argument.equals(SHORT)) {
                shorten(options);
            } else if (argument.startsWith(INTO)) {
                page = Path.of(argument.substring(INTO.length()));
            } else {
                names.add(argument);
            }
        }
        (names.isEmpty() ? List.of("dev.resilience.benchmarks") : names).forEach(options::include);
        List<Line> lines = lines(new Runner(options.build()).run());
        print(lines);
        if (page != null) {
            new Page(page).refresh(lines);
        }
    }

    private static void shorten(ChainedOptionsBuilder options) {
        options.warmupIterations(3).measurementIterations(5).measurementTime(TimeValue.milliseconds(300));
    }

    private static List<Line> lines(Collection<RunResult> results) {
        Map<String, List<Subject>> rows = new LinkedHashMap<>();
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            int dot = benchmark.lastIndexOf('.');
            rows.computeIfAbsent(benchmark.substring(0, dot), row -> new ArrayList<>())
                    .add(Subject.of(benchmark.substring(dot + 1), result));
        }
        List<Line> lines = new ArrayList<>();
        rows.forEach((type, subjects) -> lines.add(new Line(row(type), subjects)));
        return lines;
    }

    private static @Nullable Row row(String type) {
        try {
            Class<?> found = Class.forName(type);
            return found.getAnnotation(Row.class);
        } catch (ClassNotFoundException nested) {
            int dot = type.lastIndexOf('.');
            return row(type.substring(0, dot) + '$' + type.substring(dot + 1));
        }
    }

    private static void print(List<Line> lines) {
        System.out.println();
        Line.HEAD.forEach(System.out::println);
        lines.forEach(line -> System.out.println(line.text()));
    }
}
