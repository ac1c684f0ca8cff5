package dev.resilience.benchmarks;

import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Pipeline.Placed;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.Policy;
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
import dev.resilience.time.Pulse;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our policies as an application would have them, on the real clocks. */
final class Ours {

    /** One time for all that run by the real clocks, as in an application. */
    private static final Time REAL = time(Ticker.system(), new ThreadPulse(Ticker.system()));

    private final List<Placed> placed = new ArrayList<>();
    private final Time time;
    private final ExecutionRuntime runtime;
    private final PolicyContext context;

    Ours() {
        this(REAL);
    }

    /** Ours by another clock. */
    Ours(TurnedTicker turned) {
        this(time(turned, turned));
    }

    /** Ours by this time. */
    Ours(Time time) {
        this.time = time;
        EventSink nobody = new Nobody();
        runtime = new ExecutionRuntime(time, new Deadlines(time), nobody, ContextCarrier.NONE, false);
        context = new PolicyContext(time, nobody, List.of());
    }

    /** Adds a policy with library defaults but for these settings. */
    Ours with(String kind, Map<String, String> settings) {
        return with(kind, settings, Placement.bare());
    }

    /** Adds a policy whose key is the first argument. */
    Ours keyed(String kind, Map<String, String> settings) {
        Expression first = (arguments, unused) -> arguments[0];
        return with(kind, settings, Placement.of(Map.of("key", first)));
    }

    private Ours with(String kind, Map<String, String> settings, Placement placement) {
        placed.add(new Placed(instance(kind, settings), placement));
        return this;
    }

    /** The policies so far, in their default order. */
    Pipeline pipeline() {
        return Pipeline.of("benchmark", placed, List.of(), runtime);
    }

    /** The policy itself, to be asked without a pipeline. */
    Policy policy(String kind, Map<String, String> settings) {
        return policy(instance(kind, settings));
    }

    private static <P> Policy policy(PolicyInstance<?, P> instance) {
        return instance.kind().places(instance.state()).get(0).policy();
    }

    BareCall call() {
        return new BareCall(time);
    }

    static Time time(Ticker ticker, Pulse pulse) {
        return new Time(ticker, pulse, new ThreadScheduler(), InstantSource.system(), RandomSource.system());
    }

    private PolicyInstance<?, ?> instance(String kind, Map<String, String> settings) {
        PolicyRegistry registry = new PolicyRegistry(PolicyRegistry.kindsOnClassPath(), context);
        return add(registry, registry.kind(kind), settings);
    }

    private static <C extends Record, P> PolicyInstance<C, P> add(
            PolicyRegistry registry, PolicyKind<C, P> kind, Map<String, String> settings) {
        Layers layers = new Layers().policy(kind.id(), "benchmark", Setting.layer(settings, "benchmark"));
        return registry.add(kind, new Catalog(registry.kinds(), layers).resolve(kind, "benchmark"));
    }

    /** Events are built only where somebody listens. */
    private static final class Nobody implements EventSink {

        @Override
        public void publish(ResilienceEvent event) {
            // Nobody listens.
        }

        @Override
        public boolean listening() {
            return false;
        }
    }
}
