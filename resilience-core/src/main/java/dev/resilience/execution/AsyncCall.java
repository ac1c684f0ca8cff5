package dev.resilience.execution;

import dev.resilience.CallTimedOutException;
import dev.resilience.ContextCarrier;
import dev.resilience.Target;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Scheduler.Scheduled;
import org.jspecify.annotations.Nullable;

/**
 * A call that goes on on any thread: what futures and publishers have in common.
 *
 * <p>Five things can happen to such a call, on any thread and at once: its body ends, a pause passes, a signal completes,
 * a deadline passes, the caller gives up. They are put into an inbox, so the execution is used by one thread at a time. What
 * belongs to a body or a wait that the call has got past is recognised by its turn.
 *
 * <p>The body of a call that hedges is a {@link Race}, whose contenders are such calls, too.
 */
abstract class AsyncCall extends Inbox {

    final Execution execution;
    final Object[] arguments;
    private final ContextCarrier.Captured context;
    private final Race.@Nullable Contender contender;

    private int turn;
    private boolean done;
    private boolean bodyOutstanding;
    private @Nullable Scheduled timer;
    private @Nullable Race race;

    /** @param races whether slow calls get a second try beside the first */
    AsyncCall(
            Route route,
            Object[] arguments,
            @Nullable CallScope around,
            @Nullable Object reactorContext,
            boolean races) {
        this.execution = new Execution(route, arguments, PostingAlarm::new, around, reactorContext, races);
        this.arguments = arguments;
        this.context = route.runtime.carrier().capture();
        this.contender = null;
    }

    /** The inner rest of another call, detached. */
    AsyncCall(AsyncCall origin) {
        this.execution = origin.execution.fork(PostingAlarm::new);
        this.arguments = origin.arguments;
        this.context = origin.context;
        this.contender = null;
    }

    /** A try of what another call leaves to tries that race. */
    AsyncCall(AsyncCall origin, Race.Contender contender) {
        this.execution = origin.execution.contender(PostingAlarm::new);
        this.arguments = origin.arguments;
        this.context = origin.context;
        this.contender = contender;
    }

    // What a call shape does.

    /**
     * How to start the method or the diversion. The start tells the end by {@link #bodyReturned} or {@link #bodyThrew} with
     * this turn; what it throws counts as such an end.
     */
    abstract Start starting(int bodyTurn, @Nullable Target diversion);

    /** Runs the start of a body: at once, while the inbox is being read, or {@link #afterwards}. */
    abstract void launch(Runnable start);

    /** The body's result is of no use any more. @param byCaller whether the caller gave up, rather than a deadline */
    abstract void dropBody(boolean byCaller);

    /** Runs the start of a race, which needs no thread of its own, where a body would be started that needs none. */
    abstract void begin(Runnable start);

    /** Gives the caller the result of the finished execution; not called after a cancellation. */
    abstract void deliver();

    /** Starts the inner rest once more, detached. */
    abstract AsyncCall forked();

    /** Makes a try of the inner rest, which tells its race what becomes of it. */
    abstract AsyncCall contender(Race.Contender contender);

    // What happens to a call.

    final void start() {
        post(this::begun);
    }

    /** The same, on whatever thread. */
    final void startInContext() {
        hear(this::begun);
    }

    /** The same, on a thread that may rest: nobody waits for it here. */
    final void startElsewhere() {
        try {
            execution.route.runtime.time().scheduler().executor().execute(this::startInContext);
        } catch (RuntimeException | Error refused) {
            giveUp(); // if there are no more threads, whoever waits for it has to hear of that
        }
    }

    private void begun() {
        if (!done) {
            goOn(execution.start());
        }
    }

    final void bodyReturned(int bodyTurn, @Nullable Object value) {
        hear(() -> {
            if (isDue(bodyTurn)) {
                bodyOutstanding = false;
                goOn(execution.returned(value));
            }
        });
    }

    final void bodyThrew(int bodyTurn, Throwable thrown) {
        hear(() -> {
            if (isDue(bodyTurn)) {
                bodyOutstanding = false;
                goOn(execution.threw(thrown));
            }
        });
    }

    /** The race that is the body has ended as this one did; said under the turn of this call. */
    final void endAs(Execution winner) {
        bodyOutstanding = false;
        goOn(execution.endedAs(winner));
    }

    /** A body whose call went on without it has ended. */
    final void abandonedBodyEnded(Abandoned body) {
        post(() -> {
            body.end();
            if (done && contender != null && !execution.hasLeftBodies()) {
                contender.isQuiet();
            }
        });
    }

    final void giveUp() {
        post(() -> {
            if (!done) {
                nextTurn();
                execution.cancelled();
                done = true;
                drop(true);
                contended();
            }
        });
    }

