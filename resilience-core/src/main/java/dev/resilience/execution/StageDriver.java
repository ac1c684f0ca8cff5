package dev.resilience.execution;

import dev.resilience.Body;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Drives calls whose result arrives later than the call returns: permits are held until it is there, however the call ends.
 *
 * <p>Cancelling the answered future cancels the method's future, if it is one. A passed deadline doesn't: a cancelled
 * future no longer tells when its work really ended, and the seat it occupies must not be given away before.
 */
public final class StageDriver {

    private StageDriver() {}

    /** Begins the call; what goes wrong later, and earlier, arrives in the future, unwrapped. */
    public static CompletableFuture<Object> call(Route route, Object[] arguments, Body body) {
        StageCall call = new StageCall(route, arguments, body, false);
        call.start();
        return call.answer();
    }

    /**
     * Runs a call whose method gives a plain value, on a thread of its own, and waits for its end. Who is interrupted
     * meanwhile gives the call up.
     *
     * @throws Throwable what the method or a policy threw, unwrapped
     */
    static @Nullable Object await(Route route, Object[] arguments, Body body) throws Throwable {
        StageCall call = new StageCall(route, arguments, body, true);
        call.start();
        return call.await();
    }
}
