package dev.resilience.spring.docs;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyKind.Place;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.Catalog;
import dev.resilience.spring.Rig;
import dev.resilience.spring.config.EnvironmentReader;
import dev.resilience.spring.config.Yaml;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages of the patterns, and what their examples make. */
final class Pages {

    private Pages() {}

    /** The page of a kind, which is called after it. */
    static Document of(PolicyKind<?, ?> kind) {
        return Document.pattern(kind.singular().replace(' ', '-'));
    }

    /** The YAML of a page. */
    static String yaml(PolicyKind<?, ?> kind) {
        return of(kind).blocks("yaml").get(0);
    }

    /** The numbers of the policies in the example. */
    static Set<String> numbers(PolicyKind<?, ?> kind) {
        return examples(kind)
                .flatMap(policy -> policy.snapshot().numbers().keySet().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The places of all kinds in their default order, as the log writes it. */
    static String order() {
        return PolicyRegistry.kindsOnClassPath().stream()
                .flatMap(Pages::examples)
                .flatMap(policy -> places(policy).stream())
                .sorted(Comparator.comparingInt(Place::order))
                .map(Place::id)
                .distinct()
                .collect(Collectors.joining(" > "));
    }

    private static <P> List<Place> places(PolicyInstance<?, P> policy) {
        return policy.kind().places(policy.state());
    }

    private static <C extends Record, P> Stream<PolicyInstance<C, P>> examples(PolicyKind<C, P> kind) {
        PolicyRegistry registry = new Rig().registry;
        Catalog catalog = EnvironmentReader.read(Yaml.environment(yaml(kind)), registry.kinds())
                .catalog();
        return catalog.names(kind.id()).stream().map(name -> registry.add(kind, catalog.resolve(kind, name)));
    }
}
