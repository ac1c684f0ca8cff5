package dev.resilience.circuitbreaker;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.circuitbreaker.Circuit.Finding;
import dev.resilience.circuitbreaker.Pass.Counted;
import dev.resilience.circuitbreaker.Pass.Probe;
import dev.resilience.circuitbreaker.Pass.Refusal;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRules;
import dev.resilience.failure.OutcomeWords;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker in a pipeline, and the handle to steer it by. Thread-safe.
 *
 * <p>The call's memo is its pass; its mark is when it went in, where slow calls count.
 */
public final class CircuitBreakerPolicy implements Policy {

    private static final long SLOW_OFF = Long.MAX_VALUE;

    private final String name;
    private final PolicyContext context;
    private final BrokenRules broken;
    private final Circuit circuit;
    private final LongAdder openings = new LongAdder();
    private volatile OutcomeRules outcomes;
    private volatile boolean honorsRetryAfter;
    private volatile long slowNanos;

    CircuitBreakerPolicy(String name, CircuitBreakerConfiguration configuration, PolicyContext context) {
        this.name = name;
        this.context = context;
        this.broken = new BrokenRules(CircuitBreakerKind.ID, name, context.events());
        this.circuit = new Circuit(Settings.of(configuration), context.time(), this::changed);
        configure(configuration, rules(configuration));
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public boolean onlyAdmits() {
        return true;
    }

    @Override
    public Admission admit(Call call) {
        Pass pass = circuit.passIfClosed();
        if (pass == null) {
            pass = passUnlessClosed(call);
        }
        if (pass instanceof Refusal refusal) {
            return Admission.fail(new CircuitBreakerOpenException(
                    name, refusal, context.time().ticker()));
        }
        call.memo(pass);
        if (slowNanos != SLOW_OFF) {
            stamp(call);
        }
        return Admission.proceed();
    }

    private Pass passUnlessClosed(Call call) {
        long tick = call.tick();
        Pass pass = circuit.passByTick(tick);
        return pass != null ? pass : circuit.admit(call.now(), tick);
    }

    /** A mark of zero says that the call went in while slow calls didn't count; no time is lost on the lowest bit. */
    private static void stamp(Call call) {
        call.mark(call.now() | 1);
    }

    @Override
    public Verdict settle(Call call) {
        Finding finding = finding(call);
        Object pass = call.memo();
        if (pass instanceof Counted counted) {
            count(call, counted, finding);
        } else if (pass instanceof Probe probe) {
            conclude(call, probe, finding);
        }
        return Verdict.proceed();
    }

    /** What the call tells about the health of what it was meant to reach; nothing if it never got there. */
    private Finding finding(Call call) {
        if (!call.invoked()) {
            return Finding.NONE;
        }
        return switch (call.outcome()) {
            case VALUE, FAILURE -> judged(call.value(), call.failure());
            case EXPIRED -> Finding.BAD;
            case REFUSED, CANCELLED -> Finding.NONE;
        };
    }

    /** An outcome that nobody can judge, because it throws when it is looked at, is a failure if it was thrown. */
    private Finding judged(@Nullable Object value, @Nullable Throwable failure) {
        try {
            return finding(outcomes.judge(value, failure));
        } catch (Throwable thrown) {
            broken.report("an outcome", thrown);
            return failure == null ? Finding.GOOD : Finding.BAD;
        }
    }

    private static Finding finding(Judgement judgement) {
        return switch (judgement) {
            case SUCCESS -> Finding.GOOD;
            case FAILURE -> Finding.BAD;
            case NEITHER -> Finding.NONE;
        };
    }

    private void count(Call call, Counted pass, Finding finding) {
        if (finding == Finding.NONE) {
            return;
        }
        String reason = circuit.count(pass, finding == Finding.BAD, wasSlow(call), call.tick());
        if (reason != null) {
            circuit.open(pass, reason, call.now(), askedNanos(call));
        }
    }

    private void conclude(Call call, Probe probe, Finding finding) {
        boolean slow = finding == Finding.GOOD && wasSlow(call);
        circuit.conclude(probe, slow ? Finding.BAD : finding, call.now(), askedNanos(call));
    }

    private boolean wasSlow(Call call) {
        long threshold = slowNanos;
        if (threshold == SLOW_OFF) {
            return false;
        }
        return switch (call.outcome()) {
            case EXPIRED -> true;
            case VALUE, FAILURE, REFUSED, CANCELLED -> call.mark() != 0 && call.now() - call.mark() >= threshold;
        };
    }

    private long askedNanos(Call call) {
        Duration asked = honorsRetryAfter ? asked(call.value(), call.failure()) : null;
        return asked == null ? Circuit.UNASKED : nanos(asked);
    }

    private @Nullable Duration asked(@Nullable Object value, @Nullable Throwable failure) {
        try {
            return outcomes.retryAfter(value, failure);
        } catch (Throwable thrown) {
            broken.report("an outcome", thrown);
            return null;
        }
    }

    private static long nanos(Duration asked) {
        return asked.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365).toNanos() : asked.toNanos();
    }

    /**
     * Where the breaker stands. An open one whose wait is over turns half-open with the next call, unless
     * {@code automatic-half-open} lets it turn by itself.
     */
    public CircuitBreakerState state() {
        return circuit.state().state();
    }

    /** Refuses every call from now on, until {@link #close}. */
    public void forceOpen() {
        circuit.forceOpen(now());
    }

    /** Lets every call pass uncounted from now on, until {@link #close}. */
    public void disable() {
        circuit.disable(now());
    }

    /** Closes the breaker, whatever its state, and forgets what it has counted. */
    public void close() {
        circuit.close(now());
    }

    private long now() {
        return context.time().ticker().nanos();
    }

    void reconfigure(CircuitBreakerConfiguration configuration) {
        OutcomeRules changed = rules(configuration);
        circuit.reconfigure(Settings.of(configuration), now());
        configure(configuration, changed);
    }

    /** Comes first: a rule that can't be made refuses the whole configuration. */
    private OutcomeRules rules(CircuitBreakerConfiguration configuration) {
        OutcomeWords words = new OutcomeWords(
                configuration.failures(),
                configuration.ignored(),
                configuration.failureStatuses(),
                context.outcomeRules().read("failure-when", configuration.failureWhen()));
        return new OutcomeRules(words, OutcomeRules.NOT_THE_CALLERS_FAULT, context.classifiers(), broken);
    }

    private void configure(CircuitBreakerConfiguration configuration, OutcomeRules rules) {
        Duration slow = configuration.slowCallDuration();
        outcomes = rules;
        honorsRetryAfter = configuration.honorRetryAfter();
        slowNanos = slow == null ? SLOW_OFF : slow.toNanos();
    }

    Snapshot snapshot() {
        State state = circuit.state();
        long tick = context.time().pulse().tick();
        Map<String, Number> numbers = Numbers.of(state, openings.sum(), broken.count(), now(), tick);
        return new Snapshot(state.state().name(), numbers, Details.of(state, context.time()));
    }

    private void changed(CircuitBreakerState from, CircuitBreakerState to, String reason) {
        if (to == CircuitBreakerState.OPEN) {
            openings.increment();
        }
        broken.publish(new ResilienceEvent.StateChanged(CircuitBreakerKind.ID, name, from.name(), to.name(), reason));
    }
}
