package dev.resilience.execution;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.Pipeline;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Scheduler.Scheduled;
import java.util.concurrent.CompletableFuture;
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
        @Nullable Object perform(Work work, ManualTime time) throws Throwable {
            if (work.deaf()) {
                time.advanceNanos(work.nanos());
            } else {
                time.pause(work.nanos());
            }
            return ended(work);
        }

        /** The call ends before this returns; who gives up is interrupted at that time. */
        @Override
        Ending begin(Pipeline pipeline, Body body, ManualTime time, @Nullable Long givesUpAfter) throws Throwable {
            Thread caller = Thread.currentThread();
            Scheduled interrupt = givesUpAfter == null ? null : time.schedule(caller::interrupt, givesUpAfter);
            Ending ending = new Ending();
            try {
                ending.value(pipeline.invoke(shape, NO_ARGUMENTS, body));
            } catch (Throwable thrown) {
                ending.failure(thrown);
            }
            if (interrupt != null) {
                interrupt.cancel();
                ending.interrupted = Thread.interrupted();
            }
            return ending;
        }
    },

    STAGE(CallShape.STAGE) {
        @Override
        Object perform(Work work, ManualTime time) throws Throwable {
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
        Ending begin(Pipeline pipeline, Body body, ManualTime time, @Nullable Long givesUpAfter) throws Throwable {
            CompletableFuture<?> answer = (CompletableFuture<?>) pipeline.invoke(shape, NO_ARGUMENTS, body);
            Ending ending = new Ending();
            if (givesUpAfter != null) {
                time.schedule(() -> ending.cancelled = answer.cancel(true), givesUpAfter);
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

    MONO(CallShape.MONO) {
        @Override
        Object perform(Work work, ManualTime time) throws Throwable {
            return published(work, time);
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, ManualTime time, @Nullable Long givesUpAfter) throws Throwable {
            return subscribed((Publisher<?>) pipeline.invoke(shape, NO_ARGUMENTS, body), time, givesUpAfter);
        }
    },

    FLUX(CallShape.FLUX) {
        @Override
        Object perform(Work work, ManualTime time) throws Throwable {
            return Flux.from(published(work, time));
        }

        @Override
        Ending begin(Pipeline pipeline, Body body, ManualTime time, @Nullable Long givesUpAfter) throws Throwable {
            return subscribed((Publisher<?>) pipeline.invoke(shape, NO_ARGUMENTS, body), time, givesUpAfter);
        }
    };

    private static final Object[] NO_ARGUMENTS = {};

    final CallShape shape;

    Dialect(CallShape shape) {
        this.shape = shape;
    }

    /** Does the work as a method of this shape would. */
    abstract @Nullable Object perform(Work work, ManualTime time) throws Throwable;

    /** Begins a call, and gives up on it after a time, if one is given. */
    abstract Ending begin(Pipeline pipeline, Body body, ManualTime time, @Nullable Long givesUpAfter) throws Throwable;

    /** A method of this shape that does the work in turn. */
    Body body(Supplier<Work> works, ManualTime time) {
        return () -> {
            Work work = works.get();
            if (work.atOnce()) {
                time.advanceNanos(work.nanos());
                return ended(work);
            }
            return perform(work, time);
        };
    }

    private static @Nullable Object ended(Work work) throws Throwable {
        if (work.failure() != null) {
            throw work.failure();
        }
        return work.value();
    }

    private static void later(Work work, ManualTime time, Runnable end) {
        if (work.nanos() == 0) {
            end.run();
        } else {
            time.schedule(end, work.nanos());
        }
    }

    private static Mono<Object> published(Work work, ManualTime time) {
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

    private static Ending subscribed(Publisher<?> publisher, ManualTime time, @Nullable Long givesUpAfter) {
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
            time.schedule(() -> ending.cancelled = cancelled(subscriber), givesUpAfter);
        }
        return ending;
    }

    private static boolean cancelled(BaseSubscriber<Object> subscriber) {
        boolean wasRunning = !subscriber.isDisposed();
        subscriber.cancel();
        return wasRunning;
    }

    /** How a call ended for its caller. */
    static final class Ending {
        private int signals;
        private @Nullable Object value;
        private @Nullable Throwable failure;
        private boolean cancelled;
        private boolean interrupted;

        /** Whether it ended, and exactly once. */
        boolean isOnce() {
            return signals + (cancelled ? 1 : 0) == 1;
        }

        /** The end in words. */
        String inWords() {
            if (cancelled || interrupted || failure instanceof InterruptedException) {
                return "given up";
            }
            return failure == null ? String.valueOf(value) : failure.getClass().getSimpleName();
        }

        boolean interrupted() {
            return interrupted;
        }

        private void value(@Nullable Object given) {
            signals++;
            value = given;
        }

        private void failure(Throwable thrown) {
            signals++;
            failure = thrown;
        }
    }
}
