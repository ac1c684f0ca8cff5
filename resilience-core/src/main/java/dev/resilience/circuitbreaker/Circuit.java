package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Pass.Counted;
import dev.resilience.circuitbreaker.Pass.Probe;
import dev.resilience.circuitbreaker.Pass.Refusal;
import dev.resilience.circuitbreaker.Pass.Uncounted;
import dev.resilience.circuitbreaker.State.Closed;
import dev.resilience.circuitbreaker.State.HalfOpen;
import dev.resilience.circuitbreaker.State.Manual;
import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.time.RandomSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a circuit breaker. It reads no clock: time is handed in as nanoseconds and compared by
 * difference.
 *
 * <p>How do exactly k probes pass when a thousand calls find the open wait over at once, and how does the breaker not
 * wait for ever for one that never comes back? Counters beside a state variable answer neither: between the switch and
 * the reset of the counters anybody may slip through, and a probe that ends without an outcome takes its permit along.
 * Here state, generation and probes are one immutable object behind one reference. Every step is a CAS from the object
 * it was decided on, so a step decided on an old one doesn't happen: who loses the race to open or close finds it done.
 * A pass is recognised by its identity, so outcomes of an older generation have no place to go. A probe is a lease:
 * who looks for a seat counts the leases that are over as failed.
 *
 * <p>A manual state carries no time, so no timer leads out of it. Thread-safe without locks (a window may have its own).
 */
final class Circuit {

    /** Is told of a change of state after it happened, outside any lock. Must not throw. */
    @FunctionalInterface
    interface Watcher {
        void changed(CircuitBreakerState from, CircuitBreakerState to, String reason);
    }

    /** How a probe came back. */
    enum Finding {
        GOOD,
        BAD,
        NONE
    }

    /** No open wait is asked for. */
    static final long UNASKED = -1;

    private final RandomSource random;
    private final Watcher watcher;
    private final AtomicReference<State> state;
    private volatile Settings settings;

    Circuit(Settings settings, long tick, RandomSource random, Watcher watcher) {
        this.settings = settings;
        this.random = random;
        this.watcher = watcher;
        this.state = new AtomicReference<>(closed(tick));
    }

    /** The pass of a closed breaker, which needs no clock; null where {@link #admit} has to be asked. */
    @Nullable Pass passIfClosed() {
        return state.get() instanceof Closed closed ? closed.pass() : null;
    }

    /** Decides about a call on its way in. */
    Pass admit(long now) {
        Pass pass = null;
        while (pass == null) {
            State seen = state.get();
            if (seen instanceof Closed closed) {
                pass = closed.pass();
            } else if (seen instanceof Open open) {
                pass = refuseOrHalfOpen(open, now);
            } else if (seen instanceof HalfOpen halfOpen) {
                pass = probeOrRefuse(halfOpen, now);
            } else {
                pass = seen == Manual.DISABLED ? Uncounted.INSTANCE : Refusal.FORCED;
            }
        }
        return pass;
    }

    private @Nullable Pass refuseOrHalfOpen(Open open, long now) {
        long remaining = open.end() - now;
        if (remaining > 0) {
            return new Refusal(CircuitBreakerState.OPEN, remaining);
        }
        Probes none = Probes.none(settings.probes(), settings.successThreshold());
        move(open, new HalfOpen(open.openings(), none), "the open wait is over");
        return null;
    }

    private @Nullable Pass probeOrRefuse(HalfOpen seen, long now) {
        Probes probes = seen.probes().at(now);
        if (probes.areHopeless()) {
            move(seen, reopened(seen, now, UNASKED), "a probe did not come back within its lease");
            return null;
        }
        if (!probes.hasSeat()) {
            return Refusal.NO_SEAT;
        }
        Probe probe = new Probe(now + settings.leaseNanos());
        return state.compareAndSet(seen, seen.with(probes.with(probe))) ? probe : null;
    }

    /**
     * Counts the outcome of a call that was let in with this pass.
     *
     * @return why the breaker has to {@link #open}, or null
     */
    @Nullable String count(Counted pass, boolean failed, boolean slow, long tick) {
        int streak = pass.streak(failed);
        WindowCounts tally = pass.window().record(failed, slow, tick);
        return tally == null ? null : settings.thresholds().reached(tally, streak);
    }

    /** Opens the breaker, if it is still closed as it was when this pass was given. */
    void open(Counted pass, String reason, long now, long askedNanos) {
        State seen = state.get();
        if (seen instanceof Closed closed && closed.pass() == pass) {
            move(seen, opened(1, now, askedNanos), reason);
        }
    }

    /** Takes a probe back. One whose lease is over has failed, whatever it found. */
    void conclude(Probe probe, Finding finding, long now, long askedNanos) {
        State seen = state.get();
        while (seen instanceof HalfOpen halfOpen && halfOpen.probes().include(probe)) {
            Probes probes = after(probe, halfOpen.probes(), probe.isOver(now) ? Finding.BAD : finding);
            if (settle(halfOpen, probes, now, askedNanos)) {
                return;
            }
            seen = state.get();
        }
    }

    private static Probes after(Probe probe, Probes probes, Finding finding) {
        return switch (finding) {
            case GOOD -> probes.afterSuccessOf(probe);
            case BAD -> probes.afterFailureOf(probe);
            case NONE -> probes.afterRetreatOf(probe);
        };
    }

    private boolean settle(HalfOpen seen, Probes probes, long now, long askedNanos) {
        if (probes.areConvincing()) {
            return move(seen, closed(now), probes.succeeded() + " probes succeeded");
        }
        if (probes.areHopeless()) {
            return move(seen, reopened(seen, now, askedNanos), "a probe failed");
        }
        return state.compareAndSet(seen, seen.with(probes));
    }

    /** Refuses everything until {@link #close}. */
    void forceOpen() {
        order(Manual.FORCED_OPEN);
    }

    /** Lets everything pass until {@link #close}. */
    void disable() {
        order(Manual.DISABLED);
    }

    private void order(Manual ordered) {
        State seen = state.get();
        while (seen != ordered && !move(seen, ordered, "by hand")) {
            seen = state.get();
        }
    }

    /** Begins anew: closed, with an empty window. */
    void close(long tick) {
        Closed fresh = closed(tick);
        while (!move(state.get(), fresh, "by hand")) {
            Thread.onSpinWait();
        }
    }

    /** Takes changed settings. A half-open time and an open wait that have begun keep the numbers they began with. */
    void reconfigure(Settings changed, long tick) {
        settings = changed;
        if (state.get() instanceof Closed closed) {
            closed.pass().resize(changed.window(), tick);
        }
    }

    State state() {
        return state.get();
    }

    private Closed closed(long tick) {
        return new Closed(new Counted(OutcomeWindow.of(settings.window(), tick)));
    }

    private Open reopened(HalfOpen seen, long now, long askedNanos) {
        return opened(seen.openings() + 1, now, askedNanos);
    }

    private Open opened(int openings, long now, long askedNanos) {
        OpenWait wait = settings.openWait();
        long nanos = askedNanos > 0 ? wait.bounded(askedNanos) : wait.nanos(openings, random.next());
        return new Open(openings, now + nanos);
    }

    private boolean move(State seen, State next, String reason) {
        boolean moved = state.compareAndSet(seen, next);
        if (moved && seen.state() != next.state()) {
            watcher.changed(seen.state(), next.state(), reason);
        }
        return moved;
    }
}
