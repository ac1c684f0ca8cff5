package dev.resilience.spring.guard;

import dev.resilience.Hedger;
import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.configuration.Durations;
import dev.resilience.execution.Stage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds hedges that never begin, because a policy on the same method has ended the attempt, or the call, by then. It asks
 * every policy what it makes of a call without an end, and knows none of them.
 */
final class LateHedges {

    private static final Duration ENDLESS = Duration.ofDays(36_500);

    private LateHedges() {}

    static List<Finding> in(Pipeline pipeline) {
        List<Stage> enforced = pipeline.stages().stream()
                .filter(stage -> stage.instance().mode() == Mode.ENFORCED)
                .toList();
        return enforced.stream()
                .flatMap(hedging -> enforced.stream()
                        .filter(ending -> endsBefore(hedging, ending))
                        .map(ending -> finding(pipeline.operation(), hedging, ending)))
                .toList();
    }

    private static boolean endsBefore(Stage hedging, Stage ending) {
        Duration end = end(ending);
        Duration hedge = hedge(hedging);
        return ending != hedging && !hedge.isZero() && end.compareTo(ENDLESS) < 0 && end.compareTo(hedge) <= 0;
    }

    private static Duration hedge(Stage stage) {
        return Stream.ofNullable(stage.policy().hedger())
                .map(Hedger::earliest)
                .findFirst()
                .orElse(Duration.ZERO);
    }

    private static Duration end(Stage stage) {
        return stage.policy().longest(ENDLESS, stage.placement());
    }

    private static Finding finding(String operation, Stage hedging, Stage ending) {
        String hedge = hedging.instance().inWords();
        String end = Durations.plain(end(ending));
        return Finding.warning(
                "late-hedge",
                operation,
                "The " + hedge + " hedges a try after " + Durations.plain(hedge(hedging)) + ", and the "
                        + ending.instance().inWords() + " ends it after " + end + ": no hedge ever begins.",
                "Let the " + hedge + " hedge sooner than after " + end + ".");
    }
}
