package dev.resilience.execution;

import dev.resilience.Hedger;
import org.jspecify.annotations.Nullable;

/**
 * What the policy that hedges says about one call: asked at its place in the pipeline, and told to the listeners where it
 * throws. What throws has said nothing: there is no hedge, and every value is good. Used under the turn of the call.
 */
final class CarefulHedger {

    private final Execution execution;
    private final Route route;
    private final Hedger hedger;

    CarefulHedger(Execution execution) {
        this.execution = execution;
        this.route = execution.route;
        this.hedger = route.hedger;
    }

    long hedgeAfterNanos() {
        try {
            return hedger.hedgeAfterNanos(execution.atHedger());
        } catch (Throwable thrown) {
            swallow(thrown);
            return Hedger.NEVER;
        }
    }

    boolean grantsHedge() {
        try {
            return hedger.grantsHedge(execution.atHedger());
        } catch (Throwable thrown) {
            swallow(thrown);
            return false;
        }
    }

    /** A hedge begins: it is told, and which try it is. */
    void tell(int attempt, long afterNanos) {
        int of = 0;
        try {
            of = hedger.of(execution.atHedger());
        } catch (Throwable thrown) {
            swallow(thrown);
        }
        EventWriter.hedged(route, stage(), attempt, of, afterNanos);
    }

    boolean isGood(@Nullable Object value) {
        try {
            return hedger.isGood(execution.atHedger(), value);
        } catch (Throwable thrown) {
            swallow(thrown);
            return true;
        }
    }

    void won(long nanos, boolean byHedge) {
        try {
            hedger.won(execution.atHedger(), nanos, byHedge);
        } catch (Throwable thrown) {
            swallow(thrown);
        }
    }

    private void swallow(Throwable thrown) {
        EventWriter.swallowed(route, stage(), "hedging", thrown);
    }

    private Stage stage() {
        return route.stages[route.hedgedAt];
    }
}
