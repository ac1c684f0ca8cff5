package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.cache.CacheConfiguration;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds times to live of operations that a cache isn't on: results of an operation whose name is mistyped are kept as long
 * as all others, and nobody would notice. What a cache inherits is no word about its own operations.
 */
final class TimesForNobody {

    private static final String TTLS = "ttls";

    private TimesForNobody() {}

    /** A finding for each of them, of caches that are on some operation. */
    static List<Finding> in(Collection<Placed> everywhere) {
        Map<PolicyInstance<?, ?>, Set<String>> operations = new LinkedHashMap<>();
        everywhere.stream()
                .filter(placed -> placed.policy().configuration() instanceof CacheConfiguration)
                .forEach(placed -> operations
                        .computeIfAbsent(placed.policy(), same -> new LinkedHashSet<>())
                        .add(placed.operation()));
        return operations.entrySet().stream()
                .flatMap(cache -> findings(cache.getKey(), cache.getValue()))
                .toList();
    }

    /** A policy on an operation. */
    record Placed(PolicyInstance<?, ?> policy, String operation) {}

    private static Stream<Finding> findings(PolicyInstance<?, ?> cache, Set<String> operations) {
        return cache.resolved().settings().entrySet().stream()
                .filter(setting -> setting.getKey().startsWith(TTLS + "."))
                .filter(setting -> !setting.getValue().isInherited())
                .filter(setting -> operations.stream()
                        .noneMatch(operation -> CacheConfiguration.isFor(written(setting.getKey()), operation)))
                .map(setting -> finding(cache, written(setting.getKey()), setting.getValue(), operations));
    }

    private static String written(String address) {
        return address.substring(TTLS.length() + 1);
    }

    private static Finding finding(
            PolicyInstance<?, ?> cache, String written, Setting setting, Set<String> operations) {
        String property = PropertyName.of(cache.kind().id(), cache.name()) + "." + TTLS;
        String near = NearestName.question(
                written, operations.stream().flatMap(CacheConfiguration::names).toList());
        return Finding.warning(
                "time-for-nobody",
                PropertyName.below(property, written) + " = '" + setting.text() + "' (" + setting.origin() + ")",
                "The " + cache.inWords() + " is on no operation '" + written + "', so that nothing is kept that long.",
                near + "It is on " + String.join(", ", operations) + ".");
    }
}
