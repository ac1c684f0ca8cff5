package dev.resilience.spring.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A caller of a throttled method, in one of the shapes a method can have; he may leave while he waits. */
abstract class Waiter {

    final CompletableFuture<Object> ending = new CompletableFuture<>();

    /** Goes away: interrupts, cancels, unsubscribes. */
    abstract void leave();

    /** The shapes. */
    enum Shape {
        PLAIN {
            @Override
            Waiter call(Throttled throttled, int number) {
                return new Blocked(() -> throttled.plain(number));
            }
        },
        STAGE {
            @Override
            Waiter call(Throttled throttled, int number) {
                return new Promised(throttled.stage(number));
            }
        },
        MONO {
            @Override
            Waiter call(Throttled throttled, int number) {
                return new Subscribed(throttled.mono(number));
            }
        },
        FLUX {
            @Override
            Waiter call(Throttled throttled, int number) {
                return new Subscribed(throttled.flux(number).next());
            }
        };

        /** Calls, and comes back when the caller has ended or waits. */
        abstract Waiter call(Throttled throttled, int number);
    }

    /** The methods that are called; they write down who came in. */
    interface Throttled {

        Object plain(int number);

        CompletableFuture<Object> stage(int number);

        Mono<Object> mono(int number);

        Flux<Object> flux(int number);
    }

    private static final class Blocked extends Waiter {
        private final Thread thread;

        private Blocked(java.util.concurrent.Callable<Object> call) {
            thread = new Thread(() -> run(call));
            thread.setDaemon(true);
            thread.start();
            untilItRests();
        }

        private void run(java.util.concurrent.Callable<Object> call) {
            Object value = null;
            Throwable failure = null;
            try {
                value = call.call();
            } catch (Throwable thrown) {
                failure = thrown;
            }
            if (failure != null && Thread.currentThread().isInterrupted()) {
                failure.addSuppressed(new InterruptedException("the flag was kept"));
            }
            end(value, failure);
        }

        private void untilItRests() {
            while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
        }

        @Override
        void leave() {
            thread.interrupt();
            ending.exceptionally(failure -> null).join();
        }
    }

    private static final class Promised extends Waiter {
        private final CompletableFuture<Object> future;

        private Promised(CompletableFuture<Object> future) {
            this.future = future;
            future.whenComplete(this::end);
        }

        @Override
        void leave() {
            future.cancel(true);
        }
    }

    private static final class Subscribed extends Waiter {
        private final Disposable subscription;

        private Subscribed(Mono<Object> mono) {
            subscription = mono.subscribe(value -> end(value, null), failure -> end(null, failure));
        }

        @Override
        void leave() {
            subscription.dispose();
        }
    }

    void end(@Nullable Object value, @Nullable Throwable failure) {
        if (failure == null) {
            ending.complete(value);
        } else {
            ending.completeExceptionally(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
        }
    }

    /** What he was told instead of being served; null if he was, or still waits. */
    @Nullable Throwable failure() {
        return ending.isDone() ? ending.handle((value, failure) -> failure).join() : null;
    }
}
