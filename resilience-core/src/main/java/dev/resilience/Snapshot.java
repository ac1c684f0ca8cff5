package dev.resilience;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy looks like at this moment.
 *
 * @param state a word for the state a user would ask for, such as {@code OPEN}; null for policies without states
 * @param numbers live numbers by name in kebab case, numbers as numbers, in the order to show them
 * @param details what else is worth telling now, by name in kebab case: texts, {@link java.time.Instant}s and numbers.
 *     Unlike a number a detail comes and goes, so no meter shows it; empty for most
 */
public record Snapshot(@Nullable String state, Map<String, Number> numbers, Map<String, Object> details) {

    /** The name of a detail that an operator should read, in a sentence: health shows it too. */
    public static final String ATTENTION = "attention";

    /** A snapshot without details. */
    public Snapshot(@Nullable String state, Map<String, Number> numbers) {
        this(state, numbers, Map.of());
    }

    /** A snapshot of a policy without states. */
    public static Snapshot of(Map<String, Number> numbers) {
        return new Snapshot(null, numbers);
    }
}
