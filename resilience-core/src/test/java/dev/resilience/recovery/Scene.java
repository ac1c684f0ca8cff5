package dev.resilience.recovery;

import dev.resilience.CallShape;
import dev.resilience.Collaborators;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.CommonKnobs;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.NamedOutcomeRules;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A recovery in a pipeline, and what it names, under time turned by hand. */
final class Scene {

    private static final Object[] NO_ARGUMENTS = {};

    final ManualTime time = new ManualTime();
    final Queue<ResilienceEvent> events = new ConcurrentLinkedQueue<>();
    final Client client = new Client();
    final Map<String, Object> lent = new HashMap<>(Map.of("client", client));
    private final RecoveryKind kind = new RecoveryKind();
    private final Map<String, String> knobs = new HashMap<>();
    private final Map<String, Object> placement = new HashMap<>();
    private Time clocks = time.time();
    private @Nullable ExecutionRuntime runtime;
    private @Nullable PolicyRegistry registry;
    private boolean shadow;

    /** One knob more for the policies that are made from now on. */
    Scene with(String knob, String value) {
        knobs.put(knob, value);
        return this;
    }

    /** One attribute more of their placement. */
    Scene placed(String attribute, Object value) {
        placement.put(attribute, value);
        return this;
    }

    /** They only pretend. */
    Scene inTheShadow() {
        shadow = true;
        return this;
    }

    /** Other clocks, for everything. */
    Scene by(Time other) {
        clocks = other;
        return this;
    }

    /** A pipeline of one recovery with these rules. */
    Pipeline rules(String... rules) {
        return pipeline(new Pipeline.Placed(policy("carrier", rules), Placement.of(placement)));
    }

    Pipeline pipeline(Pipeline.Placed... placed) {
        return Pipeline.of("Carrier.quote", List.of(placed), List.of(), runtime());
    }

    PolicyInstance<RecoveryConfiguration, RecoveryPolicy> policy(String name, String... rules) {
        return registry()
                .add(
                        kind,
                        new ResolvedPolicy<>(
                                kind, name, configuration(rules), new CommonKnobs(true, shadow, null), Map.of()));
    }

    /** A timeout of the whole call. */
    PolicyInstance<?, ?> timeout(String total) {
        return other(registry().kind("timeouts"), Map.of("total", total));
    }

    /** A retry without waits. */
    PolicyInstance<?, ?> retry(String attempts) {
        return other(registry().kind("retries"), Map.of("max-attempts", attempts, "delay", "0"));
    }

    private <C extends Record, P> PolicyInstance<C, P> other(PolicyKind<C, P> other, Map<String, String> texts) {
        C configuration = Configurations.of(other.configurationType(), texts);
        CommonKnobs common = new CommonKnobs(true, false, null);
        return registry().add(other, new ResolvedPolicy<>(other, "other", configuration, common, Map.of()));
    }

    RecoveryConfiguration configuration(String... rules) {
        Map<String, String> texts = new HashMap<>(knobs);
        texts.put("rules", String.join(", ", rules));
        return Configurations.of(RecoveryConfiguration.class, texts);
    }

    long number(String name) {
        return registry()
                .find("recoveries", "carrier")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(name)
                .longValue();
    }

    <E extends ResilienceEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Calls, with failures in turn and then a value. */
    @Nullable Object call(Pipeline pipeline, Throwable... failures) throws Throwable {
        Queue<Throwable> left = new ArrayDeque<>(List.of(failures));
        return pipeline.invoke(CallShape.BLOCKING, NO_ARGUMENTS, () -> {
            if (!left.isEmpty()) {
                throw left.remove();
            }
            return "value";
        });
    }

    PolicyRegistry registry() {
        if (registry == null) {
            Collaborators named = Collaborators.of(lent);
            FailureClassifier answers = thrown -> thrown instanceof Answer answer
                    ? new FailureClassifier.Knowledge(answer.status, answer.retryAfter, false)
                    : null;
            List<PolicyKind<?, ?>> kinds = new ArrayList<>(PolicyRegistry.kindsOnClassPath());
            kinds.replaceAll(one -> one instanceof RecoveryKind ? kind : one);
            registry = new PolicyRegistry(
                    kinds,
                    new PolicyContext(clocks, events::add, List.of(answers), new NamedOutcomeRules(named), named));
        }
        return registry;
    }

    private ExecutionRuntime runtime() {
        if (runtime == null) {
            runtime = new ExecutionRuntime(clocks, new Deadlines(clocks), events::add, ContextCarrier.NONE, false);
        }
        return runtime;
    }

    /** An answer with a status. */
    static final class Answer extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient @Nullable Duration retryAfter;

        Answer(int status, @Nullable Duration retryAfter) {
            super("status " + status);
            this.status = status;
            this.retryAfter = retryAfter;
        }
    }

    /** Works again when it has been restarted. */
    static final class Client implements Restartable {
        boolean broken;
        int restarts;

        @Nullable Exception refuses;

        @Override
        public void restart() throws Exception {
            restarts++;
            if (refuses != null) {
                throw refuses;
            }
            broken = false;
        }

        String get() {
            if (broken) {
                throw new BrokenException();
            }
            return "value";
        }
    }

    static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
