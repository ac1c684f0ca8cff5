package dev.resilience.execution;

import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** The deadline in a scope that passes first, for code that is no guard. Thread-safe. */
public final class ScopedDeadline implements CallDeadline {

    private final CallView call;
    private final Stage stage;
    private final long nanos;
    private final long due;

    /** @param due when it passes, by the exact clock */
    ScopedDeadline(CallView call, Stage stage, long nanos, long due) {
        this.call = call;
        this.stage = stage;
        this.nanos = nanos;
        this.due = due;
    }

    /** The one of the current thread, or null. */
    public static @Nullable CallDeadline current() {
        return first(CallScope.current());
    }

    /** The one of a Reactor context, or null. */
    public static @Nullable CallDeadline of(Object context) {
        return Reactive.IS_PRESENT ? first(Subscribed.scope(context)) : null;
    }

    private static @Nullable CallDeadline first(@Nullable CallScope scope) {
        return scope == null ? null : scope.firstDeadline();
    }

    @Override
    public long remainingNanos() {
        return Math.max(0, due - call.exactly());
    }

    boolean passesBefore(ScopedDeadline other) {
        return due - other.due < 0;
    }

    @Override
    public CallTimedOutException timedOut() {
        return new CallTimedOutException(stage.kind(), stage.name(), call.operation(), nanos);
    }

    @Override
    public String toString() {
        return remaining() + " left of what " + stage.kind() + " '" + stage.name() + "' gives " + call.operation();
    }

    /** Apart, so that its owner loads without Reactor. */
    private static final class Subscribed {

        private static @Nullable CallScope scope(Object context) {
            return context instanceof ContextView view ? view.getOrDefault(CallScope.class, null) : null;
        }
    }
}
