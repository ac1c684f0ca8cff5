package dev.resilience.spring.actuate;

import dev.resilience.PipelineStatistics;
import dev.resilience.PolicyStatistics;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline as the endpoint shows it.
 *
 * @param calls what became of the calls through it; each counts once
 * @param policies its policies, outermost first
 */
public record PipelineDescription(Map<String, Number> calls, List<Part> policies) {

    /**
     * One policy of a pipeline. Its numbers are those of all pipelines and methods that share it.
     *
     * @param place the name of its place in {@code order}
     * @param details what else there is to tell of it now; instants as ISO-8601 texts
     * @param calls its calls by outcome
     */
    public record Part(
            String place,
            String kind,
            String name,
            String mode,
            @Nullable String state,
            Map<String, Number> numbers,
            Map<String, Object> details,
            Map<String, Number> calls) {

        private static Part of(PolicyStatistics policy) {
            return new Part(
                    policy.place(),
                    policy.kind(),
                    policy.name(),
                    policy.mode(),
                    policy.state(),
                    policy.numbers(),
                    PolicyDescription.legible(policy.details()),
                    policy.calls());
        }
    }

    static PipelineDescription of(PipelineStatistics statistics) {
        return new PipelineDescription(
                statistics.numbers(),
                statistics.policies().stream().map(Part::of).toList());
    }
}
