package dev.resilience;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One policy as it is now. It is shared by all pipelines it stands in, and so are its numbers.
 *
 * @param place the name of its place in the pipeline
 * @param mode enforced, shadow or off
 * @param state the word for its state; null for kinds without states
 * @param numbers its live numbers by name
 * @param details what else there is to tell of it now, by name
 * @param calls its calls by outcome, each once, and what it did to calls
 */
public record PolicyStatistics(
        String place,
        String kind,
        String name,
        String mode,
        @Nullable String state,
        Map<String, Number> numbers,
        Map<String, Object> details,
        Map<String, Number> calls) {

    static PolicyStatistics of(String place, PolicyInstance<?, ?> instance) {
        Snapshot snapshot = instance.snapshot();
        return new PolicyStatistics(
                place,
                instance.kind().id(),
                instance.name(),
                instance.mode().word(),
                snapshot.state(),
                snapshot.numbers(),
                snapshot.details(),
                instance.tally().numbers());
    }

    /** The same with other details. */
    public PolicyStatistics with(Map<String, Object> others) {
        return new PolicyStatistics(place, kind, name, mode, state, numbers, others, calls);
    }
}
