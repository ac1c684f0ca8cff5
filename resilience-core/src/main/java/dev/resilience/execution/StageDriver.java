package dev.resilience.execution;

import dev.resilience.Body;
import dev.resilience.Target;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Drives calls whose result arrives in a {@code CompletionStage}: permits are held until it completes, however it does.
 *
 * <p>Cancelling the answered future cancels the method's future, if it is one. A passed deadline doesn't: a cancelled
 * future no longer tells when its work really ended, and the seat it occupies must not be given away before.
 */
public final class StageDriver {

    private StageDriver() {}

    /** Begins the call; what goes wrong later, and earlier, arrives in the future, unwrapped. */
    public static CompletableFuture<Object> call(Route route, Object[] arguments, Body body) {
        StageCall call = new StageCall(route, arguments, body);
        call.start();
        return call.answer;
    }

    private static final class StageCall extends AsyncCall {
        private final Body body;
        private final Answer answer = new Answer(this);
        private @Nullable CompletionStage<?> running;

        private StageCall(Route route, Object[] arguments, Body body) {
            super(route, arguments, CallScope.current(), null);
            this.body = body;
        }

        private StageCall(StageCall origin) {
            super(origin);
            this.body = origin.body;
        }

        @Override
        Start starting(int bodyTurn, @Nullable Target diversion) {
            running = null;
            return () -> begin(
                    bodyTurn,
                    diversion == null ? body.invoke() : diversion.invoke(body, arguments, execution.failure()));
        }

        @Override
        void launch(Runnable start) {
            start.run();
        }

        private void begin(int bodyTurn, @Nullable Object result) {
            if (result instanceof CompletionStage<?> stage) {
                running = stage;
                stage.whenComplete((value, failure) -> ended(bodyTurn, value, failure));
            } else if (result == null) {
                throw new NullPointerException(execution.operation() + " returned null instead of a CompletionStage");
            } else {
                bodyReturned(bodyTurn, result);
            }
        }

        /** A body without a stage has thrown, or given a plain value: it has ended before its end was read. */
        @Override
        void dropBody(boolean byCaller) {
            CompletionStage<?> dropped = running;
            Abandoned body = abandoned();
            if (body == null) {
                return;
            }
            if (dropped == null) {
                body.end();
                return;
            }
            dropped.whenComplete((value, failure) -> abandonedBodyEnded(body));
            if (byCaller && dropped instanceof CompletableFuture<?> future) {
                future.cancel(true);
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
