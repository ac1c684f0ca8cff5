package dev.resilience.spring.actuate;

import dev.resilience.PolicyInstance;
import dev.resilience.Snapshot;
import dev.resilience.TopKeys;
import dev.resilience.configuration.ResolvedPolicy.Shown;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One policy as the endpoint shows it.
 *
 * @param mode enforced, shadow or off
 * @param state the word for its state; null for kinds without states
 * @param numbers its live numbers
 * @param details what else there is to tell of it now; instants as ISO-8601 texts, whatever mapper writes them
 * @param calls its calls by outcome; each call counts once
 * @param config every property as configured, as it holds, and who says so
 * @param methods the operations it is placed on
 * @param top the keys that stand out; null where all policies are shown, and where there are none
 */
public record PolicyDescription(
        String mode,
        @Nullable String state,
        Map<String, Number> numbers,
        Map<String, Object> details,
        Map<String, Number> calls,
        Map<String, Shown> config,
        List<String> methods,
        @Nullable TopKeys top) {

    static PolicyDescription of(PolicyInstance<?, ?> instance, List<String> methods) {
        Snapshot snapshot = instance.snapshot();
        return new PolicyDescription(
                instance.mode().word(),
                snapshot.state(),
                snapshot.numbers(),
                legible(snapshot.details()),
                instance.tally().numbers(),
                instance.resolved().view(),
                methods,
                null);
    }

    /** The same with the keys that stand out. */
    PolicyDescription with(@Nullable TopKeys keys) {
        return new PolicyDescription(mode, state, numbers, details, calls, config, methods, keys);
    }

    static Map<String, Object> legible(Map<String, Object> details) {
        Map<String, Object> legible = new LinkedHashMap<>(details);
        legible.replaceAll((name, detail) -> detail instanceof Instant instant ? instant.toString() : detail);
        return legible;
    }
}
