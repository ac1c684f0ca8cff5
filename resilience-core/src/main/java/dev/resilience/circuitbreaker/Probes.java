package dev.resilience.circuitbreaker;

import dev.resilience.circuitbreaker.Pass.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The probes of one half-open time. Immutable. It keeps the numbers it began with, so that a change of configuration
 * can't leave it undecided: while nothing is decided there is a free seat, or a probe on its way.
 *
 * @param seats how many probes may go in, those that are back included
 * @param needed how many have to succeed
 * @param running the probes on their way
 */
record Probes(int seats, int needed, int succeeded, int failed, List<Probe> running) {

    static Probes none(int seats, int needed) {
        return new Probes(seats, needed, 0, 0, List.of());
    }

    boolean hasSeat() {
        return succeeded + failed + running.size() < seats;
    }

    /** Enough have succeeded. */
    boolean areConvincing() {
        return succeeded >= needed;
    }

    /** Too many have failed for enough to succeed. */
    boolean areHopeless() {
        return failed > seats - needed;
    }

    boolean include(Probe probe) {
        return running.contains(probe);
    }

    Probes with(Probe probe) {
        List<Probe> more = new ArrayList<>(running);
        more.add(probe);
        return new Probes(seats, needed, succeeded, failed, List.copyOf(more));
    }

    Probes afterSuccessOf(Probe probe) {
        return new Probes(seats, needed, succeeded + 1, failed, without(probe::equals));
    }

    Probes afterFailureOf(Probe probe) {
        return new Probes(seats, needed, succeeded, failed + 1, without(probe::equals));
    }

    /** The probe found out nothing and gives its seat back. */
    Probes afterRetreatOf(Probe probe) {
        return new Probes(seats, needed, succeeded, failed, without(probe::equals));
    }

    /** Leases that are over have failed. */
    Probes at(long now) {
        if (!oneIsOver(now)) {
            return this;
        }
        List<Probe> within = without(probe -> probe.isOver(now));
        return new Probes(seats, needed, succeeded, failed + running.size() - within.size(), within);
    }

    /** Everybody who is refused asks this. */
    private boolean oneIsOver(long now) {
        for (int index = 0; index < running.size(); index++) {
            if (running.get(index).isOver(now)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all leases were over then. */
    boolean areAllOver(long then) {
        return running.stream().allMatch(probe -> probe.isOver(then));
    }

    private List<Probe> without(Predicate<Probe> gone) {
        return running.stream().filter(gone.negate()).toList();
    }
}
