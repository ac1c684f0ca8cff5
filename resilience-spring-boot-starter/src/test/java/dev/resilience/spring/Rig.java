package dev.resilience.spring;

import dev.resilience.Collaborators;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Layers;
import dev.resilience.configuration.Setting;
import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.failure.NamedOutcomeRules;
import dev.resilience.recovery.Restartable;
import dev.resilience.time.ManualTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Policies of the real kinds under time turned by hand, for tests of what shows them. */
public final class Rig {

    public final ManualTime time = new ManualTime();
    public final PolicyRegistry registry;
    public final List<ResilienceEvent> events = new CopyOnWriteArrayList<>();
    private final ExecutionRuntime runtime;

    public Rig() {
        EventSink sink = events::add;
        registry = new PolicyRegistry(PolicyRegistry.kindsOnClassPath(), context(sink));
        runtime = new ExecutionRuntime(time.time(), new Deadlines(time.time()), sink, ContextCarrier.NONE, true);
    }

    /** With what the documentation names. */
    private PolicyContext context(EventSink sink) {
        Restartable client = () -> {};
        Collaborators lent = Collaborators.of(Map.of("carrierClient", client));
        return new PolicyContext(time.time(), sink, List.of(), new NamedOutcomeRules(lent), lent);
    }

    /** Adds a policy, its settings as if they stood in line 7 of {@code application.yml}. */
    public PolicyInstance<?, ?> policy(String kind, String name, Map<String, String> texts) {
        return policy(registry.kind(kind), name, texts);
    }

    /** A pipeline around an operation, with these policies. */
    public Pipeline pipeline(String operation, PolicyInstance<?, ?>... policies) {
        List<Pipeline.Placed> placed = java.util.Arrays.stream(policies)
                .map(policy -> new Pipeline.Placed(policy, Placement.bare()))
                .toList();
        return Pipeline.of(operation, placed, List.of(), runtime);
    }

    /** A pipeline around an operation, with these policies, of a caller with this key. */
    public Pipeline pipeline(String operation, String key, PolicyInstance<?, ?>... policies) {
        Placement.Expression constant = (arguments, context) -> key;
        List<Pipeline.Placed> placed = java.util.Arrays.stream(policies)
                .map(policy -> new Pipeline.Placed(policy, Placement.of(Map.of("key", constant))))
                .toList();
        return Pipeline.of(operation, placed, List.of(), runtime);
    }

    private <C extends Record, P> PolicyInstance<C, P> policy(
            PolicyKind<C, P> kind, String name, Map<String, String> texts) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        texts.forEach((knob, text) -> settings.put(knob, Setting.of(text, "application.yml:7")));
        Layers layers = new Layers().policy(kind.id(), name, settings);
        return registry.add(kind, new Catalog(registry.kinds(), layers).resolve(kind, name));
    }
}
