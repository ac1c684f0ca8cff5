package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.PolicyRegistry;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

/** Methods that ignore interrupts and run out of time on threads of their own. */
class IsolatedMethodsTest {

    private final ManualTime clock = new ManualTime();

    @Test
    void letTheirCallersGoAndKeepTheirSeats() {
        in(deaf -> {
            assertThat(outOfTime(deaf, deaf::compute)).isInstanceOf(CallTimedOutException.class);
            assertThatThrownBy(deaf::compute).isInstanceOf(BulkheadFullException.class);

            deaf.end();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(deaf.computeQuickly()).isEqualTo("done"));
        });
    }

    @Test
    void keepTheirSeatsInAnyOrderOfThePolicies() {
        in(deaf -> {
            assertThat(outOfTime(deaf, deaf::otherOrder)).isInstanceOf(CallTimedOutException.class);
            assertThatThrownBy(deaf::otherOrder).isInstanceOf(BulkheadFullException.class);
        });
    }

    @Test
    void giveTheValueInsteadOfTheirExpiryInEveryShape() {
        in(deaf -> {
            assertThat(outOfTime(deaf, deaf::price)).isEqualTo(7);
            assertThat(outOfTime(deaf, () -> deaf.priceLater().join())).isEqualTo(7);
        });
    }

    @Test
    void areInvokedElsewhereIfTheyGiveAFuture() {
        in(deaf -> {
            CompletableFuture<String> answer = deaf.computeLater();
            assertThat(answer).isNotDone();

            assertThat(outOfTime(deaf, answer::join)).isInstanceOf(CallTimedOutException.class);
        });
    }

    @Test
    void haveTheContextOfTheirCallers() {
        in(deaf -> {
            MDC.put("user", "carol");
            try {
                assertThat(deaf.user()).isEqualTo("carol on another thread");
            } finally {
                MDC.clear();
            }
        });
    }

    @Test
    void cannotGivePublishers() {
        Starters.with(Reactive.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("isolation")
                .hasMessageContaining("does nothing for Reactive.compute, which gives a publisher"));
    }

    /** Calls, turns the time on when the method is at work, and gives how the call ended. */
    private Object outOfTime(Deaf deaf, Supplier<?> call) {
        CompletableFuture<Object> ending = CompletableFuture.supplyAsync(call, task -> new Thread(task).start())
                .handle((value, failure) -> failure == null ? value : cause(failure));
        deaf.awaitWork();
        clock.advance(Duration.ofSeconds(1));
        return ending.join();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? cause(failure.getCause())
                : failure;
    }

    private void in(Consumer<Deaf> story) {
        ThreadScheduler threads = new ThreadScheduler();
        Time time = new Time(clock, clock, threads, InstantSource.system(), RandomSource.system());
        Starters.with(Deaf.class)
                .withBean("manualTime", Time.class, () -> time)
                .withPropertyValues(
                        "resilience.pipelines.other-way.timeouts=other-way",
                        "resilience.pipelines.other-way.bulkheads=other-way",
                        "resilience.pipelines.other-way.order=bulkheads, timeouts",
                        "resilience.timeouts.other-way.timeout=1s",
                        "resilience.timeouts.other-way.isolation=thread",
                        "resilience.bulkheads.other-way.max-concurrent=1")
                .run(context -> {
                    Deaf deaf = context.getBean(Deaf.class);
                    try {
                        story.accept(deaf);
                    } finally {
                        deaf.end();
                    }
                    Awaitility.await()
                            .until(() -> context.getBean(PolicyRegistry.class).all("bulkheads").values().stream()
                                    .allMatch(seats -> seats.snapshot()
                                                    .numbers()
                                                    .get("in-use")
                                                    .intValue()
                                            == 0));
                });
    }

    /** Hears no interrupt. */
    static class Deaf {

        private final CountDownLatch ends = new CountDownLatch(1);

        private final Semaphore atWork = new Semaphore(0);

        public void awaitWork() {
            atWork.acquireUninterruptibly();
        }

        public void end() {
            ends.countDown();
        }

        @Timeout(name = "deaf", timeout = "1s", isolation = "thread")
        @Bulkhead(name = "deaf", maxConcurrent = "1")
        public String compute() {
            return work("done");
        }

        @Bulkhead("deaf")
        public String computeQuickly() {
            return "done";
        }

        @Resilient("other-way")
        public String otherOrder() {
            return work("done");
        }

        @Timeout(timeout = "1s", isolation = "thread", returning = "7")
        public int price() {
            return work(1);
        }

        @Timeout(timeout = "1s", isolation = "thread", returning = "7")
        public CompletableFuture<Integer> priceLater() {
            return CompletableFuture.completedFuture(work(1));
        }

        @Timeout(timeout = "1s", isolation = "thread")
        public CompletableFuture<String> computeLater() {
            return CompletableFuture.completedFuture(work("done"));
        }

        @Timeout(timeout = "1m", isolation = "thread")
        public String user() {
            boolean elsewhere = Thread.currentThread().getName().startsWith("resilience-");
            return MDC.get("user") + (elsewhere ? " on another thread" : "");
        }

        private <T> T work(T result) {
            atWork.release();
            boolean over = false;
            while (!over) {
                try {
                    ends.await();
                    over = true;
                } catch (InterruptedException ignored) {
                    // That is what it is like.
                }
            }
            return result;
        }
    }

    /** Gives what nobody waits for. */
    static class Reactive {

        @Timeout(timeout = "1s", isolation = "thread")
        public Mono<String> compute() {
            return Mono.empty();
        }
    }
}
