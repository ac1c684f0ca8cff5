package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.State.Counting;
import dev.resilience.circuitbreaker.State.Gone;
import dev.resilience.circuitbreaker.State.HalfOpen;
import dev.resilience.circuitbreaker.State.Leaving;
import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.circuitbreaker.State.Ordered;
import dev.resilience.circuitbreaker.State.Ramping;
import dev.resilience.key.KeyText;
import dev.resilience.key.Retirable;
import dev.resilience.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * The circuit of one key, or one that keys without room share. Thread-safe.
 *
 * <p>When does nothing depend on it any more? A circuit of a key's own is at rest when nobody has come for
 * {@code forget-after}, and the open wait and the leases of its probes have been over for that long; a window of
 * time must be clean besides, as it may reach back further. A shared one is at rest already when it is closed and clean:
 * what it holds belongs to nobody in particular, and its keys wait for circuits of their own. What an
 * operator has ordered never is. Outcomes of calls that outlive their circuit count for the next one of the key.
 */
final class KeyCircuit implements Retirable {

    /** A use is noted when the last noted one is this share of the time ago, so that most calls write nothing. */
    private static final int GRAINS = 16;

    private final KeyedCircuits circuits;
    private final @Nullable Object key;
    private final Circuit circuit;
    private volatile long used;

    /** @param key null for one to share */
    KeyCircuit(KeyedCircuits circuits, @Nullable Object key, Settings settings, Time time) {
        this.circuits = circuits;
        this.key = key == null ? null : KeyText.kept(key);
        this.circuit = new Circuit(settings, time, (from, to, reason) -> circuits.changed(this, from, to, reason));
        this.used = time.pulse().tick();
    }

    Circuit circuit() {
        return circuit;
    }

    boolean isShared() {
        return key == null;
    }

    /** The key as it may be shown. */
    String shown() {
        return key == null ? "(shared)" : key.toString();
    }

    /** Somebody uses it. Comes before whatever he does with it: of him and who retires it, one sees the other. */
    void use(long tick) {
        if (tick - used > circuits.forgetNanos() / GRAINS) {
            used = tick;
        }
    }

    @Override
    public boolean isAtRest(long now) {
        return isAtRest(circuit.state(), now);
    }

    @Override
    public boolean retire(long now) {
        State left = circuit.leave(state -> isAtRest(state, now));
        if (left != null) {
            circuits.left(left);
        }
        return left != null || circuit.state() == Gone.INSTANCE;
    }

    private boolean isAtRest(State state, long now) {
        if (state == Gone.INSTANCE) {
            return true;
        }
        if (state instanceof Ordered || state instanceof Leaving) {
            return false;
        }
        if (state instanceof Counting counting) {
            return isAtRest(counting, now);
        }
        return isUnused(state, now) && isOver(state, now - circuits.forgetNanos());
    }

    private boolean isAtRest(Counting state, long now) {
        if (state instanceof Ramping ramping && !ramping.ramp().isOver(now)) {
            return false;
        }
        boolean clean = state.pass().isClean(now);
        return isShared() && clean
                || isUnused(state, now) && (clean || !state.pass().window().isOfTime());
    }

    private boolean isUnused(State state, long now) {
        long forget = circuits.forgetNanos();
        return now - used > forget + forget / GRAINS && now - state.turn().at() > forget;
    }

    private static boolean isOver(State state, long then) {
        if (state instanceof Open open) {
            return then - open.end() >= 0;
        }
        return state instanceof HalfOpen halfOpen && halfOpen.probes().areAllOver(then);
    }
}
