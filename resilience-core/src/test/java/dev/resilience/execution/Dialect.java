package dev.resilience.execution;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.OngoingCall;
import dev.resilience.Pipeline;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Scheduler.Scheduled;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A call shape as a test speaks it: how work is done in it, how a call is begun, and how its caller gives up. Turned by
 * hand, all of them tell the same story.
 */
enum Dialect {
    BLOCKING(CallShape.BLOCKING) {
        @Override
        @Nullable Object perform(Work work, Scheduler time) throws Throwable {
            if (work.deaf()) {
                idle(work.nanos(), time);
            } else {
                time.pause(work.nanos());
            }
            return ended(work);
        }

        /** The call ends before this returns; who gives up is interrupted at that time. */
        @Override
        Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable {
            Interrupter interrupter = new Interrupter(Thread.currentThread());
            Scheduled interrupt = givesUpAfter == null ? null : time.schedule(interrupter, givesUpAfter);
            Ending ending = new Ending();
            try {
                ending.value(pipeline.invoke(shape, NO_ARGUMENTS, body));
            } catch (Throwable thrown) {
                ending.failure(thrown);
            }
            if (interrupt != null) {
                interrupt.cancel();
                ending.interrupted = interrupter.wasHeard();
            }
            return ending;
        }
    },

    STAGE(CallShape.STAGE) {
        @Override
        Object perform(Work work, Scheduler time) throws Throwable {
            CompletableFuture<Object> future = new CompletableFuture<>();
            later(work, time, () -> {
                if (work.failure() == null) {
                    future.complete(work.value());
                } else {
                    future.completeExceptionally(work.failure());
                }
            });
            return future;
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable {
            CompletableFuture<?> answer = (CompletableFuture<?>) pipeline.invoke(shape, NO_ARGUMENTS, body);
            Ending ending = new Ending();
            if (givesUpAfter != null) {
                time.schedule(() -> ending.cancelled(answer.cancel(true)), givesUpAfter);
            }
            answer.whenComplete((value, failure) -> {
                if (failure == null) {
                    ending.value(value);
                } else if (!answer.isCancelled()) {
                    ending.failure(failure);
                }
            });
            return ending;
        }
    },

    /** As blocking, on a thread of its own: by hand that is the caller's after all, in earnest it isn't. */
    ISOLATED(CallShape.BLOCKING) {
        @Override
        @Nullable Object perform(Work work, Scheduler time) throws Throwable {
            return BLOCKING.perform(work, time);
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable {
            return BLOCKING.begin(pipeline, body, time, givesUpAfter);
        }
    },

    /** The method that gives the future runs on a thread of its own, and may take its time there. */
    ISOLATED_STAGE(CallShape.STAGE) {
        @Override
        Object perform(Work work, Scheduler time) throws Throwable {
            if (work.deaf()) {
                return CompletableFuture.completedFuture(BLOCKING.perform(work, time));
            }
            return STAGE.perform(work, time);
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable {
            return STAGE.begin(pipeline, body, time, givesUpAfter);
        }
    },

    MONO(CallShape.MONO) {
        @Override
        Object perform(Work work, Scheduler time) throws Throwable {
            return published(work, time);
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable {
            return subscribed((Publisher<?>) pipeline.invoke(shape, NO_ARGUMENTS, body), time, givesUpAfter);
        }
    },

    FLUX(CallShape.FLUX) {
        @Override
        Object perform(Work work, Scheduler time) throws Throwable {
            return Flux.from(published(work, time));
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable {
            return subscribed((Publisher<?>) pipeline.invoke(shape, NO_ARGUMENTS, body), time, givesUpAfter);
        }
    },

    /** The call begins here and ends elsewhere: the test is the one who invokes the method, and tells its end. */
    ENTRANCE(CallShape.STAGE) {
        @Override
        Object perform(Work work, Scheduler time) throws Throwable {
            return STAGE.perform(work, time);
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable {
            Visit visit = new Visit();
            if (givesUpAfter != null) {
                visit.leaves = time.schedule(visit::leave, givesUpAfter);
            }
            try {
                visit.entered(pipeline.entrance().enter());
            } catch (Throwable refused) {
                visit.refused(refused);
                return visit.ending;
            }
            try {
                ((CompletableFuture<?>) body.invoke()).whenComplete(visit::ended);
            } catch (Throwable thrown) {
                visit.ended(null, thrown);
            }
            return visit.ending;
        }
    };

    private static final Object[] NO_ARGUMENTS = {};

    final CallShape shape;

    Dialect(CallShape shape) {
        this.shape = shape;
    }

    /** Whether methods run on a thread of their own. */
    boolean isolates() {
        return this == ISOLATED || this == ISOLATED_STAGE;
    }

    /** Does the work as a method of this shape would. */
    abstract @Nullable Object perform(Work work, Scheduler time) throws Throwable;

    /** Begins a call, and gives up on it after a time, if one is given. */
    abstract Ending begin(Pipeline pipeline, Body body, Scheduler time, @Nullable Long givesUpAfter) throws Throwable;

    /** A method of this shape that does the work in turn. */
    Body body(Supplier<Work> works, Scheduler time) {
        return () -> {
            Work work = works.get();
            if (work.atOnce()) {
                idle(work.nanos(), time);
                return ended(work);
            }
            return perform(work, time);
        };
    }

    /** Lets the time pass, and an interrupt with it. */
    static void idle(long nanos, Scheduler time) {
        boolean interrupted = Thread.interrupted();
        try {
            time.pause(nanos);
        } catch (InterruptedException heard) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable Object ended(Work work) throws Throwable {
        if (work.failure() != null) {
            throw work.failure();
        }
        return work.value();
    }

    private static void later(Work work, Scheduler time, Runnable end) {
        if (work.nanos() == 0) {
            end.run();
        } else {
            time.schedule(end, work.nanos());
        }
    }

    private static Mono<Object> published(Work work, Scheduler time) {
        return Mono.create(sink -> {
            Runnable end = () -> {
                if (work.failure() == null) {
                    sink.success(work.value());
                } else {
                    sink.error(work.failure());
                }
            };
            if (work.nanos() == 0) {
                end.run();
                return;
            }
            Scheduled scheduled = time.schedule(end, work.nanos());
            if (!work.deaf()) {
                sink.onCancel(scheduled::cancel);
            }
        });
    }

    private static Ending subscribed(Publisher<?> publisher, Scheduler time, @Nullable Long givesUpAfter) {
        Ending ending = new Ending();
        BaseSubscriber<Object> subscriber = new BaseSubscriber<>() {
            private @Nullable Object last;

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            protected void hookOnNext(Object element) {
                last = element;
            }

            @Override
            protected void hookOnComplete() {
                ending.value(last);
            }

            @Override
            protected void hookOnError(Throwable failure) {
                ending.failure(failure);
            }
        };
        publisher.subscribe(subscriber);
        if (givesUpAfter != null) {
            time.schedule(() -> ending.cancelled(cancelled(subscriber)), givesUpAfter);
        }
        return ending;
    }

    private static boolean cancelled(BaseSubscriber<Object> subscriber) {
        boolean wasRunning = !subscriber.isDisposed();
        subscriber.cancel();
        return wasRunning;
    }

    /** Interrupts a caller while he is in his call, and not after. */
    private static final class Interrupter implements Runnable {
        private final Thread caller;
        private boolean over;

        private Interrupter(Thread caller) {
            this.caller = caller;
        }

        @Override
        public synchronized void run() {
            if (!over) {
                caller.interrupt();
            }
        }

        /** Ends it. @return whether the interrupt is still to be seen */
        private synchronized boolean wasHeard() {
            over = true;
            return Thread.interrupted();
        }
    }

    /** One call through an entrance: its end is told by whoever comes first, and once more by whoever comes second. */
    private static final class Visit {
        private final Thread caller = Thread.currentThread();
        private final Ending ending = new Ending();
        private @Nullable Scheduled leaves;
        private @Nullable OngoingCall call;
        private boolean over;
        private boolean interrupted;

        /** An interrupt that came just too late is heard as somebody leaving. */
        private synchronized void entered(OngoingCall entered) {
            call = entered;
            if (interrupted) {
                Thread.interrupted();
                leave();
            }
        }

        private synchronized void refused(Throwable failure) {
            over = true;
            ending.failure(failure);
            ending.interrupted = interrupted && Thread.interrupted();
            cancelLeaving();
        }

        private synchronized void ended(@Nullable Object value, @Nullable Throwable failure) {
            if (!over && failure == null) {
                ending.value(value);
            } else if (!over) {
                ending.failure(failure);
            }
            over = true;
            tell(value, failure);
            cancelLeaving();
        }

        private synchronized void leave() {
            if (over) {
                return;
            }
            if (call == null) {
                interrupted = true;
                caller.interrupt();
                return;
            }
            over = true;
            ending.cancelled(true);
            call.threw(new CancellationException());
        }

        private void tell(@Nullable Object value, @Nullable Throwable failure) {
            if (failure == null) {
                call.returned(value);
            } else {
                call.threw(failure);
            }
        }

        private void cancelLeaving() {
            if (leaves != null) {
                leaves.cancel();
            }
        }
    }

    /** How a call ended for its caller. Thread-safe. */
    static final class Ending {
        private final CountDownLatch end = new CountDownLatch(1);
        private int signals;
        private @Nullable Object value;
        private @Nullable Throwable failure;
        private boolean cancelled;
        private boolean interrupted;

        /** Whether it ended, and exactly once. */
        synchronized boolean isOnce() {
            return signals + (cancelled ? 1 : 0) == 1;
        }

        /** Whether nothing was signalled twice: who cancels may be told the end in the same moment. */
        synchronized boolean isAtMostOnce() {
            return signals <= 1;
        }

        /** Waits until it has ended. @return false if it takes too long */
        boolean await(Duration longest) throws InterruptedException {
            return end.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** Whether the caller was given a value. */
        synchronized boolean isValue() {
            return signals == 1 && failure == null;
        }

        /** Whether the caller was given a failure. */
        synchronized boolean isFailure() {
            return signals == 1 && failure != null;
        }

        /** The end in words. */
        synchronized String inWords() {
            if (cancelled || interrupted || failure instanceof InterruptedException) {
                return "given up";
            }
            return failure == null ? String.valueOf(value) : failure.getClass().getSimpleName();
        }

        private synchronized void cancelled(boolean inTime) {
            cancelled = inTime;
            end.countDown();
        }

        private synchronized void value(@Nullable Object given) {
            signals++;
            value = given;
            end.countDown();
        }

        private synchronized void failure(Throwable thrown) {
            signals++;
            failure = thrown;
            end.countDown();
        }
    }
}
