package dev.resilience.configuration;

import dev.resilience.PolicyKind;
import dev.resilience.ResilienceConfigurationException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Every policy there is to configure, by kind and name, and what it comes to once all layers are laid over each other:
 * library default, {@code defaults} of the kind, annotation, configuration, override, strongest last. A {@code base}
 * comes just below the layers of whoever names it.
 *
 * <p>Annotations may be added while policies are being resolved, from any thread.
 */
public final class Catalog {

    private record Address(String kind, String name) {}

    private final Map<String, PolicyKind<?, ?>> kinds = new LinkedHashMap<>();
    private final Layers layers;
    private final Map<Address, List<Map<String, Setting>>> annotations = new ConcurrentHashMap<>();

    /** A catalog of these kinds over what was configured; the layers aren't changed from here on. */
    public Catalog(Collection<? extends PolicyKind<?, ?>> kinds, Layers layers) {
        kinds.forEach(kind -> this.kinds.put(kind.id(), kind));
        this.layers = layers;
    }

    /** The kinds, in their order. */
    public List<PolicyKind<?, ?>> kinds() {
        return List.copyOf(kinds.values());
    }

    /** The names that are configured or annotated, in the order they were met. */
    public Set<String> names(String kind) {
        List<String> annotated = annotations.keySet().stream()
                .filter(address -> address.kind().equals(kind))
                .map(Address::name)
                .sorted()
                .toList();
        return layers.names(kind, annotated);
    }

    /**
     * Adds what an annotation says about a policy, with the origin {@code annotation Class#method}. Several annotations
     * of one policy complete each other; where they contradict each other, resolving fails and names both.
     */
    public void annotate(String kind, String name, Map<String, Setting> attributes) {
        annotations.merge(new Address(kind, name), List.of(new LinkedHashMap<>(attributes)), Catalog::joined);
    }

    private static List<Map<String, Setting>> joined(
            List<Map<String, Setting>> known, List<Map<String, Setting>> added) {
        Set<Map<String, Setting>> joined = new LinkedHashSet<>(known);
        joined.addAll(added);
        return List.copyOf(joined);
    }

    /** What the policy comes to. @throws ResilienceConfigurationException with everything wrong about it */
    public <C extends Record> ResolvedPolicy<C> resolve(PolicyKind<C, ?> kind, String name) {
        return resolve(kind, name, Map.of());
    }

    /**
     * What the policy comes to with these settings over all others.
     *
     * @throws ResilienceConfigurationException with everything wrong about it
     */
    public <C extends Record> ResolvedPolicy<C> resolve(
            PolicyKind<C, ?> kind, String name, Map<String, Setting> override) {
        Resolution<C> resolution = resolution(kind);
        return resolution
                .policy(name, override)
                .orElseThrow(() -> new ResilienceConfigurationException(resolution.problems()));
    }

    /**
     * What turned out to be wrong with a setting of this policy when it was made, in the words of whoever wrote it: with the
     * full name of the property, the value, and the place.
     *
     * @param problem of a property relative to the policy
     */
    public Problem placed(PolicyKind<?, ?> kind, String name, Problem problem) {
        return resolution(kind).placed(name, problem);
    }

    /**
     * What is wrong with the rules about how calls end, of every policy, whatever else is wrong with it.
     *
     * @param reader is given knob and text, and throws a {@link ResilienceConfigurationException} where the text is no rule
     */
    public List<Problem> unreadableRules(BiConsumer<String, String> reader) {
        Set<Problem> problems = new LinkedHashSet<>();
        for (PolicyKind<?, ?> kind : kinds.values()) {
            List<String> knobs = Knobs.of(kind.configurationType()).stream()
                    .filter(knob -> knob.knob().isOutcomeRule())
                    .map(Knobs.Described::name)
                    .toList();
            Set<String> names = knobs.isEmpty() ? Set.of() : names(kind.id());
            names.forEach(name -> knobs.forEach(knob -> problems.addAll(unreadable(kind, name, knob, reader))));
        }
        return List.copyOf(problems);
    }

    private List<Problem> unreadable(
            PolicyKind<?, ?> kind, String name, String knob, BiConsumer<String, String> reader) {
        Setting said = resolution(kind).said(name, knob);
        if (said == null || said.text().isBlank()) {
            return List.of();
        }
        try {
            reader.accept(knob, said.text());
            return List.of();
        } catch (ResilienceConfigurationException refused) {
            return refused.problems().stream()
                    .map(problem -> placed(kind, name, problem))
                    .toList();
        }
    }

    /** Everything that is wrong with any policy or with what policies inherit, each once. */
    public List<Problem> problems() {
        Set<Problem> problems = new LinkedHashSet<>();
        for (PolicyKind<?, ?> kind : kinds.values()) {
            Set<String> names = names(kind.id());
            Resolution<?> resolution = resolution(kind);
            resolution.checkDefaults(names.isEmpty());
            names.forEach(name -> resolution.policy(name, Map.of()));
            problems.addAll(resolution.problems());
        }
        return List.copyOf(problems);
    }

    private <C extends Record> Resolution<C> resolution(PolicyKind<C, ?> kind) {
        Function<String, List<Map<String, Setting>>> annotated =
                name -> annotations.getOrDefault(new Address(kind.id(), name), List.of());
        return new Resolution<>(kind, names(kind.id()), layers, annotated);
    }
}
