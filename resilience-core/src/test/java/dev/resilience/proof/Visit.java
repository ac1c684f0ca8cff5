package dev.resilience.proof;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call as its caller sees it: by which door it left, and whether it left more than once. Thread-safe. */
final class Visit {

    /** The doors. */
    enum Exit {
        VALUE,
        EXCEPTION,
        ERROR,
        REFUSED,
        EXPIRED,
        INTERRUPTED,
        CANCELLED,
        NEVER_SUBSCRIBED,
        /** Not a door of its own: some work of the call ended after the call. */
        ENDED_LATE
    }

    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable Exit exit;
    private int signals;
    private boolean late;

    synchronized void value() {
        signals++;
        leave(Exit.VALUE);
    }

    synchronized void failed(Throwable failure) {
        signals++;
        leave(exit(failure));
    }

    /** The caller leaves by himself; being told the end in the same moment is no second end. */
    synchronized void left(Exit by) {
        leave(by);
    }

    /** Some of its work has ended. */
    synchronized void bodyEnded() {
        late |= exit != null;
    }

    private void leave(Exit by) {
        if (exit == null) {
            exit = by;
        }
        over.countDown();
    }

    private static Exit exit(Throwable failure) {
        if (failure instanceof CallRejectedException) {
            return Exit.REFUSED;
        }
        if (failure instanceof CallTimedOutException) {
            return Exit.EXPIRED;
        }
        if (failure instanceof InterruptedException || failure instanceof CancellationException) {
            return Exit.INTERRUPTED;
        }
        return failure instanceof Error ? Exit.ERROR : Exit.EXCEPTION;
    }

    boolean await(Duration longest) throws InterruptedException {
        return over.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized boolean isOver() {
        return exit != null;
    }

    /** Whether nothing was signalled twice. */
    synchronized boolean isAtMostOnce() {
        return signals <= 1;
    }

    synchronized @Nullable Exit exit() {
        return exit;
    }

    synchronized boolean endedLate() {
        return late;
    }
}
