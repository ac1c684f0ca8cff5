package dev.resilience;

import org.jspecify.annotations.Nullable;

/** What a pipeline guards: the method with its arguments. It can be invoked more than once, and on other threads. */
@FunctionalInterface
public interface Body {

    /** Invokes the method; gives a plain value, a {@code CompletionStage} or a {@code Publisher}, as the method does. */
    @Nullable Object invoke() throws Throwable;
}
