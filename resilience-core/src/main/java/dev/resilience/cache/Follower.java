package dev.resilience.cache;

import dev.resilience.Admission;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call that waits for the load of another one, until it is given the answer or the lead. */
final class Follower {

    private final Load load;
    private final CompletableFuture<@Nullable Void> signal = new CompletableFuture<>();
    private volatile @Nullable Admission answer;

    Follower(Load load) {
        this.load = load;
    }

    Load load() {
        return load;
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
