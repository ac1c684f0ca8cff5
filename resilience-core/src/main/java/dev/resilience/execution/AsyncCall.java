package dev.resilience.execution;

import dev.resilience.ContextCarrier;
import dev.resilience.Target;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Scheduler.Scheduled;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A call that goes on on any thread: what futures and publishers have in common.
 *
 * <p>Five things can happen to such a call, on any thread and at once: its body ends, a pause passes, a signal completes,
 * a deadline passes, the caller gives up. They are put into an inbox, and whoever finds nobody reading it reads it until
 * it is empty; so the execution is used by one thread at a time, with a happens-before edge between, and nothing is
 * locked while foreign code runs. What belongs to a body or a wait that the call has got past is recognised by its turn.
 */
abstract class AsyncCall {

    final Execution execution;
    final Object[] arguments;
    private final ContextCarrier.Captured context;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unread = new AtomicInteger();

    private int turn;
    private boolean done;
    private boolean bodyOutstanding;
    private @Nullable Scheduled timer;

    AsyncCall(Route route, Object[] arguments, @Nullable CallScope around, @Nullable Object reactorContext) {
        this.execution = new Execution(route, arguments, PostingDeadline::new, around, reactorContext);
        this.arguments = arguments;
        this.context = route.runtime.carrier().capture();
    }

    /** The inner rest of another call, detached. */
    AsyncCall(AsyncCall origin) {
        this.execution = origin.execution.fork(PostingDeadline::new);
        this.arguments = origin.arguments;
        this.context = origin.context;
    }

    // What a call shape does.

    /**
     * Starts the method or the diversion, and tells its end by {@link #bodyReturned} or {@link #bodyThrew} with this turn.
     * What it throws counts as such an end.
     */
    abstract void startBody(int bodyTurn, @Nullable Target diversion) throws Throwable;

    /** The body's result is of no use any more. @param byCaller whether the caller gave up, rather than a deadline */
    abstract void dropBody(boolean byCaller);

    /** Gives the caller the result of the finished execution; not called after a cancellation. */
    abstract void deliver();

    /** Starts the inner rest once more, detached. */
    abstract AsyncCall forked();

    // What happens to a call.

    final void start() {
        post(() -> goOn(execution.start()));
    }

    final void bodyReturned(int bodyTurn, @Nullable Object value) {
        post(() -> {
            if (isDue(bodyTurn)) {
                bodyOutstanding = false;
                goOn(execution.returned(value));
            }
        });
    }

    final void bodyThrew(int bodyTurn, Throwable thrown) {
        post(() -> {
            if (isDue(bodyTurn)) {
                bodyOutstanding = false;
                goOn(execution.threw(thrown));
            }
        });
    }

    /** A body whose call went on without it has ended. */
    final void abandonedBodyEnded(Abandoned body) {
        post(body::end);
    }

    final void giveUp() {
        post(() -> {
            if (!done) {
                nextTurn();
                execution.cancelled();
                done = true;
                drop(true);
            }
        });
    }

    final boolean isDue(int someTurn) {
        return !done && someTurn == turn;
    }

    /** The body whose end is told by {@link #abandonedBodyEnded}, right after {@link #dropBody}. */
    final @Nullable Abandoned abandoned() {
        return execution.abandoned();
    }

    final void post(Runnable happening) {
        inbox.add(happening);
        if (unread.getAndIncrement() == 0) {
            do {
                read(inbox.remove());
            } while (unread.decrementAndGet() > 0);
        }
    }

    /** What a subscriber or a dependent future throws at us is none of the call's business, and must not stop the reading. */
    private static void read(Runnable happening) {
        try {
            happening.run();
        } catch (RuntimeException thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }

    private void goOn(Step first) {
        Step step = first;
        while (step == Step.FORK) {
            forked().startElsewhere();
            step = execution.forked();
        }
        switch (step) {
            case INVOKE -> invoke(nextTurn());
            case PAUSE, AWAIT -> rest(nextTurn());
            case DONE, FORK -> {
                done = true;
                nextTurn();
                deliver();
            }
        }
    }

    private void invoke(int bodyTurn) {
        bodyOutstanding = true;
        CallScope scope = execution.publishedScope();
        CallScope before = scope == null ? null : CallScope.enter(scope);
        try (ContextCarrier.Restored restored = context.restore()) {
            startBody(bodyTurn, execution.diversion());
        } catch (Throwable thrown) {
            bodyThrew(bodyTurn, thrown);
        } finally {
            if (scope != null) {
                CallScope.leave(before);
            }
        }
    }

    /** The signal is heard on the scheduler's executor: nobody resumes on the stack of the one who let go. */
    private void rest(int restTurn) {
        Runnable resume = () -> post(() -> {
            if (isDue(restTurn)) {
                goOn(afterRest());
            }
        });
        try {
            wakeBy(resume, execution.route.runtime.time().scheduler());
        } catch (RejectedExecutionException closed) {
            nextTurn();
            goOn(execution.cannotRest(closed));
        }
    }

    private void wakeBy(Runnable resume, Scheduler scheduler) {
        if (execution.waitNanos() != Long.MAX_VALUE) {
            timer = scheduler.schedule(resume, execution.waitNanos());
        }
        if (execution.signal() != null) {
            execution.signal().whenCompleteAsync((value, failure) -> resume.run(), scheduler.executor());
        }
    }

    private Step afterRest() {
        nextTurn();
        return execution.resumed();
    }

    private void expired() {
        if (done) {
            return;
        }
        boolean bodyWasRunning = bodyOutstanding;
        Step step = execution.expired();
        if (step != null) {
            nextTurn();
            if (bodyWasRunning) {
                drop(false);
            }
            goOn(step);
        }
    }

    private void drop(boolean byCaller) {
        if (bodyOutstanding) {
            bodyOutstanding = false;
            dropBody(byCaller);
        }
    }

    private void startElsewhere() {
        execution.route.runtime.time().scheduler().executor().execute(this::start);
    }

    private int nextTurn() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        return ++turn;
    }

    /** A deadline that puts its passing into the inbox. */
    private final class PostingDeadline extends Deadline {

        PostingDeadline(long nanos, boolean wholeStream) {
            super(nanos, wholeStream);
        }

        @Override
        void fire() {
            execution.route.runtime.time().scheduler().executor().execute(() -> post(AsyncCall.this::expired));
        }
    }
}
