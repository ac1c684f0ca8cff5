package dev.resilience.execution;

import dev.resilience.Pipeline;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Somebody on a thread of his own who calls. */
final class Caller {

    private final CompletableFuture<Object> ended = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean wasInterrupted;

    Caller(Pipeline pipeline, Callable<Object> method) {
        thread = new Thread(() -> call(pipeline, method));
        thread.start();
    }

    private void call(Pipeline pipeline, Callable<Object> method) {
        Object value = null;
        Throwable failure = null;
        try {
            value = pipeline.call(method);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        wasInterrupted = Thread.currentThread().isInterrupted();
        if (failure == null) {
            ended.complete(value);
        } else {
            ended.completeExceptionally(failure);
        }
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits for the end of the call. @return what it gave */
    Object value() {
        return ended.join();
    }

    /** Waits for the end of the call. @return what it failed with, or null */
    @Nullable Throwable failure() {
        return ended.handle((value, failure) -> failure).join();
    }

    boolean wasInterrupted() {
        return wasInterrupted;
    }
}
