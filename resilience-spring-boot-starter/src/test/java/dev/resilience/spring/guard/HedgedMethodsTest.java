package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceListener;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Retryable;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Slow methods that get a second try beside the first: the first hangs, the second answers. */
class HedgedMethodsTest {

    @Test
    void givePlainValuesOfTheSecondTryAndInterruptTheFirst() {
        in(quotes -> {
            assertThat(quotes.plain()).isEqualTo("second");
            assertThat(quotes.endOfTheFirst()).isInstanceOf(InterruptedException.class);
        });
    }

    @Test
    void giveFuturesOfTheSecondTryAndCancelTheFirst() {
        in(quotes -> {
            assertThat(quotes.later().join()).isEqualTo("second");
            assertThat(quotes.endOfTheFirst()).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void givePublishersOfTheSecondTryAndCancelTheFirst() {
        in(quotes -> {
            assertThat(quotes.mono().block()).isEqualTo("second");
            assertThat(quotes.endOfTheFirst()).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void haveTheContextOfTheirCallersInBothTries() {
        in(quotes -> {
            MDC.put("user", "carol");
            try {
                quotes.plain();
            } finally {
                MDC.clear();
            }
            assertThat(quotes.users()).containsExactly("carol", "carol");
        });
    }

    @Test
    void fallBackWhenBothTriesHaveFailed() {
        in(quotes -> assertThat(quotes.failing()).isEqualTo("cheap"));
    }

    @Test
    void tellOfTheirHedgesInNumbersAndEvents() {
        List<ResilienceEvent.Hedged> heard = new CopyOnWriteArrayList<>();
        Starters.with(Quotes.class)
                .withBean(ResilienceListener.class, () -> event -> {
                    if (event instanceof ResilienceEvent.Hedged hedged) {
                        heard.add(hedged);
                    }
                })
                .withPropertyValues("resilience.retries.quotes.hedge-after=1ms")
                .run(context -> {
                    context.getBean(Quotes.class).plain();

                    assertThat(number(context, "hedged")).isEqualTo(1);
                    assertThat(number(context, "hedges-won")).isEqualTo(1);
                    assertThat(heard)
                            .extracting(ResilienceEvent.Hedged::operation)
                            .containsExactly("Quotes.plain");
                });
    }

    @Test
    void cannotGiveStreams() {
        Starters.with(Streaming.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("hedge-after")
                .hasMessageContaining("can't work for Streaming.quotes, which gives a stream"));
    }

    @Test
    void cannotBeOnesThatMustNotBeRepeated() {
        Starters.with(Ordering.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("would do Ordering.order twice at once, which must not be repeated. Say"
                        + " 'idempotent = true' if repeating does no harm"));
    }

    @Test
    void mayBeUnsafeIfRepeatingThemDoesNoHarm() {
        Starters.with(Asking.class).run(context -> assertThat(context).hasNotFailed());
    }

    private static void in(Consumer<Quotes> story) {
        Starters.with(Quotes.class)
                .withPropertyValues("resilience.retries.quotes.hedge-after=1ms")
                .run(context -> {
                    story.accept(context.getBean(Quotes.class));
                    Awaitility.await().until(() -> isAtRest(context));
                });
    }

    private static boolean isAtRest(AssertableApplicationContext context) {
        return context.getBean(PolicyRegistry.class).all("bulkheads").values().stream()
                .allMatch(seats -> seats.snapshot().numbers().get("in-use").intValue() == 0);
    }

    private static long number(AssertableApplicationContext context, String name) {
        return context.getBean(PolicyRegistry.class)
                .find("retries", "quotes")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(name)
                .longValue();
    }

    /** Where the first try hangs until it is ended. */
    static class Quotes {

        private final CompletableFuture<Throwable> end = new CompletableFuture<>();
        private final Queue<String> users = new ConcurrentLinkedQueue<>();
        private final AtomicInteger tries = new AtomicInteger();

        public Throwable endOfTheFirst() {
            return end.join();
        }

        public Queue<String> users() {
            return users;
        }

        @Retryable("quotes")
        @Bulkhead(name = "seats", maxConcurrent = "2")
        public String plain() {
            users.add(String.valueOf(MDC.get("user")));
            if (tries.getAndIncrement() > 0) {
                return "second";
            }
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupt) {
                end.complete(interrupt);
            }
            return "first";
        }

        @Retryable("quotes")
        @Bulkhead(name = "seats", maxConcurrent = "2")
        public CompletableFuture<String> later() {
            if (tries.getAndIncrement() > 0) {
                return CompletableFuture.completedFuture("second");
            }
            CompletableFuture<String> first = new CompletableFuture<>();
            first.whenComplete((value, failure) -> end.complete(failure));
            return first;
        }

        @Retryable("quotes")
        @Bulkhead(name = "seats", maxConcurrent = "2")
        public Mono<String> mono() {
            return Mono.defer(() -> tries.getAndIncrement() > 0
                    ? Mono.just("second")
                    : Mono.<String>never().doOnCancel(() -> end.complete(new CancellationException())));
        }

        @Retryable("quotes")
        @Fallback(returning = "cheap")
        public String failing() {
            throw new IllegalStateException("down");
        }
    }

    static class Streaming {

        @Retryable(hedgeAfter = "p95")
        public Flux<String> quotes() {
            return Flux.empty();
        }
    }

    static class Ordering {

        @PostMapping("/orders")
        @Retryable(hedgeAfter = "200ms")
        public String order() {
            return "ordered";
        }
    }

    static class Asking {

        @PostMapping("/questions")
        @Retryable(hedgeAfter = "200ms", idempotent = true)
        public String ask() {
            return "answered";
        }

        @GetMapping("/answers")
        @Retryable(hedgeAfter = "200ms")
        public String look() {
            return "found";
        }
    }
}
