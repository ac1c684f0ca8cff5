package dev.resilience.execution;

import dev.resilience.Body;
import dev.resilience.ContextCarrier;
import dev.resilience.Target;
import dev.resilience.time.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Drives calls whose result is there when the method returns: everything happens on the caller's thread, unless a policy
 * wants the method on a thread of its own, or hedges.
 */
public final class BlockingDriver {

    private BlockingDriver() {}

    /** Runs the call to its end. @throws Throwable what the method or a policy threw, unwrapped */
    public static @Nullable Object call(Route route, Object[] arguments, Body body) throws Throwable {
        return route.staysOnThread()
                ? drive(ThreadCell.own(), route, arguments, body)
                : StageDriver.await(route, arguments, body);
    }

    private static @Nullable Object drive(@Nullable Object[] cell, Route route, Object[] arguments, Body body)
            throws Throwable {
        return drive(cell, new Execution(route, arguments, cell), arguments, body);
    }

    /** @param cell that of the thread it runs on */
    private static @Nullable Object drive(@Nullable Object[] cell, Execution execution, Object[] arguments, Body body)
            throws Throwable {
        Step step = execution.start();
        while (step != Step.DONE) {
            step = switch (step) {
                case INVOKE -> invoke(cell, execution, arguments, body);
                case PAUSE, AWAIT -> rest(execution, step);
                case FORK -> fork(execution, arguments, body);
                case DONE -> step;
            };
        }
        return execution.result();
    }

    private static Step invoke(@Nullable Object[] cell, Execution execution, Object[] arguments, Body body) {
        ThreadAlarms lender = execution.lentBy(cell);
        boolean published = lender == null && execution.publishesScope();
        Object before = published ? CallScope.enter(cell, execution) : null;
        Object result;
        try {
            Target diversion = execution.diversion();
            result = diversion == null ? body.invoke() : diversion.invoke(body, arguments, execution.failure());
        } catch (Throwable thrown) {
            leave(cell, published, before, lender);
            return execution.threw(thrown);
        }
        leave(cell, published, before, lender);
        return execution.returned(result);
    }

    private static void leave(
            @Nullable Object[] cell, boolean published, @Nullable Object before, @Nullable ThreadAlarms lender) {
        if (published) {
            CallScope.leave(cell, before);
        } else if (lender != null) {
            lender.takeBack(cell);
        }
    }

    /** Rests on this thread, and goes on. A thread that isn't the caller's alone is not put to rest. */
    static Step rest(Execution execution, Step step) {
        if (execution.waitNanos() > 0 && EventLoop.isCurrent()) {
            return execution.mustNotRest();
        }
        Scheduler scheduler = execution.route.runtime.time().scheduler();
        try {
            if (step == Step.PAUSE) {
                scheduler.pause(execution.waitNanos());
            } else {
                scheduler.await(execution.signal(), execution.waitNanos());
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return execution.interrupted(interrupt);
        } catch (RuntimeException broken) {
            return execution.cannotRest(broken);
        }
        return execution.resumed();
    }

    /** The refresh runs on a worker, with the caller's context, and nobody waits for it. */
    private static Step fork(Execution execution, Object[] arguments, Body body) {
        Deadlines deadlines = execution.route.runtime.deadlines();
        Execution detached = execution.fork(() -> deadlines.interrupting(ThreadCell.own()));
        ContextCarrier.Captured context = execution.route.runtime.carrier().capture();
        try {
            execution.route.runtime.time().scheduler().executor().execute(() -> {
                try (ContextCarrier.Restored restored = context.restore()) {
                    drive(ThreadCell.own(), detached, arguments, body);
                } catch (Throwable failed) {
                    // The policy that asked for the refresh was settled with it; the caller has its answer.
                }
            });
        } catch (RuntimeException | Error refused) {
            detached.cancelled();
        }
        return execution.forked();
    }
}
