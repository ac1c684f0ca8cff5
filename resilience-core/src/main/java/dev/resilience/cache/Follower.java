package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call that waits for the load of another one, until it is given the answer or the lead. */
final class Follower {

    private final Load load;
    private final List<Load> around;
    private final long until;
    private final CompletableFuture<@Nullable Void> signal = new CompletableFuture<>();
    private volatile @Nullable Admission answer;

    /**
     * @param around the loads that the call is made inside of, innermost first: they wait as long as it does
     * @param until the exact time until which the call has time; see {@link #until}
     */
    Follower(Load load, List<Load> around, long until) {
        this.load = load;
        this.around = around;
        this.until = until;
    }

    /** Until when a call has time whose deadlines leave it this much; centuries where it has none. */
    static long until(Call call) {
        return call.now() + Math.min(call.remainingNanos(), Long.MAX_VALUE / 2);
    }

    /** Whether this call still has time when that of the other one is over. */
    boolean outlasts(Follower other) {
        return until - other.until > 0;
    }

    Load load() {
        return load;
    }

    /** The wait begins. To be said before anybody looks whether it closes a circle, so that one of those who close it sees it. */
    void waits() {
        around.forEach(outer -> outer.waitsAs(this));
    }

    /** The wait is over. */
    void goesOn() {
        around.forEach(outer -> outer.goesOnAs(this));
    }

    Admission waiting() {
        return Admission.askAgain(signal, Long.MAX_VALUE);
    }

    /** What the follower is told when it asks again: to proceed as the leader, the value, or the failure. */
    @Nullable Admission answer() {
        return answer;
    }

    boolean isGivenTheLead() {
        return answer == Admission.proceed();
    }

    void answer(Admission given) {
        answer = given;
    }

    /** Lets the follower ask again. Not to be called under a lock. */
    void wake() {
        signal.complete(null);
    }
}
