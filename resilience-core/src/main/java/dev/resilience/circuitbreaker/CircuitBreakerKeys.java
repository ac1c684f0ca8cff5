package dev.resilience.circuitbreaker;

import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.TopKeys;
import dev.resilience.TopKeys.Ranked;
import dev.resilience.circuitbreaker.State.HalfOpen;
import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.key.KeyText;
import dev.resilience.key.KeyTypes;
import dev.resilience.time.Time;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One key of a circuit breaker, for whoever asks. Thread-safe. */
final class CircuitBreakerKeys implements KeyedState {

    private static final int SHOWN = 20;

    private final KeyedCircuits circuits;
    private final Time time;
    private final Instant since;

    CircuitBreakerKeys(KeyedCircuits circuits, Time time) {
        this.circuits = circuits;
        this.time = time;
        this.since = time.wall().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** There are no tiers of breakers. */
    @Override
    public KeyView view(List<?> meant, @Nullable String tier) {
        Object key = known(meant);
        KeyStanding standing = standing(key);
        KeyCircuit found = standing == KeyStanding.NONE ? null : circuits.find(key);
        State state = found == null ? State.Gone.INSTANCE : found.circuit().state();
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("state", state.state().name());
        if (state != State.Gone.INSTANCE) {
            details.putAll(Details.of(state, time));
            details.putAll(Numbers.of(state, time.ticker().nanos(), time.pulse().tick()));
        }
        return new KeyView(KeyText.shown(key), standing, details);
    }

    /** Closes the circuit of the key. */
    @Override
    public KeyReset reset(List<?> meant) {
        Object key = known(meant);
        KeyStanding was = standing(key);
        if (was == KeyStanding.OWN) {
            long now = time.ticker().nanos();
            circuits.order(key, now, circuit -> circuit.close(now));
        }
        return new KeyReset(KeyText.shown(key), was);
    }

    /** Those that are open, first those that have opened most often since they were closed. */
    @Override
    public Optional<TopKeys> top() {
        if (circuits.keys() == 0) {
            return Optional.empty();
        }
        List<Ranked> open = circuits.open().stream()
                .map(circuit -> new Ranked(circuit.shown(), openings(circuit), 0, Map.of()))
                .sorted(Comparator.comparingLong(Ranked::count).reversed())
                .limit(SHOWN)
                .toList();
        return Optional.of(new TopKeys(since, Map.of("open", open)));
    }

    private static long openings(KeyCircuit circuit) {
        State state = circuit.circuit().state();
        if (state instanceof Open open) {
            return open.openings();
        }
        return state instanceof HalfOpen halfOpen ? halfOpen.openings() : 0;
    }

    /** The first that has a circuit, or the first. */
    private Object known(List<?> meant) {
        return KeyTypes.likeliest(circuits.meant(meant), key -> standing(key) == KeyStanding.OWN);
    }

    private KeyStanding standing(Object key) {
        return circuits.standing(key, time.ticker().nanos());
    }
}
