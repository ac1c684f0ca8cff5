package dev.resilience.circuitbreaker;

import dev.resilience.KeyStanding;
import dev.resilience.key.Digests;
import dev.resilience.key.KeyTypes;
import dev.resilience.key.KeyedStates;
import dev.resilience.time.Time;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The circuits of one breaker by key. Thread-safe. */
final class KeyedCircuits {

    /** Hears of every circuit that changes its state, and of changes in whether keys find room. */
    interface Watcher {

        void changed(KeyCircuit circuit, CircuitBreakerState from, CircuitBreakerState to, String reason);

        void roomChanged(KeyedCircuits circuits);
    }

    private final Time time;
    private final Watcher watcher;
    private final KeyTypes types = new KeyTypes();
    private final KeyedStates<KeyCircuit> states;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger halfOpen = new AtomicInteger();
    private volatile Settings settings;
    private volatile long forgetNanos;
    private volatile int maxKeys;

    KeyedCircuits(CircuitBreakerConfiguration configuration, Settings settings, Time time, Watcher watcher) {
        this.time = time;
        this.watcher = watcher;
        this.settings = settings;
        this.forgetNanos = configuration.forgetAfter().toNanos();
        this.maxKeys = configuration.maxKeys();
        this.states =
                new KeyedStates<>(Digests.seeded(time.random()), maxKeys, this::fresh, () -> watcher.roomChanged(this));
    }

    private KeyCircuit fresh(@Nullable Object key) {
        if (key != null) {
            types.seen(key);
        }
        return new KeyCircuit(this, key, settings, time);
    }

    /** The circuit of this key, to be used by its caller now. */
    KeyCircuit of(Object key, long tick) {
        return used(states.of(key, tick), tick);
    }

    /** The circuit of this key, for who found that one gone. */
    KeyCircuit insteadOf(KeyCircuit gone, Object key, long tick) {
        return used(states.insteadOf(gone, key, tick), tick);
    }

    /** One that came while the settings were changed may have been missed then. */
    private KeyCircuit used(KeyCircuit found, long tick) {
        found.use(tick);
        Settings current = settings;
        if (found.circuit().settings() != current) {
            found.circuit().reconfigure(current, tick);
        }
        return found;
    }

    /** Changes numbers; what circuits have counted stays. */
    void reconfigure(CircuitBreakerConfiguration configuration, Settings changed, long now) {
        forgetNanos = configuration.forgetAfter().toNanos();
        maxKeys = configuration.maxKeys();
        states.maxKeys(maxKeys);
        settings = changed;
        states.each(found -> found.circuit().reconfigure(changed, now));
    }

    /** Gives an order to the circuit of this key; false if it is shared, as others must not obey. */
    boolean order(Object key, long tick, Predicate<Circuit> order) {
        KeyCircuit found = of(key, tick);
        while (!found.isShared() && !order.test(found.circuit())) {
            found = insteadOf(found, key, tick);
        }
        return !found.isShared();
    }

    /** Closes all of them. */
    void close(long now) {
        states.each(found -> found.circuit().close(now));
    }

    /** What stands for the key, or null. */
    @Nullable KeyCircuit find(Object key) {
        return states.find(key);
    }

    KeyStanding standing(Object key, long now) {
        return states.standing(key, now);
    }

    /** These keys, and what those that are texts stand for among the keys that have circuits. */
    List<Object> meant(List<?> asked) {
        return types.read(asked);
    }

    /** Those that refuse calls. */
    List<KeyCircuit> open() {
        List<KeyCircuit> found = new ArrayList<>();
        states.each(circuit -> {
            if (isOpen(circuit.circuit().state().state())) {
                found.add(circuit);
            }
        });
        return found;
    }

    long forgetNanos() {
        return forgetNanos;
    }

    int maxKeys() {
        return maxKeys;
    }

    int keys() {
        return states.keys();
    }

    int sharing() {
        return states.sharing();
    }

    boolean isFull() {
        return states.isFull();
    }

    /** The open circuit that lets probes in before the others do; null if none is open. */
    @Nullable KeyCircuit nextToProbe(long now) {
        return open().stream()
                .min(Comparator.comparingLong(one -> untilProbes(one, now)))
                .orElse(null);
    }

    private static long untilProbes(KeyCircuit one, long now) {
        return one.circuit().state() instanceof State.Open open ? open.end() - now : Long.MAX_VALUE;
    }

    /** How many are open, by themselves or by hand. */
    int openCount() {
        return Math.max(0, open.get());
    }

    int halfOpenCount() {
        return Math.max(0, halfOpen.get());
    }

    /** A circuit goes from one state to another. */
    void changed(KeyCircuit circuit, CircuitBreakerState from, CircuitBreakerState to, String reason) {
        count(from, -1);
        count(to, 1);
        watcher.changed(circuit, from, to, reason);
    }

    /** A circuit has left that stood here. */
    void left(State state) {
        count(state.state(), -1);
    }

    private void count(CircuitBreakerState state, int difference) {
        if (isOpen(state)) {
            open.addAndGet(difference);
        } else if (state == CircuitBreakerState.HALF_OPEN) {
            halfOpen.addAndGet(difference);
        }
    }

    private static boolean isOpen(CircuitBreakerState state) {
        return state == CircuitBreakerState.OPEN || state == CircuitBreakerState.FORCED_OPEN;
    }
}
