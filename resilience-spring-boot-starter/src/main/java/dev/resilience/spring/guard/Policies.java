package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.guard.Finding.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The policies of the application: what annotations say is added to the catalog, and what it comes to is made, once. */
final class Policies {

    private final Catalog catalog;
    private final PolicyRegistry registry;
    private final UseReader uses;
    private final Findings findings;
    private final boolean strict;
    private final Set<String> used = new LinkedHashSet<>();
    private final List<Use> bare = new ArrayList<>();
    private final Map<String, String> origins = new HashMap<>();

    Policies(Catalog catalog, PolicyRegistry registry, UseReader uses, Findings findings, boolean strict) {
        this.catalog = catalog;
        this.registry = registry;
        this.uses = uses;
        this.findings = findings;
        this.strict = strict;
    }

    /** Takes what a method says about a policy; whether anybody describes it is known once all methods have been heard. */
    void declare(Use use) {
        used.add(use.kind().id() + " " + use.name());
        if (!uses.configured(use.kind().id()).contains(use.name())) {
            origins.putIfAbsent(PropertyName.of(use.kind().id(), use.name()), use.origin());
        }
        if (use.named() && use.settings().isEmpty() && !use.saysItAll()) {
            bare.add(use);
        } else {
            catalog.annotate(use.kind().id(), use.name(), use.settings());
        }
    }

    /** All that was declared may be used from here on. A policy that nobody has described is reported, or refused. */
    void settle(List<Problem> problems) {
        bare.forEach(use -> settle(use, problems));
        bare.clear();
    }

    private void settle(Use use, List<Problem> problems) {
        if (catalog.names(use.kind().id()).contains(use.name())) {
            return;
        }
        if (!stands(use)) {
            problems.add(missing(use));
            return;
        }
        report(use);
        catalog.annotate(use.kind().id(), use.name(), Map.of());
    }

    /** The same problem in the words of an annotation, where only an annotation speaks of the policy. */
    Problem inWordsOfItsOrigin(Problem problem) {
        String policy = problem.property().replaceAll("[.][^.\\]]*$", "");
        String origin = origins.get(policy);
        return AnnotationWords.of(problem.origin() == null && origin != null ? problem.at(origin) : problem);
    }

    /** What is wrong with any description. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(catalog.problems());
        problems.addAll(catalog.unreadableRules(registry.outcomeRules()::rule));
        return problems;
    }

    /** Makes every policy that is described. What is wrong with a description is told by the catalog. */
    void make(List<Problem> problems) {
        for (PolicyKind<?, ?> kind : catalog.kinds()) {
            catalog.names(kind.id()).forEach(name -> instance(kind, name, problems));
        }
    }

    /** The instance of a policy, brought up to date with what this use of it says. */
    Optional<PolicyInstance<?, ?>> instance(Use use, List<Problem> problems) {
        Optional<PolicyInstance<?, ?>> instance = instance(use.kind(), use.name(), problems);
        instance.ifPresent(known -> complete(known, use, problems));
        return instance;
    }

    /** Shows every policy there is. */
    void each(Consumer<PolicyInstance<?, ?>> witness) {
        catalog.kinds().forEach(kind -> registry.all(kind.id()).values().forEach(witness));
    }

    /** Reports the policies that are configured and used by nobody, not even as a base. */
    void reportUnused() {
        for (PolicyKind<?, ?> kind : catalog.kinds()) {
            Set<String> bases = bases(kind);
            uses.configured(kind.id()).stream()
                    .filter(name -> !used.contains(kind.id() + " " + name) && !bases.contains(name))
                    .sorted()
                    .forEach(name -> findings.add(unused(kind, name)));
        }
    }

    private Set<String> bases(PolicyKind<?, ?> kind) {
        return registry.all(kind.id()).values().stream()
                .map(policy -> policy.resolved().settings().get("base"))
                .filter(Objects::nonNull)
                .map(Setting::text)
                .collect(Collectors.toSet());
    }

    private Finding unused(PolicyKind<?, ?> kind, String name) {
        return Finding.warning(
                "unused-policy",
                PropertyName.of(kind.id(), name),
                "The " + kind.singular() + " '" + name + "' is configured, and nothing uses it.",
                nearUnconfigured(kind, name)
                                .map(near -> "Did you mean '" + near + "'? ")
                                .orElse("") + "Name it in an annotation, a pipeline or a rule, or remove it.");
    }

