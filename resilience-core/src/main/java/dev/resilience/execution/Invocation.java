package dev.resilience.execution;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One invocation of a method, and the work it leaves behind: from its begin until the future it gave has completed, or, if
 * it gave none, until it has returned.
 *
 * <p>The call drops it when a deadline passes or the caller leaves. If the method is still on a thread of its own then, that
 * thread is interrupted; never later, because the thread may belong to another method by then. Three may meet: the thread
 * that begins, the thread that ends, and the call that drops. Each says under the lock what it did, and who comes last tells
 * the end.
 */
final class Invocation {

    private final boolean onOwnThread;
    private final Consumer<Abandoned> end;
    private boolean byCaller;
    private @Nullable Thread thread;
    private @Nullable CompletionStage<?> given;
    private @Nullable Abandoned left;

    /**
     * @param onOwnThread whether the thread does nothing else meanwhile, so that it may be interrupted
     * @param end is told when a dropped one has really ended
     */
    Invocation(boolean onOwnThread, Consumer<Abandoned> end) {
        this.onOwnThread = onOwnThread;
        this.end = end;
    }

    /** The method is about to be invoked. @return false if nobody wants that any more */
    synchronized boolean begins() {
        if (left != null) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    /** The method has returned this future, or no future, or thrown. Its thread is nobody's, and not interrupted any more. */
    void ended(@Nullable CompletionStage<?> stage) {
        Abandoned dropped;
        synchronized (this) {
            thread = null;
            given = stage;
            dropped = left;
        }
        if (onOwnThread) {
            Thread.interrupted();
        }
        if (dropped != null) {
            tellEnd(dropped);
        }
    }

    /** The result is of no use any more. @param caller whether the caller gave up, rather than a deadline passed */
    void drop(Abandoned body, boolean caller) {
        synchronized (this) {
            left = body;
            byCaller = caller;
            if (thread != null && onOwnThread) {
                thread.interrupt();
            }
            if (thread != null) {
                return;
            }
        }
        tellEnd(body);
    }

    /** A future that is left to itself tells when its work has ended; a cancelled one no longer does. */
    private void tellEnd(Abandoned body) {
        if (given == null) {
            end.accept(body);
            return;
        }
        given.whenComplete((value, failure) -> end.accept(body));
        if (byCaller && given instanceof CompletableFuture<?> future) {
            future.cancel(true);
        }
    }
}
