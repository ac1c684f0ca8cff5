package dev.resilience.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.ContextCarrier;
import dev.resilience.PolicyRegistry;
import dev.resilience.Resilience;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceListener;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.FailureClassifier.Knowledge;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.time.Scheduler;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpServerErrorException;

class ResilienceAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class));

    @Test
    void startsWithoutAnythingOptional() {
        runner.withClassLoader(new FilteredClassLoader(
                        "reactor",
                        "org.reactivestreams",
                        "io.micrometer",
                        "org.springframework.web",
                        "org.springframework.http",
                        "org.springframework.security",
                        "jakarta.servlet",
                        "kotlin"))
                .withUserConfiguration(Upstream.class)
                .run(context ->
                        assertThat(context.getBean(Upstream.class).call()).isEqualTo("called 2"));
    }

    /** Public, because its proxy is in another class loader. */
    public static class Upstream {
        private final AtomicInteger calls = new AtomicInteger();

        @Retryable(delay = "1ms")
        public String call() {
            if (calls.incrementAndGet() < 2) {
                throw new IllegalStateException("not yet");
            }
            return "called " + calls;
        }
    }

    @Test
    void everyClockCanBeReplaced() {
        Ticker ticker = () -> 42;
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        runner.withBean(Ticker.class, () -> ticker)
                .withBean(Clock.class, () -> clock)
                .run(context -> {
                    assertThat(context.getBean(Time.class).ticker()).isSameAs(ticker);
                    assertThat(context.getBean(Time.class).wall()).isSameAs(clock);
                });
    }

    @Test
    void twoApplicationsShareNothingAndTheirThreadsEndWithThem() {
        runner.run(one -> runner.run(other -> {
            assertThat(one.getBean(PolicyRegistry.class)).isNotSameAs(other.getBean(PolicyRegistry.class));
            assertThat(one.getBean(Scheduler.class)).isNotSameAs(other.getBean(Scheduler.class));
        }));
        ThreadScheduler[] scheduler = new ThreadScheduler[1];
        runner.run(context -> scheduler[0] = context.getBean(ThreadScheduler.class));

        assertThatThrownBy(() -> scheduler[0].schedule(() -> {}, 1)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void listenersHearOfEventsAndOneThatThrowsDisturbsNobody() {
        runner.withUserConfiguration(Broken.class)
                .withBean("throwing", ResilienceListener.class, () -> event -> {
                    throw new IllegalStateException("listener");
                })
                .withBean(Recording.class)
                .run(context -> {
                    assertThatThrownBy(context.getBean(Broken.class)::call).hasMessage("down");

                    assertThat(context.getBean(Recording.class).events)
                            .hasAtLeastOneElementOfType(ResilienceEvent.StateChanged.class);
                });
    }

    static class Recording implements ResilienceListener {
        private final List<ResilienceEvent> events = new ArrayList<>();

        @Override
        public void onEvent(ResilienceEvent event) {
            events.add(event);
        }
    }

    static class Broken {
        @CircuitBreaker(consecutiveFailures = "1")
        public void call() {
            throw new IllegalStateException("down");
        }
    }

    @Test
    void theLoggingContextIsThereInEveryAttempt() {
        runner.withUserConfiguration(Tracing.class).run(context -> {
            MDC.put("trace", "t-1");
            try {
                assertThat(context.getBean(Tracing.class).call()).succeedsWithin(Duration.ofSeconds(5));
            } finally {
                MDC.clear();
            }
            assertThat(context.getBean(Tracing.class).seen()).containsExactly("t-1", "t-1");
        });
    }

    static class Tracing {
        private final List<String> seen = new ArrayList<>();

        @Retryable(delay = "1ms")
        public CompletionStage<String> call() {
            seen.add(MDC.get("trace"));
            return seen.size() < 2
                    ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
                    : CompletableFuture.completedFuture("done");
        }

        public List<String> seen() {
            return seen;
        }
    }

    @Test
    void theCarrierCanBeReplaced() {
        runner.withBean(ContextCarrier.class, () -> ContextCarrier.NONE)
                .run(context ->
                        assertThat(context.getBean(ContextCarrier.class)).isSameAs(ContextCarrier.NONE));
    }

    @Test
    void answersOfSpringsClientsAreUnderstood() {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, "7");
        HttpServerErrorException failure =
                HttpServerErrorException.create(HttpStatus.SERVICE_UNAVAILABLE, "busy", headers, new byte[0], null);

        runner.run(context -> assertThat(context.getBeanProvider(FailureClassifier.class).stream()
                        .map(classifier -> classifier.classify(failure))
                        .filter(Objects::nonNull))
                .containsExactly(new Knowledge(503, Duration.ofSeconds(7), false)));
    }

    @Test
    void theDoorRunsAConfiguredPipeline() {
        runner.withPropertyValues("resilience.pipelines.ml.bulkheads=ml", "resilience.bulkheads.ml.max-concurrent=1")
                .run(context -> assertThat(
                                context.getBean(Resilience.class).pipeline("ml").call(() -> "through"))
                        .isEqualTo("through"));
    }
}
