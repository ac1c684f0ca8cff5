package dev.resilience;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the calls through one pipeline, and what its policies have to tell. Every call that has ended is in one of
 * successes, failures, rejections, expiries and cancellations. Counts are read one after the other while calls go on, so
 * they fit together when none does.
 *
 * @param successes calls that gave a value, wherever it came from
 * @param recoveries those among them that had failed on their way, or had a value that wasn't good enough, but not in the end
 * @param failures calls that failed with an exception or an {@code Error}
 * @param rejections calls that a policy refused, of this pipeline or of one further in
 * @param expiries calls whose time ran out
 * @param cancellations calls whose caller gave up
 * @param policies the policies, outermost first
 */
public record PipelineStatistics(
        long successes,
        long recoveries,
        long failures,
        long rejections,
        long expiries,
        long cancellations,
        List<PolicyStatistics> policies) {

    public PipelineStatistics {
        policies = List.copyOf(policies);
    }

    /** The calls that have ended. */
    public long executions() {
        return successes + failures + rejections + expiries + cancellations;
    }

    /** The successes in percent of the calls that nobody gave up; 100 where there are none. */
    public double successRate() {
        return judged() == 0 ? 100 : 100.0 * successes / judged();
    }

    private long judged() {
        return executions() - cancellations;
    }

    /** The same to show, in hundredths and rounded down: it says 100 only where every call went well. */
    private double shownSuccessRate() {
        return judged() == 0 ? 100 : Math.floorDiv(10_000 * successes, judged()) / 100.0;
    }

    /** The numbers by name in kebab case, in the order to show them. */
    public Map<String, Number> numbers() {
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("executions", executions());
        numbers.put("successes", successes);
        numbers.put("failures", failures);
        numbers.put("rejections", rejections);
        numbers.put("expiries", expiries);
        numbers.put("cancellations", cancellations);
        numbers.put("success-rate", shownSuccessRate());
        numbers.put("recoveries", recoveries);
        return numbers;
    }
}
