package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Pass.Counted;
import dev.resilience.circuitbreaker.Pass.Elsewhere;
import dev.resilience.circuitbreaker.Pass.Probe;
import dev.resilience.circuitbreaker.Pass.Refusal;
import dev.resilience.circuitbreaker.Pass.Uncounted;
import dev.resilience.circuitbreaker.State.Closed;
import dev.resilience.circuitbreaker.State.Counting;
import dev.resilience.circuitbreaker.State.Gone;
import dev.resilience.circuitbreaker.State.HalfOpen;
import dev.resilience.circuitbreaker.State.Leaving;
import dev.resilience.circuitbreaker.State.Open;
import dev.resilience.circuitbreaker.State.Ordered;
import dev.resilience.circuitbreaker.State.Ramping;
import dev.resilience.configuration.Plural;
import dev.resilience.time.Time;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a circuit breaker, whole in itself: one for a dependency, or one for each key. Time is handed in
 * as nanoseconds and compared by difference; it reads a clock of its own only where nobody comes to hand it in.
 *
 * <p>How do exactly k probes pass when a thousand calls find the open wait over at once, and how does the breaker not
 * wait for ever for one that never comes back? Counters beside a state variable answer neither: between the switch and
 * the reset of the counters anybody may slip through, and a probe that ends without an outcome takes its permit along.
 * Here state, generation and probes are one immutable object behind one reference. Every step is a CAS from the object
 * it was decided on, so a step decided on an old one doesn't happen: who loses the race to open or close finds it done.
 * A pass is recognised by its identity, so outcomes of an older generation have no place to go. A probe is a lease:
 * who looks for a seat counts the leases that are over as failed.
 *
 * <p>A manual state carries no time, so no timer leads out of it. The timer of an automatic half-open is a CAS from the
 * very opening it was set for, so it overrides neither an order nor a closing nor a newer opening. Thread-safe without
 * locks (a window may have its own).
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

    private static final String BY_HAND = "by hand";

    private final Time time;
    private final Watcher watcher;
    private final AtomicReference<State> state;
    private volatile Settings settings;

    Circuit(Settings settings, Time time, Watcher watcher) {
        this.settings = settings;
        this.time = time;
        this.watcher = watcher;
        long tick = time.pulse().tick();
        this.state = new AtomicReference<>(new Closed(new Turn(tick, null), fresh(settings, tick)));
    }

    /** The pass of a breaker that is closed and lets everybody in, which needs no clock; null where others have to be asked. */
    @Nullable Pass passIfClosed() {
        return state.get() instanceof Closed closed ? closed.pass() : null;
    }

    /** What can be decided without the exact time; null where {@link #admit} has to be asked. */
    @Nullable Pass passByTick(long tick) {
        State seen = state.get();
        if (seen instanceof Open open) {
            return open.lookout().isSurelyEarly(tick) ? open.refusal() : null;
        }
        return seen instanceof Ordered ordered ? passByHand(ordered) : null;
    }

    /**
     * Decides about a call on its way in.
     *
     * @param tick the coarse tick, read before the exact time
     */
    Pass admit(long now, long tick) {
        Pass pass = null;
        while (pass == null) {
            State seen = state.get();
            if (seen instanceof Closed closed) {
                pass = closed.pass();
            } else if (seen instanceof Open open) {
                pass = refuseOrHalfOpen(open, now, tick);
            } else if (seen instanceof HalfOpen halfOpen) {
                pass = probeOrRefuse(halfOpen, now);
            } else if (seen instanceof Ramping ramping) {
                pass = passOrRefuse(ramping, now);
            } else if (seen instanceof Ordered ordered) {
                pass = passByHand(ordered);
            } else {
                pass = passUnlessGone(seen);
            }
        }
        return pass;
    }

    private @Nullable Pass refuseOrHalfOpen(Open open, long now, long tick) {
        if (open.end() - now > 0) {
            open.lookout().looked(now, tick);
            return open.refusal();
        }
        halfOpen(open, now);
        return null;
    }

    private void halfOpen(Open open, long now) {
        Settings current = settings;
        Probes none = Probes.none(current.probes(), current.successThreshold());
        move(open, new HalfOpen(new Turn(now, "the open wait is over"), open.openings(), none));
    }

    private @Nullable Pass probeOrRefuse(HalfOpen seen, long now) {
        Probes probes = seen.probes().at(now);
        if (probes.areHopeless()) {
            move(seen, reopened(seen, "a probe did not come back within its lease", now, UNASKED));
            return null;
        }
        if (!probes.hasSeat()) {
            return Refusal.NO_SEAT;
        }
        Probe probe = new Probe(now + settings.leaseNanos());
        return state.compareAndSet(seen, seen.with(probes.with(probe))) ? probe : null;
    }

    private @Nullable Pass passOrRefuse(Ramping ramping, long now) {
        if (ramping.ramp().isOver(now)) {
            move(ramping, ramping.closed());
            return null;
        }
        return ramping.ramp().letsIn(now) ? ramping.pass() : Refusal.RAMP;
    }

    private @Nullable Pass passUnlessGone(State seen) {
        if (seen instanceof Leaving leaving) {
            stay(leaving);
            return null;
        }
        return Elsewhere.INSTANCE;
    }

    private void stay(Leaving leaving) {
        state.compareAndSet(leaving, leaving.was());
    }

    private static Pass passByHand(Ordered ordered) {
        return ordered.state() == CircuitBreakerState.DISABLED ? Uncounted.INSTANCE : Refusal.FORCED;
    }

    /**
     * Counts the outcome of a call that was let in with this pass.
     *
     * @return why the breaker has to {@link #open}, or null
     */
    @Nullable String count(Counted pass, boolean failed, boolean slow, long tick) {
        int streak = pass.streak(failed);
        Thresholds thresholds = settings.thresholds();
        WindowCounts tally = pass.window().record(failed, slow, tick, thresholds.minimumCalls());
        return tally == null ? null : thresholds.reached(tally, streak);
    }

    /** Opens the breaker, if calls still go in with this pass. */
    void open(Counted pass, String reason, long now, long askedNanos) {
        State seen = state.get();
        while (seen instanceof Counting counting && counting.pass() == pass) {
            if (move(seen, opened(openingsBefore(counting, now) + 1, reason, now, askedNanos))) {
                return;
            }
            seen = state.get();
        }
    }

    /** A breaker that opens while it ramps up hadn't really closed. */
    private static int openingsBefore(Counting seen, long now) {
        return seen instanceof Ramping ramping && !ramping.ramp().isOver(now) ? ramping.openings() : 0;
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
            return move(seen, closed(seen, new Turn(now, Plural.of(probes.succeeded(), "probe") + " succeeded")));
        }
        if (probes.areHopeless()) {
            return move(seen, reopened(seen, "a probe failed", now, askedNanos));
        }
        return state.compareAndSet(seen, seen.with(probes));
    }

    /** Refuses everything until {@link #close}; false if it has left. */
    boolean forceOpen(long now) {
        return order(new Ordered(new Turn(now, BY_HAND), CircuitBreakerState.FORCED_OPEN));
    }

    /** Lets everything pass until {@link #close}; false if it has left. */
    boolean disable(long now) {
        return order(new Ordered(new Turn(now, BY_HAND), CircuitBreakerState.DISABLED));
    }

    /** Begins anew: closed for good, with an empty window; false if it has left. */
    boolean close(long now) {
        return take(new Closed(new Turn(now, BY_HAND), fresh(settings, now)));
    }

    private boolean order(Ordered ordered) {
        return state.get().state() == ordered.state() || take(ordered);
    }

    private boolean take(State ordered) {
        State seen = state.get();
        while (seen != Gone.INSTANCE) {
            if (move(seen, ordered)) {
                return true;
            }
            seen = state.get();
        }
        return false;
    }

    /**
     * Lets it leave for good, if it is at rest where it stands.
     *
     * <p>Where calls pass, its rivals don't move the state: they use it, or count in its window, and then look whether it
     * is still there. So it first says that it is leaving, and looks again whether it is at rest: of a rival and this, one
     * sees the other.
     *
     * @return where it stood when it left; null if it has not left now
     */
    @Nullable State leave(Predicate<State> isAtRest) {
        State seen = state.get();
        if (!isAtRest.test(seen)) {
            return null;
        }
        if (seen instanceof Counting counting) {
            return leave(counting, isAtRest);
        }
        if (!state.compareAndSet(seen, Gone.INSTANCE)) {
            return null;
        }
        if (seen instanceof Open open) {
            open.alarm().turnOff();
        }
        return seen;
    }

    private @Nullable State leave(Counting counting, Predicate<State> isAtRest) {
        Leaving leaving = new Leaving(counting);
        if (!state.compareAndSet(counting, leaving)) {
            return null;
        }
        if (isAtRest.test(counting) && state.compareAndSet(leaving, Gone.INSTANCE)) {
            return counting;
        }
        stay(leaving);
        return null;
    }

    /** Whether it has left. One that is about to stays, because of what whoever asks has counted before. */
    boolean hasLeft() {
        State seen = state.get();
        while (seen instanceof Leaving leaving) {
            stay(leaving);
            seen = state.get();
        }
        return seen == Gone.INSTANCE;
    }

    /** What calls get now that are let in to be counted; null where none are. */
    @Nullable Counted countedPass() {
        return state.get() instanceof Counting counting ? counting.pass() : null;
    }

    /**
     * Takes changed settings. A half-open time, a ramp and an open wait that have begun keep the numbers they began with;
     * whether the wait ends by itself holds at once.
     */
    void reconfigure(Settings changed, long now) {
        settings = changed;
        State seen = state.get();
        while (seen instanceof Open open && !move(seen, open.anew())) {
            seen = state.get();
        }
        if (seen instanceof Counting counting) {
            counting.pass().resize(changed.window(), now);
        }
    }

    State state() {
        return state.get();
    }

    Settings settings() {
        return settings;
    }

    private static Counted fresh(Settings settings, long now) {
        return new Counted(OutcomeWindow.of(settings.window(), now));
    }

    private Counting closed(HalfOpen seen, Turn turn) {
        Settings current = settings;
        Counted pass = fresh(current, turn.at());
        if (current.rampNanos() == 0) {
            return new Closed(turn, pass);
        }
        return new Ramping(turn, pass, seen.openings(), new Ramp(turn.at(), current.rampNanos()));
    }

    private Open reopened(HalfOpen seen, String reason, long now, long askedNanos) {
        return opened(seen.openings() + 1, reason, now, askedNanos);
    }

    private Open opened(int openings, String reason, long now, long askedNanos) {
        OpenWait wait = settings.openWait();
        long nanos = askedNanos > 0
                ? wait.bounded(askedNanos)
                : wait.nanos(openings, time.random().next());
        return new Open(new Turn(now, reason), openings, now + nanos);
    }

    private boolean move(State seen, State next) {
        if (!state.compareAndSet(seen, next)) {
            return false;
        }
        if (seen instanceof Open left) {
            left.alarm().turnOff();
        }
        arrive(next);
        String reason = next.turn().reason();
        if (seen.state() != next.state() && reason != null) {
            watcher.changed(seen.state(), next.state(), reason);
        }
        return true;
    }

    /** Rival: who reconfigures has written the settings before it looks at the state, which has been written before this. */
    private void arrive(State next) {
        if (next instanceof Open open && settings.automatic()) {
            setAlarm(open);
        } else if (next instanceof Counting counting) {
            resize(counting);
        }
    }

    /** Rival: who reconfigures may resize it after this has read the settings and before it resizes it, so it looks again. */
    private void resize(Counting counting) {
        Settings current;
        do {
            current = settings;
            counting.pass().resize(current.window(), counting.turn().at());
        } while (current != settings);
    }

    /** A scheduler that is closed, out of threads, or broken, leaves the end of the wait to the next call. */
    private void setAlarm(Open open) {
        try {
            long delay = Math.max(0, open.end() - time.ticker().nanos());
            open.alarm()
                    .set(time.scheduler()
                            .schedule(() -> wake(open, time.ticker().nanos()), delay));
        } catch (Throwable unscheduled) {
            // Nobody is harmed: calls find the end by themselves.
        }
    }

    /**
     * The alarm of an open wait has gone off: late, if the breaker stands elsewhere meanwhile; early, if the scheduler is
     * being closed or keeps another time.
     */
    void wake(Open open, long now) {
        if (open.end() - now <= 0) {
            halfOpen(open, now);
        } else if (!time.scheduler().isClosed() && state.get() == open) {
            setAlarm(open);
        }
    }
}
