package dev.resilience.execution;

import dev.resilience.Body;
import dev.resilience.EventLoopRestException;
import dev.resilience.Target;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call whose answer is a future, or a plain value from another thread. */
final class StageCall extends AsyncCall {

    private final Body body;
    private final boolean plain;
    private final @Nullable Stage isolator;
    private final boolean onEventLoop;
    private final Answer answer = new Answer(this);
    private @Nullable Invocation invocation;

    /** @param plain whether the method gives a plain value, for which its caller waits */
    StageCall(Route route, Object[] arguments, Body body, boolean plain) {
        super(route, arguments, CallScope.current(), null, route.hedges() && !(plain && EventLoop.isCurrent()));
        this.body = body;
        this.plain = plain;
        this.isolator = route.isolator();
        this.onEventLoop = plain && EventLoop.isCurrent();
    }

    private StageCall(StageCall origin) {
        super(origin);
        this.body = origin.body;
        this.plain = origin.plain;
        this.isolator = origin.isolator;
        this.onEventLoop = false;
    }

    private StageCall(StageCall origin, Race.Contender contender) {
        super(origin, contender);
        this.body = origin.body;
        this.plain = origin.plain;
        this.isolator = origin.isolator;
        this.onEventLoop = false;
    }

    CompletableFuture<Object> answer() {
        return answer;
    }

    /** Waits on the caller's thread, as nobody else may: what he is told he is told there. */
    @Nullable Object await() throws Throwable {
        try {
            execution.route.runtime.time().scheduler().await(answer, Long.MAX_VALUE);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            if (answer.cancel(true)) {
                throw new CancellationException(
                        "interrupted while " + execution.operation() + " ran on its own thread");
            }
        } catch (RuntimeException closed) {
            if (answer.cancel(true)) {
                throw closed;
            }
        }
        return execution.result();
    }

    @Override
    Start starting(int bodyTurn, @Nullable Target diversion) {
        Invocation begun = new Invocation(onOwnThread(), this::abandonedBodyEnded);
        Throwable failure = execution.failure();
        invocation = begun;
        return () -> {
            if (begun.begins()) {
                invoke(begun, bodyTurn, diversion, failure);
            }
        };
    }

    private void invoke(Invocation begun, int bodyTurn, @Nullable Target diversion, @Nullable Throwable failure)
            throws Throwable {
        Object result;
        try {
            result = diversion == null ? body.invoke() : diversion.invoke(body, arguments, failure);
        } catch (Throwable thrown) {
            begun.ended(null);
            throw thrown;
        }
        CompletionStage<?> stage = !plain && result instanceof CompletionStage<?> given ? given : null;
        begun.ended(stage);
        if (stage != null) {
            stage.whenComplete((value, thrown) -> ended(bodyTurn, value, thrown));
        } else if (plain || result != null) {
            bodyReturned(bodyTurn, result);
        } else {
            throw new NullPointerException(execution.operation() + " returned null instead of a CompletionStage");
        }
    }

    /** @throws RuntimeException if there is no thread for it, or no thread that may wait for it */
    @Override
    void launch(Runnable start) {
        if (!onOwnThread()) {
            start.run();
        } else if (onEventLoop && isolator != null) {
            EventLoopRestException refusal =
                    new EventLoopRestException(isolator.kind(), isolator.name(), execution.operation());
            EventWriter.refused(execution.route, isolator, refusal);
            throw refusal;
        } else {
            execution.route.runtime.time().scheduler().bodies().execute(start);
        }
    }

    /** Somebody waits for a plain value, so what gives it is never done on the thread that happens to go on with the call. */
    private boolean onOwnThread() {
        return plain || isolator != null;
    }

    @Override
    void begin(Runnable start) {
        start.run();
    }

    @Override
    void dropBody(boolean byCaller) {
        Invocation dropped = invocation;
        Abandoned left = abandoned();
        if (dropped != null && left != null) {
            dropped.drop(left, byCaller);
        }
    }

    @Override
    void deliver() {
        try {
            answer.complete(execution.result());
        } catch (Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    @Override
    AsyncCall forked() {
        return new StageCall(this);
    }

    @Override
    AsyncCall contender(Race.Contender contender) {
        return new StageCall(this, contender);
    }

    private void ended(int bodyTurn, @Nullable Object value, @Nullable Throwable failure) {
        if (failure == null) {
            bodyReturned(bodyTurn, value);
        } else {
            bodyThrew(bodyTurn, unwrapped(failure));
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** What the caller holds: cancelling it cancels the call. */
    private static final class Answer extends CompletableFuture<Object> {
        private final StageCall call;

        private Answer(StageCall call) {
            this.call = call;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) {
                call.giveUp();
            }
            return cancelled;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }
}
