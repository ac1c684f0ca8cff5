package dev.resilience.proof;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.proof.Premises.Entry;
import dev.resilience.proof.Visit.Exit;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Scheduler.Scheduled;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The shapes of a call, spoken by a caller who may leave at any moment, and by work that may end in any way. */
enum Dialect {
    BLOCKING(CallShape.BLOCKING) {
        @Override
        @Nullable Object perform(Work work, Runnable end, Scheduler time) throws Throwable {
            try {
                if (work.deaf()) {
                    idle(work.nanos(), time);
                } else {
                    time.pause(work.nanos());
                }
                return work.give();
            } finally {
                end.run();
            }
        }

        /** Over when this returns; who leaves is interrupted, before or during the call. */
        @Override
        void begin(Caller caller) throws Throwable {
            Interrupter interrupter = new Interrupter(Thread.currentThread());
            Scheduled interrupt = null;
            if (caller.leavesAfter() != null && caller.leavesAfter() % 8 == 0) {
                interrupter.run();
            } else if (caller.leavesAfter() != null) {
                interrupt = caller.time().schedule(interrupter, caller.leavesAfter());
            }
            Throwable thrown = null;
            try {
                caller.invoke(shape);
                caller.visit().value();
            } catch (Throwable failure) {
                thrown = failure;
                caller.visit().failed(failure);
            }
            if (interrupt != null) {
                interrupt.cancel();
            }
            interrupter.judge(thrown, caller.entry());
        }
    },

    STAGE(CallShape.STAGE) {
        @Override
        @Nullable Object perform(Work work, Runnable end, Scheduler time) throws Throwable {
            Promise promise = new Promise(end);
            later(work, time, () -> promise.keep(work));
            return promise;
        }

        @Override
        void begin(Caller caller) throws Throwable {
            CompletableFuture<?> answer = (CompletableFuture<?>) caller.invoke(shape);
            if (caller.leavesAfter() != null) {
                caller.time()
                        .schedule(
                                () -> {
                                    if (answer.cancel(true)) {
                                        caller.visit().left(Exit.CANCELLED);
                                    }
                                },
                                caller.leavesAfter());
            }
            answer.whenComplete((value, failure) -> {
                if (failure == null) {
                    caller.visit().value();
                } else if (answer.isCancelled()) {
                    caller.visit().left(Exit.CANCELLED);
                } else {
                    caller.visit().failed(failure);
                }
            });
        }
    },

    MONO(CallShape.MONO) {
        @Override
        Object perform(Work work, Runnable end, Scheduler time) {
            return Mono.create(sink -> {
                Runnable ended = () -> {
                    end.run();
                    Throwable failure = work.failure();
                    if (failure == null) {
                        sink.success(work.value());
                    } else {
                        sink.error(failure);
                    }
                };
                Scheduled scheduled = later(work, time, ended);
                sink.onCancel(() -> {
                    end.run();
                    if (!work.deaf()) {
                        scheduled.cancel();
                    }
                });
            });
        }

        @Override
        void begin(Caller caller) throws Throwable {
            subscribe(caller, (Publisher<?>) caller.invoke(shape));
        }
    },

    FLUX(CallShape.FLUX) {
        @Override
        Object perform(Work work, Runnable end, Scheduler time) {
            return Flux.create(sink -> {
                if (work.nanos() % 2 == 1) {
                    sink.next("first");
                }
                Runnable ended = () -> {
                    Throwable failure = work.failure();
                    if (work.value() != null) {
                        sink.next(work.value());
                    }
                    end.run();
                    if (failure == null) {
                        sink.complete();
                    } else {
                        sink.error(failure);
                    }
                };
                Scheduled scheduled = later(work, time, ended);
                sink.onCancel(() -> {
                    end.run();
                    if (!work.deaf()) {
                        scheduled.cancel();
                    }
                });
            });
        }

        @Override
        void begin(Caller caller) throws Throwable {
            subscribe(caller, (Publisher<?>) caller.invoke(shape));
        }
    };

    private static final Scheduled NOTHING = () -> {};

    final CallShape shape;

    Dialect(CallShape shape) {
        this.shape = shape;
    }

    boolean isReactive() {
        return this == MONO || this == FLUX;
    }

    /** Does the work as a method of this shape would. @param end to be run just before its end can be seen */
    abstract @Nullable Object perform(Work work, Runnable end, Scheduler time) throws Throwable;

    /** Makes a call. */
    abstract void begin(Caller caller) throws Throwable;

