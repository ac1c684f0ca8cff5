package dev.resilience.spring.actuate;

import dev.resilience.PipelineStatistics;
import dev.resilience.PolicyStatistics;
import java.util.List;
import java.util.Map;

/**
 * One pipeline as the endpoint shows it.
 *
 * @param calls what became of the calls through it; each counts once
 * @param policies its policies, outermost first; instants among their details are ISO-8601 texts
 */
public record PipelineDescription(Map<String, Number> calls, List<PolicyStatistics> policies) {

    static PipelineDescription of(PipelineStatistics statistics) {
        return new PipelineDescription(
                statistics.numbers(),
                statistics.policies().stream().map(PipelineDescription::legible).toList());
    }

    private static PolicyStatistics legible(PolicyStatistics policy) {
        return policy.with(PolicyDescription.legible(policy.details()));
    }
}
