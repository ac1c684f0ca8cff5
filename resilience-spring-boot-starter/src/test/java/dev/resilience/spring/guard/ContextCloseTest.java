package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** What becomes of calls that wait when their application closes. */
@Timeout(30)
class ContextCloseTest {

    @Test
    void waitersOfEveryShapeAreRefused() {
        Starters.with(Waiting.class).run(context -> {
            Waiting waiting = context.getBean(Waiting.class);
            waiting.throttled();
            waiting.seat();
            Future<?> blocked = waiter(waiting::throttled);
            Future<?> paused = waiter(waiting::again);
            Future<?> queued = waiting.seat();
            Future<?> later = waiting.later();
            Future<?> reactive = waiting.reactive().toFuture();

            context.close();

            assertRefused(blocked);
            assertRefused(paused);
            assertRefused(queued);
            assertRefused(later);
            assertRefused(reactive);
        });
    }

    @Test
    void waitersOfAnotherApplicationGoOnWaiting() {
        Starters.with(Waiting.class).run(one -> Starters.with(Waiting.class).run(other -> {
            Future<?> closed = one.getBean(Waiting.class).later();
            Future<?> open = other.getBean(Waiting.class).later();

            one.close();

            assertRefused(closed);
            assertThat(open).isNotDone();
        }));
    }

    /** Each waits for an hour at its second call. */
    static class Waiting {

        @RateLimited(name = "throttled", limits = "1/1h", maxWait = "1h")
        public String throttled() {
            return "";
        }

        @Retryable(name = "again", delays = "1h", maxDelay = "1h")
        public String again() {
            throw new IllegalStateException("not yet");
        }

        @Bulkhead(name = "seat", maxConcurrent = "1", maxWait = "1h")
        public CompletableFuture<String> seat() {
            return new CompletableFuture<>();
        }

        @Retryable(name = "later", delays = "1h", maxDelay = "1h")
        public CompletableFuture<String> later() {
            return CompletableFuture.failedFuture(new IllegalStateException("not yet"));
        }

        @Retryable(name = "reactive", delays = "1h", maxDelay = "1h")
        public Mono<String> reactive() {
            return Mono.error(new IllegalStateException("not yet"));
        }
    }

    /** A call on a thread of its own, which is at rest by now. */
    private static Future<?> waiter(Callable<?> call) {
        FutureTask<?> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING
                && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        return task;
    }

    private static void assertRefused(Future<?> call) {
        assertThatThrownBy(call::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closing");
    }
}
