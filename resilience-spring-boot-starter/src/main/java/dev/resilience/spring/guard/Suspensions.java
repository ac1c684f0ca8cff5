package dev.resilience.spring.guard;

import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.reactor.MonoKt;
import org.jspecify.annotations.Nullable;

/**
 * Calls Kotlin {@code suspend} functions, by the convention that their compiler has: the last argument is a continuation,
 * and what comes back is the value or the word that it is still to come. Loaded only where Kotlin's coroutines are.
 */
final class Suspensions {

    private Suspensions() {}

    /** A suspend function with its arguments. */
    @FunctionalInterface
    interface Suspending {

        @Nullable Object invoke(Object continuation) throws Throwable;
    }

    /** The function as a publisher; it begins on the thread that subscribes. */
    static Object mono(Suspending function) {
        return MonoKt.mono(Dispatchers.getUnconfined(), (scope, continuation) -> begin(function, continuation));
    }

    private static @Nullable Object begin(Suspending function, Object continuation) {
        try {
            return function.invoke(continuation);
        } catch (Throwable thrown) {
            throw Suspensions.<RuntimeException>unchecked(thrown);
        }
    }

    /** Kotlin knows no checked exceptions. */
    @SuppressWarnings("unchecked") // The cast is erased, and the exception passes as it is.
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
