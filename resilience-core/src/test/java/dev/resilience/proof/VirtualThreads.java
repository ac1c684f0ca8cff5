package dev.resilience.proof;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads, found at run time, because everything is compiled for a JVM that has none. */
final class VirtualThreads {

    private VirtualThreads() {}

    /** An executor that begins one for each task; empty on a JVM without them. */
    static Optional<ExecutorService> each() {
        try {
            Method method = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
            return Optional.of((ExecutorService) method.invoke(null));
        } catch (ReflectiveOperationException | UnsupportedOperationException absent) {
            return Optional.empty();
        }
    }

    /** Whether this thread is one. */
    static boolean isHere() {
        try {
            return (boolean) Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
        } catch (ReflectiveOperationException absent) {
            return false;
        }
    }
}
