package dev.resilience;

import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Layers;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.Setting;
import dev.resilience.event.EventSink;
import dev.resilience.event.Listeners;
import dev.resilience.event.ResilienceListener;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.NamedOutcomeRules;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects policies and pipelines, and checks them together. Not thread-safe. */
public final class ResilienceBuilder {
    private final Layers layers = new Layers();
    private final Map<String, Parts> pipelines = new LinkedHashMap<>();
    private final List<PolicyKind<?, ?>> kinds = new ArrayList<>(PolicyRegistry.kindsOnClassPath());
    private final List<FailureClassifier> classifiers = new ArrayList<>();
    private final Map<String, Object> named = new LinkedHashMap<>();
    private final List<ResilienceListener> listeners = new ArrayList<>();
    private ContextCarrier carrier = ContextCarrier.NONE;
    private @Nullable Time time;

    ResilienceBuilder() {}

    /** Describes a policy, in the words of YAML. */
    public ResilienceBuilder policy(String kind, String name, Map<String, String> settings) {
        layers.policy(kind, name, Setting.layer(settings, "code"));
        return this;
    }

    /** Describes a pipeline: the name of a policy by its kind. */
    public ResilienceBuilder pipeline(String name, Map<String, String> policies) {
        return pipeline(name, policies, List.of());
    }

    /** Describes a pipeline with an order of its own, outermost place first. */
    public ResilienceBuilder pipeline(String name, Map<String, String> policies, List<String> order) {
        pipelines.put(name, new Parts(Map.copyOf(policies), List.copyOf(order)));
        return this;
    }

    /** Adds a kind. */
    public ResilienceBuilder kind(PolicyKind<?, ?> kind) {
        kinds.add(kind);
        return this;
    }

    /** Adds what tells failures apart. */
    public ResilienceBuilder classifier(FailureClassifier classifier) {
        classifiers.add(classifier);
        return this;
    }

    /** Gives a rule about outcomes a name, for {@code failure-when: "@name"}. */
    public ResilienceBuilder outcomeRule(String name, OutcomeRule rule) {
        return named(name, rule);
    }

    /** Gives an object a name, for policies that name what they need, as in {@code restart carrierClient}. */
    public ResilienceBuilder named(String name, Object object) {
        named.put(name, object);
        return this;
    }

    /** Adds somebody who hears of events. */
    public ResilienceBuilder listener(ResilienceListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Carries context to the threads on which attempts and callbacks run that aren't the caller's. */
    public ResilienceBuilder carrier(ContextCarrier other) {
        this.carrier = other;
        return this;
    }

    /** Takes this time instead of threads of its own. */
    public ResilienceBuilder time(Time other) {
        this.time = other;
        return this;
    }

    /**
     * Makes the policies.
     *
     * @throws ResilienceConfigurationException with everything that is wrong with any of them
     * @throws IllegalArgumentException if a pipeline names a kind or a policy that isn't there
     */
    public Resilience build() {
        Catalog catalog = new Catalog(kinds, layers);
        Collaborators lent = Collaborators.of(named);
        NamedOutcomeRules rules = new NamedOutcomeRules(lent);
        List<Problem> problems = new ArrayList<>(catalog.problems());
        problems.addAll(catalog.unreadableRules(rules::rule));
        failOn(problems);
        Clockwork clockwork = Clockwork.of(time);
        try {
            return build(catalog, rules, lent, clockwork);
        } catch (RuntimeException refused) {
            clockwork.end().run();
            throw refused;
        }
    }

    private Resilience build(Catalog catalog, NamedOutcomeRules rules, Collaborators lent, Clockwork clockwork) {
        EventSink events = new Listeners(listeners);
        PolicyContext context = new PolicyContext(clockwork.time(), events, List.copyOf(classifiers), rules, lent);
        PolicyRegistry registry = new PolicyRegistry(kinds, context);
        List<Problem> problems = new ArrayList<>();
        kinds.forEach(kind -> catalog.names(kind.id()).forEach(name -> add(kind, name, catalog, registry, problems)));
        failOn(problems);
        ExecutionRuntime runtime =
                new ExecutionRuntime(clockwork.time(), new Deadlines(clockwork.time()), events, carrier, false);
        Map<String, Pipeline> made = new LinkedHashMap<>();
        pipelines.forEach((name, parts) -> made.put(name, parts.pipeline(name, registry, runtime, problems)));
        failOn(problems);
        return new Resilience(registry, name -> found("pipeline", name, made), clockwork.end());
    }

    private static <C extends Record, P> void add(
            PolicyKind<C, P> kind, String name, Catalog catalog, PolicyRegistry registry, List<Problem> problems) {
        try {
            registry.add(kind, catalog.resolve(kind, name));
        } catch (ResilienceConfigurationException refused) {
            refused.problems().forEach(problem -> problems.add(catalog.placed(kind, name, problem)));
        }
    }

    private static void failOn(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new ResilienceConfigurationException(problems);
        }
    }

    private static <T> T found(String what, String name, Map<String, ? extends T> known) {
        T found = known.get(name);
        if (found == null) {
            throw new IllegalArgumentException(NearestName.absence(what, name, known.keySet()));
        }
        return found;
    }

    /** What a pipeline was described to be. */
    private record Parts(Map<String, String> policies, List<String> order) {

        private Pipeline pipeline(
                String name, PolicyRegistry registry, ExecutionRuntime runtime, List<Problem> problems) {
            List<Pipeline.Placed> placed = new ArrayList<>();
            policies.forEach((kind, policy) -> {
                String singular = registry.kind(kind).singular();
                PolicyInstance<?, ?> instance = found(singular, policy, registry.all(kind));
                problems.addAll(Unplaceable.problems(name, instance));
                placed.add(new Pipeline.Placed(instance, Unplaceable.placement(instance)));
            });
            return Pipeline.of(name, placed, order, runtime);
        }
    }

    /** A time, and how it ends. */
    private record Clockwork(Time time, Runnable end) {

        private static Clockwork of(@Nullable Time given) {
            return given == null ? own() : new Clockwork(given, () -> {});
        }

        private static Clockwork own() {
            Ticker ticker = Ticker.system();
            ThreadPulse pulse = new ThreadPulse(ticker);
            ThreadScheduler scheduler = new ThreadScheduler();
            Time time = new Time(ticker, pulse, scheduler, InstantSource.system(), RandomSource.system());
            return new Clockwork(time, () -> {
                pulse.close();
                scheduler.close();
            });
        }
    }
}