    /** The time of the call that this one is a try of is over. */
    final void expireAround(CallTimedOutException expiry) {
        post(() -> {
            if (!done) {
                nextTurn();
                execution.expireAround(expiry);
                done = true;
                drop(false);
                contended();
            }
        });
    }

    private void contended() {
        if (contender != null) {
            contender.ended(execution.hasLeftBodies());
        }
    }

    final boolean isDue(int someTurn) {
        return !done && someTurn == turn;
    }

    /** The body whose end is told by {@link #abandonedBodyEnded}, right after {@link #dropBody}. */
    final @Nullable Abandoned abandoned() {
        return execution.abandoned();
    }

    /**
     * This has happened. Policies, fallbacks and whoever waits for the result find the caller's context on whatever thread
     * the call goes on.
     */
    final void hear(Runnable happening) {
        post(() -> {
            try (ContextCarrier.Restored restored = context.restore()) {
                happening.run();
            }
        });
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
                end();
            }
        }
    }

    private void end() {
        if (contender == null) {
            deliver();
        } else {
            contended();
        }
    }

    private void invoke(int bodyTurn) {
        bodyOutstanding = true;
        boolean diverted = execution.diversion() != null;
        race = execution.races && !diverted ? new Race(this, bodyTurn) : null;
        if (race == null) {
            startBody(bodyTurn, contender == null || diverted ? null : contender);
        } else {
            race.begin();
        }
    }

    /** @param reaching who is told that the method is reached, if anybody */
    private void startBody(int bodyTurn, Race.@Nullable Contender reaching) {
        CallScope scope = execution.publishesScope() ? execution.scopeOfBody() : null;
        Start start = starting(bodyTurn, execution.diversion());
        try {
            launch(() -> {
                if (reaching != null) {
                    reaching.reachedMethod();
                }
                run(start, bodyTurn, scope);
            });
        } catch (Throwable refused) {
            notInvoked(bodyTurn, refused);
        }
    }

    private void notInvoked(int bodyTurn, Throwable why) {
        post(() -> {
            if (isDue(bodyTurn)) {
                bodyOutstanding = false;
                goOn(execution.notInvoked(why));
            }
        });
    }

    private void run(Start start, int bodyTurn, @Nullable CallScope scope) {
        @Nullable Object[] cell = ThreadCell.own();
        Object before = scope == null ? null : CallScope.enter(cell, scope);
        try (ContextCarrier.Restored restored = context.restore()) {
            start.run();
        } catch (Throwable thrown) {
            bodyThrew(bodyTurn, thrown);
        } finally {
            if (scope != null) {
                CallScope.leave(cell, before);
            }
        }
    }

    /** The signal is heard on the scheduler's executor: nobody resumes on the stack of the one who let go. */
    private void rest(int restTurn) {
        Runnable resume = () -> hear(() -> {
            if (isDue(restTurn)) {
                goOn(afterRest());
            }
        });
        try {
            wakeBy(resume, execution.route.runtime.time().scheduler());
        } catch (RuntimeException broken) {
            nextTurn();
            goOn(execution.cannotRest(broken));
        }
    }

    private void wakeBy(Runnable resume, Scheduler scheduler) {
        if (execution.waitNanos() != Long.MAX_VALUE) {
            timer = scheduler.schedule(resume, execution.waitNanos());
        }
        if (execution.signal() != null) {
            execution
                    .signal()
                    .whenCompleteAsync((value, failure) -> resume.run(), scheduler.executor())
                    .exceptionally(closed -> resumed(resume)); // a closed executor never runs the resumption
        }
    }

    private static <T> @Nullable T resumed(Runnable resume) {
        resume.run();
        return null;
    }

    private Step afterRest() {
        nextTurn();
        boolean closed = execution.route.runtime.time().scheduler().isClosed();
        return closed ? execution.cannotRest(Scheduler.closed()) : execution.resumed();
    }

    /** A deadline may have passed. */
    final void expired() {
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
            if (race == null) {
                shielded(() -> dropBody(byCaller));
            } else {
                race.drop(abandoned());
            }
        }
    }

    private int nextTurn() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        return ++turn;
    }

    /** Starts a body. */
    @FunctionalInterface
    interface Start {
        void run() throws Throwable;
    }

    /** An alarm that puts its passing into the inbox. */
    private final class PostingAlarm extends Alarm {

        /** If the executor is closed, or out of threads, the call is ended by the watchdog rather than lost. */
        @Override
        void announce() {
            try {
                execution.route.runtime.time().scheduler().executor().execute(this::tell);
            } catch (Throwable refused) {
                tell();
            }
        }

        private void tell() {
            hear(AsyncCall.this::expired);
        }
    }
}
