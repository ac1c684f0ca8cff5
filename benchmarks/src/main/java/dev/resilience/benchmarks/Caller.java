package dev.resilience.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The bare call and the turn of each thread, so that threads share the policy and nothing else. */
@State(Scope.Thread)
public class Caller {

    final BareCall call = new Ours().call();

    private int turn;

    /** Counts up to this number and begins again at zero. */
    int turn(int of) {
        turn = turn + 1 == of ? 0 : turn + 1;
        return turn;
    }
}