    /**
     * Who calls.
     *
     * @param works the work of each attempt
     * @param leavesAfter when he gives up, in nanoseconds; null if he stays
     */
    record Caller(
            Entry entry,
            Visit visit,
            Supplier<Work> works,
            RandomGenerator random,
            Scheduler time,
            @Nullable Long leavesAfter,
            Dialect dialect) {

        @Nullable Object invoke(CallShape shape) throws Throwable {
            return entry.pipeline().invoke(shape, new Object[] {dialect}, body());
        }

        private Body body() {
            Occupancy.Party party = entry.occupancy().new Party();
            return () -> {
                Work work = works.get();
                Runnable left = party.begin();
                Runnable end = () -> {
                    left.run();
                    visit.bodyEnded();
                };
                switch (work.end()) {
                    case FAILS_AT_ONCE -> {
                        end.run();
                        return work.give();
                    }
                    case GIVES_NULL -> {
                        end.run();
                        return null;
                    }
                    default -> {
                        return dialect.perform(work, end, time);
                    }
                }
            };
        }
    }

    /** Some never subscribe, some take what they asked for and leave, some choke on what they get. */
    private static void subscribe(Caller caller, Publisher<?> publisher) {
        if (caller.random().nextInt(10) == 0) {
            caller.visit().left(Exit.NEVER_SUBSCRIBED);
            return;
        }
        boolean modest = caller.random().nextInt(8) == 0;
        Flux<?> signals = Flux.from(publisher);
        if (caller.random().nextInt(10) == 0) {
            signals = signals.map(Dialect::choke);
        }
        BaseSubscriber<Object> subscriber = new BaseSubscriber<>() {
            /** Who has left hears nothing of what he can't swallow. */
            @Override
            public Context currentContext() {
                return Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped -> {});
            }

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(modest ? 1 : Long.MAX_VALUE);
            }

            @Override
            protected void hookOnNext(Object element) {
                if (modest) {
                    caller.visit().left(Exit.CANCELLED);
                    cancel();
                }
            }

            @Override
            protected void hookOnComplete() {
                if (!modest) {
                    caller.visit().value();
                }
            }

            @Override
            protected void hookOnError(Throwable failure) {
                caller.visit().failed(failure);
            }
        };
        signals.subscribe(subscriber);
        if (caller.leavesAfter() != null) {
            caller.time()
                    .schedule(
                            () -> {
                                caller.visit().left(Exit.CANCELLED);
                                subscriber.cancel();
                            },
                            caller.leavesAfter());
        } else if (modest) {
            caller.visit().left(Exit.CANCELLED);
        }
    }

    private static Object choke(Object element) {
        throw new IllegalArgumentException("can't swallow " + element);
    }

    /** Lets the time pass, and an interrupt with it. */
    private static void idle(long nanos, Scheduler time) {
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

    private static Scheduled later(Work work, Scheduler time, Runnable end) {
        if (work.nanos() == 0) {
            end.run();
            return NOTHING;
        }
        return time.schedule(end, work.nanos());
    }

    /** A future that says that its work has ended before anybody can see it. */
    private static final class Promise extends CompletableFuture<Object> {
        private final Runnable end;

        private Promise(Runnable end) {
            this.end = end;
        }

        private void keep(Work work) {
            end.run();
            Throwable failure = work.failure();
            if (failure == null) {
                complete(work.value());
            } else {
                completeExceptionally(failure);
            }
        }

        @Override
        public boolean cancel(boolean interrupting) {
            end.run();
            return super.cancel(interrupting);
        }
    }

    /** Interrupts a caller while he is in his call, and not after. */
    private static final class Interrupter implements Runnable {
        private final Thread caller;
        private boolean over;
        private boolean sent;

        private Interrupter(Thread caller) {
            this.caller = caller;
        }

        @Override
        public synchronized void run() {
            if (!over) {
                sent = true;
                caller.interrupt();
            }
        }

        /**
         * Whether the flag is what it has to be: never set by anybody else, and lost only to an exception that says so, or
         * to an expiry, which looks the same to the work.
         */
        private synchronized void judge(@Nullable Throwable thrown, Entry entry) {
            over = true;
            boolean flag = Thread.interrupted();
            if (flag && !sent) {
                throw new AssertionError("the call left an interrupt behind", thrown);
            }
            boolean told = thrown instanceof InterruptedException;
            boolean mayExpire = entry.pipeline().stages().stream()
                    .anyMatch(stage -> stage.instance().kind().id().equals("timeouts"));
            if (sent && !flag && !told && !mayExpire) {
                throw new AssertionError("the caller's interrupt is lost", thrown);
            }
        }
    }
}
