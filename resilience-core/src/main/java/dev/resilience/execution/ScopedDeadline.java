package dev.resilience.execution;

import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** The deadline in a scope that passes first, for code that is no guard. Thread-safe. */
public final class ScopedDeadline implements CallDeadline {

    private final Route route;
    private final Stage stage;
    private final Deadline deadline;
    private final long due;

    /** @param instant the exact time, by which it may be stamped */
    ScopedDeadline(Route route, Deadline deadline, long instant) {
        this.route = route;
        this.stage = route.stages[deadline.position];
        this.deadline = deadline;
        this.due = instant + deadline.remaining(instant);
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
        return Math.max(0, due - route.runtime.time().ticker().nanos());
    }

    @Override
    public boolean isLifted() {
        return deadline.lifted();
    }

    boolean passesBefore(ScopedDeadline other) {
        return due - other.due < 0;
    }

    @Override
    public CallTimedOutException timedOut() {
        return new CallTimedOutException(stage.kind(), stage.name(), route.operation, deadline.nanos());
    }

    @Override
    public String toString() {
        return remaining() + " left of what " + stage.kind() + " '" + stage.name() + "' gives " + route.operation;
    }

    /** Apart, so that its owner loads without Reactor. */
    private static final class Subscribed {

        private static @Nullable CallScope scope(Object context) {
            return context instanceof ContextView view ? view.getOrDefault(CallScope.class, null) : null;
        }
    }
}
