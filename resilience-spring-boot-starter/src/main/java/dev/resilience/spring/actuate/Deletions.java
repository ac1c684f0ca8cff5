package dev.resilience.spring.actuate;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.Selection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Has the policies of a registry drop what somebody wants to have dropped. Thread-safe. */
final class Deletions {

    private final PolicyRegistry registry;

    Deletions(PolicyRegistry registry) {
        this.registry = registry;
    }

    /**
     * Drops what is kept for a key, or by a policy, or by all policies of a kind.
     *
     * @param path the segments below the kind
     * @return a {@link dev.resilience.KeyReset} or what was {@link Cleared}; null if there is nothing of the sort
     */
    @Nullable Object of(String kind, List<String> path, Wish wish) {
        if (path.isEmpty() && wish.key() == null) {
            return clearAll(kind, wish);
        }
        Asked asked = Asked.in(registry, kind, path);
        PolicyInstance<?, ?> instance = asked.instance();
        if (instance == null) {
            return null;
        }
        String key = asked.key(wish.key());
        if (key == null) {
            return clear(instance, wish);
        }
        wish.refuseSelectors();
        return instance.resetKey(key, wish.who()).orElse(null);
    }

    private static @Nullable Cleared clear(PolicyInstance<?, ?> instance, Wish wish) {
        if (instance.results().isEmpty()) {
            return null;
        }
        Selection meant = wish.selection();
        long dropped = instance.dropByHand(meant, wish.by()).orElse(0);
        return Cleared.of(meant.toString(), instance.name(), dropped);
    }

    private @Nullable Cleared clearAll(String kind, Wish wish) {
        List<PolicyInstance<?, ?>> instances = registry.all(kind).values().stream()
                .<PolicyInstance<?, ?>>map(instance -> instance)
                .filter(instance -> instance.results().isPresent())
                .toList();
        if (instances.isEmpty()) {
            return null;
        }
        Selection meant = wish.selection();
        Map<String, @Nullable Long> of = new TreeMap<>();
        instances.forEach(instance ->
                of.put(instance.name(), instance.dropByHand(meant, wish.by()).orElse(0)));
        return new Cleared(meant.toString(), sum(of), of);
    }

    private static long sum(Map<String, @Nullable Long> of) {
        return of.values().stream()
                .mapToLong(dropped -> dropped == null ? 0 : dropped)
                .sum();
    }
}
