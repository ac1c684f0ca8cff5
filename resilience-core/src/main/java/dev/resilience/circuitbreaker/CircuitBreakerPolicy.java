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
import dev.resilience.circuitbreaker.State.Ordered;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.OutcomeRules;
import dev.resilience.failure.OutcomeWords;
import dev.resilience.key.RoomNotices;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker in a pipeline, and the handle to steer it by. Thread-safe.
 *
 * <p>The call's memo is its pass, beside its circuit where circuits are by key; its mark is when it went in, where slow
 * calls count.
 */
public final class CircuitBreakerPolicy implements Policy {

    private final String name;
    private final PolicyContext context;
    private final BrokenRules broken;
    private final Circuit circuit;
    private final KeyedCircuits keyed;
    private final CircuitBreakerKeys keys;
    private final RoomNotices notices;
    private final LongAdder openings = new LongAdder();
    private final LongAdder missingKeys = new LongAdder();
    private volatile Testimony testimony;

    CircuitBreakerPolicy(String name, CircuitBreakerConfiguration configuration, PolicyContext context) {
        this.name = name;
        this.context = context;
        this.broken = new BrokenRules(CircuitBreakerKind.ID, name, context.events());
        Settings settings = Settings.of(configuration);
        this.circuit = new Circuit(settings, context.time(), (from, to, reason) -> changed(null, from, to, reason));
        this.keyed = new KeyedCircuits(configuration, settings, context.time(), watcher());
        this.keys = new CircuitBreakerKeys(keyed, context.time());
        this.notices = new RoomNotices(CircuitBreakerKind.ID, name, broken::publish);
        this.testimony = testimony(configuration);
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public boolean onlyAdmits() {
        return true;
    }

    private KeyedCircuits.Watcher watcher() {
        return new KeyedCircuits.Watcher() {
            @Override
            public void changed(KeyCircuit of, CircuitBreakerState from, CircuitBreakerState to, String reason) {
                CircuitBreakerPolicy.this.changed(of.shown(), from, to, reason);
            }

            @Override
            public void roomChanged(KeyedCircuits circuits) {
                notices.tell(circuits.isFull(), RoomWords.of(circuits));
            }
        };
    }

    @Override
    public Admission admit(Call call) {
        Object key = call.key();
        return key == null ? admitWithoutKey(call) : admitByKey(call, key);
    }

    private Admission admitWithoutKey(Call call) {
        Pass pass = pass(circuit, call);
        return pass instanceof Refusal refusal ? refuse(refusal, null) : letIn(call, pass);
    }

    /** What was ordered for all goes before what stands for the key. A missing key is many callers', as no key is. */
    private Admission admitByKey(Call call, Object key) {
        if (key == Call.NULL_KEY) {
            missingKeys.increment();
        }
        if (key == Call.NULL_KEY || circuit.state() instanceof Ordered) {
            return admitWithoutKey(call);
        }
        long tick = call.tick();
        KeyCircuit found = keyed.of(key, tick);
        Pass pass = pass(found.circuit(), call);
        while (pass == Pass.Elsewhere.INSTANCE) {
            found = keyed.insteadOf(found, key, tick);
            pass = pass(found.circuit(), call);
        }
        return pass instanceof Refusal refusal ? refuse(refusal, key) : letIn(call, new Entered(found, pass));
    }

    private static Pass pass(Circuit circuit, Call call) {
        Pass pass = circuit.passIfClosed();
        return pass != null ? pass : passUnlessClosed(circuit, call);
    }

    private static Pass passUnlessClosed(Circuit circuit, Call call) {
        long tick = call.tick();
        Pass pass = circuit.passByTick(tick);
        return pass != null ? pass : circuit.admit(call.now(), tick);
    }

    private Admission refuse(Refusal refusal, @Nullable Object key) {
        return Admission.fail(new CircuitBreakerOpenException(
                name, key, refusal, context.time().ticker()));
    }

    private Admission letIn(Call call, Object memo) {
        call.memo(memo);
        testimony.stamp(call);
        return Admission.proceed();
    }

    @Override
    public Verdict settle(Call call) {
        Finding finding = testimony.finding(call);
        Object memo = call.memo();
        if (memo instanceof Counted counted) {
            count(call, circuit, counted, finding);
        } else if (memo instanceof Entered entered) {
            settleByKey(call, entered, finding);
        } else if (memo instanceof Probe probe) {
            conclude(call, circuit, probe, finding);
        }
        return Verdict.proceed();
    }

    private void settleByKey(Call call, Entered entered, Finding finding) {
        KeyCircuit found = entered.circuit();
        if (entered.pass() instanceof Probe probe) {
            found.use(call.tick());
            conclude(call, found.circuit(), probe, finding);
        } else if (entered.pass() instanceof Counted counted) {
            countByKey(call, found, counted, finding);
        }
    }

    /**
     * What counts for a circuit that has left, counts for the one that came instead: a good outcome is missed by nobody.
     *
     * @param counted null where the circuit counts nothing, as it is open, or has left again
     */
    private void countByKey(Call call, KeyCircuit found, @Nullable Counted counted, Finding finding) {
        if (counted != null && !count(call, found.circuit(), counted, finding)) {
            return;
        }
        found.use(call.tick());
        if (found.circuit().hasLeft()) {
            KeyCircuit instead = keyed.insteadOf(found, Objects.requireNonNull(call.key()), call.tick());
            countByKey(call, instead, instead.circuit().countedPass(), finding);
        }
    }

    /** @return whether it was an outcome that speaks against what is called */
    private boolean count(Call call, Circuit in, Counted pass, Finding finding) {
        if (finding == Finding.NONE) {
            return false;
        }
        boolean failed = finding == Finding.BAD;
        boolean slow = testimony.wasSlow(call);
        String reason = in.count(pass, failed, slow, call.tick());
        if (reason != null) {
            in.open(pass, reason, call.now(), testimony.askedNanos(call));
        }
        return failed || slow;
    }

    private void conclude(Call call, Circuit in, Probe probe, Finding finding) {
        boolean slow = finding == Finding.GOOD && testimony.wasSlow(call);
        in.conclude(probe, slow ? Finding.BAD : finding, call.now(), testimony.askedNanos(call));
    }

    /**
     * Where the breaker stands. An open one whose wait is over turns half-open with the next call, unless
     * {@code automatic-half-open} lets it turn by itself. With circuits by key it is closed while all of them are, and
     * otherwise open if one of them is.
     */
    public CircuitBreakerState state() {
        CircuitBreakerState own = circuit.state().state();
        return switch (own) {
            case OPEN, FORCED_OPEN, DISABLED -> own;
            case CLOSED, HALF_OPEN -> worst(own);
        };
    }

    private CircuitBreakerState worst(CircuitBreakerState own) {
        if (keyed.openCount() > 0) {
            return CircuitBreakerState.OPEN;
        }
        return keyed.halfOpenCount() > 0 ? CircuitBreakerState.HALF_OPEN : own;
    }

    /** Refuses every call from now on, whatever its key, until {@link #close()}. */
    public void forceOpen() {
        circuit.forceOpen(now());
    }

    /** Lets every call pass uncounted from now on, whatever its key, until {@link #close()}. */
    public void disable() {
        circuit.disable(now());
    }

    /** Closes the breaker and the circuits of all keys, whatever their state, and forgets what they have counted. */
    public void close() {
        long now = now();
        circuit.close(now);
        keyed.close(now);
    }

    /**
     * Refuses every call with this key from now on, until one of the {@code close} methods is called.
     *
     * @return false if the key has to share a circuit, which is left alone: it is others' as well
     */
    public boolean forceOpen(Object key) {
        long now = now();
        return keyed.order(key, now, one -> one.forceOpen(now));
    }

    /** Lets every call with this key pass uncounted from now on. Otherwise like {@link #forceOpen(Object)}. */
    public boolean disable(Object key) {
        long now = now();
        return keyed.order(key, now, one -> one.disable(now));
    }

    /** Closes the circuit of this key. Otherwise like {@link #forceOpen(Object)}. What is ordered for all keys stays so. */
    public boolean close(Object key) {
        long now = now();
        return keyed.order(key, now, one -> one.close(now));
    }

    /** What is kept by key. */
    CircuitBreakerKeys keys() {
        return keys;
    }

    private long now() {
        return context.time().ticker().nanos();
    }

    void reconfigure(CircuitBreakerConfiguration configuration) {
        Testimony changed = testimony(configuration);
        Settings settings = Settings.of(configuration);
        long now = now();
        circuit.reconfigure(settings, now);
        keyed.reconfigure(configuration, settings, now);
        testimony = changed;
    }

    /** Comes first: a rule that can't be made refuses the whole configuration. */
    private Testimony testimony(CircuitBreakerConfiguration configuration) {
        OutcomeWords words = new OutcomeWords(
                configuration.failures(),
                configuration.ignored(),
                configuration.failureStatuses(),
                context.outcomeRules().read("failure-when", configuration.failureWhen()));
        OutcomeRules rules = new OutcomeRules(words, OutcomeRules.NOT_THE_CALLERS_FAULT, context.classifiers(), broken);
        return new Testimony(rules, configuration);
    }

    Snapshot snapshot() {
        State state = circuit.state();
        Map<String, Number> numbers =
                Numbers.of(state, now(), context.time().pulse().tick());
        numbers.put("opens", openings.sum());
        numbers.put("broken-rules", broken.count());
        numbers.put("keys", keyed.keys());
        numbers.put("open-keys", keyed.openCount());
        numbers.put("half-open-keys", keyed.halfOpenCount());
        numbers.put("shared-keys", keyed.sharing());
        numbers.put("missing-keys", missingKeys.sum());
        return new Snapshot(state().name(), numbers, details(state));
    }

    /** Where only circuits of keys are open, that of the one that lets probes in first. */
    private Map<String, Object> details(State state) {
        KeyCircuit next = state instanceof State.Counting && keyed.openCount() > 0 ? keyed.nextToProbe(now()) : null;
        Map<String, Object> details =
                Details.of(next == null ? state : next.circuit().state(), context.time());
        if (next != null) {
            details.put("key", next.shown());
        }
        if (keyed.isFull()) {
            details.put(Snapshot.ATTENTION, RoomWords.of(keyed));
        }
        return details;
    }

    private void changed(@Nullable String key, CircuitBreakerState from, CircuitBreakerState to, String reason) {
        if (to == CircuitBreakerState.OPEN) {
            openings.increment();
        }
        broken.publish(
                new ResilienceEvent.StateChanged(CircuitBreakerKind.ID, name, key, from.name(), to.name(), reason));
    }

    /** What a call remembers where circuits are by key. */
    private record Entered(KeyCircuit circuit, Pass pass) {}
}
