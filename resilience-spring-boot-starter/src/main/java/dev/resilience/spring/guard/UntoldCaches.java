package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.cache.ResultCache;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.guard.HeaderOverrides.Spot;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds words about the responses of caches that no response comes from: on services, or on handlers of {@code POST}. */
final class UntoldCaches {

    private static final List<String> KNOBS = List.of("http", "etag");

    /** Words that are true of a cache without responses. YAML reads off as false. */
    private static final Set<String> OFF = Set.of("off", "false");

    private UntoldCaches() {}

    /** A finding for each of them, of caches that stand somewhere; what a cache inherits is no word about it. */
    static List<Finding> in(Collection<Spot> everywhere, Collection<CachedHandler> handlers) {
        List<PolicyInstance<?, ?>> told = handlers.stream()
                .filter(CachedHandler::isRead)
                .<PolicyInstance<?, ?>>map(CachedHandler::policy)
                .toList();
        return everywhere.stream()
                .<PolicyInstance<?, ?>>map(Spot::policy)
                .distinct()
                .filter(policy -> policy.state() instanceof ResultCache && !told.contains(policy))
                .flatMap(UntoldCaches::findings)
                .toList();
    }

    private static Stream<Finding> findings(PolicyInstance<?, ?> cache) {
        return KNOBS.stream().flatMap(knob -> {
            Setting said = cache.resolved().settings().get(knob);
            boolean vain = said != null && !said.isInherited() && !OFF.contains(said.text());
            return vain ? Stream.of(finding(cache, knob, said)) : Stream.empty();
        });
    }

    private static Finding finding(PolicyInstance<?, ?> cache, String knob, Setting said) {
        return Finding.warning(
                "vain-setting",
                PropertyName.of(cache.kind().id(), cache.name()) + "." + knob + " = '" + said.text() + "' ("
                        + said.origin() + ")",
                "It has no effect without a handler of GET requests that has the " + cache.inWords() + " on itself.",
                "Put the cache on such a handler, or remove '" + knob + "'.");
    }
}
