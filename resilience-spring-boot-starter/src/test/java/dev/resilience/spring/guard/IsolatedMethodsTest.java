package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.PolicyRegistry;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Timeout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

/** Methods that ignore interrupts and run out of time on threads of their own. */
class IsolatedMethodsTest {

    @Test
    void letTheirCallersGoAndKeepTheirSeats() {
        in(deaf -> {
            assertThatThrownBy(deaf::compute).isInstanceOf(CallTimedOutException.class);
            assertThatThrownBy(deaf::compute).isInstanceOf(BulkheadFullException.class);

            deaf.ends.countDown();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(deaf.computeQuickly()).isEqualTo("done"));
        });
    }

    @Test
    void keepTheirSeatsInAnyOrderOfThePolicies() {
        in(deaf -> {
            assertThatThrownBy(deaf::otherOrder).isInstanceOf(CallTimedOutException.class);
            assertThatThrownBy(deaf::otherOrder).isInstanceOf(BulkheadFullException.class);
        });
    }

    @Test
    void giveTheValueInsteadOfTheirExpiryInEveryShape() {
        in(deaf -> {
            assertThat(deaf.price()).isEqualTo(7);
            assertThat(deaf.priceLater().join()).isEqualTo(7);
        });
    }

    @Test
    void areInvokedElsewhereIfTheyGiveAFuture() {
        in(deaf -> {
            CompletableFuture<String> answer = deaf.computeLater();

            assertThatThrownBy(answer::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(CallTimedOutException.class);
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
                .rootCause()
                .hasMessageContaining("isolation")
                .hasMessageContaining("does nothing for Reactive.compute, which gives a publisher"));
    }

    private static void in(Consumer<Deaf> story) {
        Starters.with(Deaf.class)
                .withPropertyValues(
                        "resilience.pipelines.other-way.timeouts=other-way",
                        "resilience.pipelines.other-way.bulkheads=other-way",
                        "resilience.pipelines.other-way.order=bulkheads, timeouts",
                        "resilience.timeouts.other-way.timeout=10ms",
                        "resilience.timeouts.other-way.isolation=thread",
                        "resilience.bulkheads.other-way.max-concurrent=1")
                .run(context -> {
                    Deaf deaf = context.getBean(Deaf.class);
                    try {
                        story.accept(deaf);
                    } finally {
                        deaf.ends.countDown();
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

        final CountDownLatch ends = new CountDownLatch(1);

        @Timeout(name = "deaf", timeout = "10ms", isolation = "thread")
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

        @Timeout(timeout = "10ms", isolation = "thread", returning = "7")
        public int price() {
            return work(1);
        }

        @Timeout(timeout = "10ms", isolation = "thread", returning = "7")
        public CompletableFuture<Integer> priceLater() {
            return CompletableFuture.completedFuture(work(1));
        }

        @Timeout(timeout = "10ms", isolation = "thread")
        public CompletableFuture<String> computeLater() {
            return CompletableFuture.completedFuture(work("done"));
        }

        @Timeout(timeout = "1m", isolation = "thread")
        public String user() {
            boolean elsewhere = Thread.currentThread().getName().startsWith("resilience-");
            return MDC.get("user") + (elsewhere ? " on another thread" : "");
        }

        private <T> T work(T result) {
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

        @Timeout(timeout = "10ms", isolation = "thread")
        public Mono<String> compute() {
            return Mono.empty();
        }
    }
}