    /** What is used without being configured was perhaps meant by what is configured without being used. */
    private Optional<String> nearUnconfigured(PolicyKind<?, ?> kind, String name) {
        String prefix = kind.id() + " ";
        List<String> unconfigured = used.stream()
                .filter(use -> use.startsWith(prefix))
                .map(use -> use.substring(prefix.length()))
                .filter(use -> !uses.configured(kind.id()).contains(use))
                .toList();
        return NearestName.of(name, unconfigured);
    }

    private <C extends Record, P> Optional<PolicyInstance<?, ?>> instance(
            PolicyKind<C, P> kind, String name, List<Problem> problems) {
        Optional<PolicyInstance<?, ?>> known = registry.find(kind.id(), name);
        return known.isPresent() ? known : resolved(kind, name).flatMap(resolved -> make(kind, resolved, problems));
    }

    /** A bean that shows its class late may say more about a policy that is there already. */
    private <C extends Record> void complete(PolicyInstance<C, ?> known, Use use, List<Problem> problems) {
        Set<String> said = use.settings().keySet();
        if (!known.resolved().settings().keySet().containsAll(said)) {
            resolved(known.kind(), known.name(), overrides(known))
                    .ifPresent(more -> reconfigure(known, more, problems));
        }
    }

    private <C extends Record> void reconfigure(
            PolicyInstance<C, ?> known, ResolvedPolicy<C> resolved, List<Problem> problems) {
        try {
            known.reconfigure(resolved);
        } catch (ResilienceConfigurationException refused) {
            refused.problems().forEach(problem -> problems.add(catalog.placed(known.kind(), known.name(), problem)));
        }
    }

    /** What an operator has changed meanwhile stays the strongest layer. */
    private static Map<String, Setting> overrides(PolicyInstance<?, ?> known) {
        Map<String, Setting> overrides = new LinkedHashMap<>(known.resolved().settings());
        overrides.values().removeIf(setting -> !setting.origin().startsWith("override"));
        return overrides;
    }

    private <C extends Record> Optional<ResolvedPolicy<C>> resolved(PolicyKind<C, ?> kind, String name) {
        return resolved(kind, name, Map.of());
    }

    private <C extends Record> Optional<ResolvedPolicy<C>> resolved(
            PolicyKind<C, ?> kind, String name, Map<String, Setting> overrides) {
        try {
            return Optional.of(catalog.resolve(kind, name, overrides));
        } catch (ResilienceConfigurationException refused) {
            return Optional.empty();
        }
    }

    private <C extends Record, P> Optional<PolicyInstance<?, ?>> make(
            PolicyKind<C, P> kind, ResolvedPolicy<C> resolved, List<Problem> problems) {
        try {
            return Optional.of(registry.add(kind, resolved));
        } catch (ResilienceConfigurationException refused) {
            refused.problems().forEach(problem -> problems.add(catalog.placed(kind, resolved.name(), problem)));
            return Optional.empty();
        }
    }

    /** Whether the policy can exist on what it inherits and on what belongs to its method. */
    private boolean stands(Use use) {
        boolean placed = !use.attributes().isEmpty();
        return use.kind().hasUsefulDefaults()
                || placed && resolved(use.kind(), use.name()).isPresent();
    }

    private Problem missing(Use use) {
        String singular = use.kind().singular();
        return new Problem(
                PropertyName.of(use.kind().id(), use.name()),
                null,
                use.origin(),
                "there is no " + singular + " '" + use.name() + "', and none can do without a configuration",
                near(use)
                        .map(near -> "Did you mean '" + near + "'?")
                        .orElse("Configure '" + PropertyName.of(use.kind().id(), use.name())
                                + "', or give the annotation attributes"));
    }

    private void report(Use use) {
        Optional<String> near = near(use);
        Level level = strict ? Level.ERROR : near.isPresent() ? Level.WARNING : Level.INFO;
        findings.add(new Finding(
                level,
                "unknown-policy",
                use.origin(),
                "The " + use.kind().singular() + " '" + use.name()
                        + "' has no settings of its own and runs on library defaults.",
                near.map(name -> "Did you mean '" + name + "'?")
                        .orElse("Configure " + PropertyName.of(use.kind().id(), use.name())
                                + " to say what you want.")));
    }

    private Optional<String> near(Use use) {
        return NearestName.of(use.name(), uses.configured(use.kind().id()));
    }
}
