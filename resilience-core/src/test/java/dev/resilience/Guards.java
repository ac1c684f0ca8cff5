package dev.resilience;

import dev.resilience.Pipeline.Placed;
import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.event.EventSink;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.time.Time;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Real policies in real pipelines, for what only both together can show. */
public final class Guards {

    private static final EventSink NOBODY = event -> {};

    private final PolicyRegistry registry;
    private final ExecutionRuntime runtime;
    private final List<Placed> placed = new ArrayList<>();

    public Guards(Time time, FailureClassifier... classifiers) {
        PolicyContext context = new PolicyContext(time, NOBODY, List.of(classifiers));
        this.registry = new PolicyRegistry(PolicyRegistry.kindsOnClassPath(), context);
        this.runtime = new ExecutionRuntime(time, new Deadlines(time), NOBODY, ContextCarrier.NONE, false);
    }

    /** One policy more on the next pipeline, with knobs as in {@code delay=1s jitter=none}. */
    public Guards with(String kind, String name, String knobs, Map<String, Object> placement) {
        PolicyInstance<?, ?> instance =
                registry.find(kind, name).orElseGet(() -> instance(registry.kind(kind), name, knobs, false));
        placed.add(new Placed(instance, Placement.of(placement)));
        return this;
    }

    public Guards with(String kind, String name, String knobs) {
        return with(kind, name, knobs, Map.of());
    }

    /** The same, of a policy that only pretends. */
    public Guards inTheShadow(String kind, String name, String knobs) {
        placed.add(new Placed(instance(registry.kind(kind), name, knobs, true), Placement.bare()));
        return this;
    }

    /** The pipeline of the policies that were named since the last one. */
    public Pipeline around(String operation) {
        Pipeline pipeline = Pipeline.of(operation, List.copyOf(placed), List.of(), runtime);
        placed.clear();
        return pipeline;
    }

    /** The live numbers of a policy. */
    public Map<String, Number> numbers(String kind, String name) {
        return instance(kind, name).snapshot().numbers();
    }

    /** A policy that was named before. */
    public PolicyInstance<?, ?> instance(String kind, String name) {
        return registry.find(kind, name).orElseThrow();
    }

    private <C extends Record, P> PolicyInstance<C, P> instance(
            PolicyKind<C, P> kind, String name, String knobs, boolean shadow) {
        C configuration = Configurations.of(kind.configurationType(), texts(knobs));
        CommonKnobs common = new CommonKnobs(true, shadow, null);
        return registry.add(kind, new ResolvedPolicy<>(kind, name, configuration, common, Map.of()));
    }

    private static Map<String, String> texts(String knobs) {
        Map<String, String> texts = new HashMap<>();
        for (String knob : knobs.isBlank() ? new String[0] : knobs.split(" ")) {
            texts.put(knob.substring(0, knob.indexOf('=')), knob.substring(knob.indexOf('=') + 1));
        }
        return texts;
    }
}
