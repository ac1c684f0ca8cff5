package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.CallDeadline;
import dev.resilience.CallShape;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.Resilience;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A deadline goes with the call, whatever shape the calls inside it have: what can't end in time isn't begun. */
class TravellingDeadlineTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final AtomicInteger invoked = new AtomicInteger();
    private final Resilience resilience = Resilience.builder()
            .time(time.time())
            .policy("timeouts", "outer", Map.of("timeout", "1s"))
            .policy("timeouts", "inner", Map.of("timeout", "300ms"))
            .policy("timeouts", "wide", Map.of("timeout", "1h"))
            .policy("circuit-breakers", "b", Map.of("minimum-calls", "1", "consecutive-failures", "1"))
            .policy("rate-limiters", "l", Map.of("limits", "2/10s", "max-wait", "1m"))
            .policy("bulkheads", "h", Map.of("max-concurrent", "1", "max-wait", "1m"))
            .policy("retries", "r", Map.of("delay", "600ms", "jitter", "none", "multiplier", "1"))
            .pipeline("outer", Map.of("timeouts", "outer"))
            .pipeline(
                    "inner",
                    Map.of("circuit-breakers", "b", "rate-limiters", "l", "bulkheads", "h", "timeouts", "wide"))
            .pipeline("brief", Map.of("timeouts", "inner"))
            .pipeline("retried", Map.of("retries", "r"))
            .pipeline("limited", Map.of("rate-limiters", "l"))
            .pipeline("seated", Map.of("bulkheads", "h"))
            .build();
    private final Pipeline outer = resilience.pipeline("outer");
    private final Pipeline inner = resilience.pipeline("inner");

    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThat(CallDeadline.current()).isNull();
        assertThat(Thread.interrupted()).isFalse();
    }

    /** The outer body takes too long, hears nothing of it, and begins something else. */
    @ParameterizedTest
    @EnumSource(CallShape.class)
    void nothingIsBegunOnceTheTimeIsOver(CallShape shape) {
        AtomicReference<Throwable> seen = new AtomicReference<>();

        assertThatThrownBy(() -> outer.call(() -> {
                    deaf(SECOND.plusMillis(1));
                    seen.set(catchThrowable(() -> nested(shape)));
                    return null;
                }))
                .isInstanceOf(CallTimedOutException.class);

        assertThat(seen.get()).isInstanceOfSatisfying(CallTimedOutException.class, late -> assertThat(late.name())
                .isEqualTo("outer"));
        assertUntouched();
    }

    @Test
    void aDeadlineGoesThroughMonosToo() {
        Mono<Object> late = outer.mono(() -> Mono.defer(() -> {
            deaf(SECOND.plusMillis(1));
            return inner.mono(this::invokeMono);
        }));

        assertThatThrownBy(late::block).satisfies(thrown -> assertThat(Exceptions.unwrap(thrown))
                .isInstanceOfSatisfying(CallTimedOutException.class, expiry -> assertThat(expiry.name())
                        .isEqualTo("outer")));
        assertUntouched();
    }

    @Test
    void anOuterMonosDeadlineIsInItsContext() {
        AtomicReference<Duration> left = new AtomicReference<>();
        Mono<Object> mono = outer.mono(() -> Mono.deferContextual(context -> {
            time.advance(Duration.ofMillis(400));
            left.set(CallDeadline.of(context).remaining());
            return Mono.just("done");
        }));

        assertThat(mono.block()).isEqualTo("done");

        assertThat(left.get()).isBetween(Duration.ofMillis(599), Duration.ofMillis(602));
    }

    /** A retry inside doesn't sleep beyond the deadline around it: the failure goes out at once. */
    @Test
    void noRetryWaitsBeyondAnOuterDeadline() {
        long begun = time.nanos();
        assertThatThrownBy(() -> outer.call(() -> {
                    deaf(Duration.ofMillis(500));
                    return resilience.pipeline("retried").call(() -> {
                        invoked.incrementAndGet();
                        throw new IllegalStateException("down");
                    });
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(invoked).hasValue(1);
        assertThat(Duration.ofNanos(time.nanos() - begun)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void noLimiterMakesWaitBeyondAnOuterDeadline() throws Exception {
        Pipeline limited = resilience.pipeline("limited");
        limited.call(() -> "one");
        limited.call(() -> "two");
        long begun = time.nanos();

        assertThatThrownBy(() -> outer.call(() -> limited.call(invoked::incrementAndGet)))
                .isInstanceOf(RateLimitedException.class);

        assertThat(time.nanos()).as("it was refused at once").isEqualTo(begun);
        time.advance(Duration.ofSeconds(10));
        assertThat(number("rate-limiters", "l", "used")).isZero();
        limited.call(() -> "one");
        limited.call(() -> "two");
        assertThat(time.nanos()).isEqualTo(begun + Duration.ofSeconds(10).toNanos());
    }

    @Test
    void noLineHoldsAnybodyBeyondAnOuterDeadline() {
        CompletableFuture<String> holder = new CompletableFuture<>();
        Pipeline seated = resilience.pipeline("seated");
        seated.callAsync(() -> holder);
        long begun = time.nanos();

        assertThatThrownBy(() -> outer.call(() -> seated.call(invoked::incrementAndGet)))
                .isInstanceOf(CallTimedOutException.class);

        assertThat(Duration.ofNanos(time.nanos() - begun)).isBetween(SECOND, SECOND.plusMillis(3));
        assertThat(number("bulkheads", "h", "waiting")).isZero();
        holder.complete("done");
        assertThat(number("bulkheads", "h", "in-use")).isZero();
        assertThat(invoked).hasValue(0);
    }

    @Test
    void theNearestDeadlineIsTheCurrentOne() throws Exception {
        assertThat(CallDeadline.current()).isNull();
        outer.call(() -> {
            assertThat(CallDeadline.current().remaining()).isEqualTo(SECOND);
            deaf(Duration.ofMillis(100));
            Duration inside = resilience.pipeline("brief").call(() -> CallDeadline.current()
                    .remaining());
            assertThat(inside).isEqualTo(Duration.ofMillis(300));
            deaf(Duration.ofMillis(800));
            CallDeadline nearest = resilience.pipeline("brief").call(CallDeadline::current);
            assertThat(CallDeadline.current().remaining()).isEqualTo(Duration.ofMillis(100));
            resilience.pipeline("brief").call(() -> {
                assertThat(CallDeadline.current().remaining()).isEqualTo(Duration.ofMillis(100));
                assertThat(CallDeadline.current().timedOut().name()).isEqualTo("outer");
                return null;
            });
            assertThat(nearest).isNotNull();
            return null;
        });
        inner.callAsync(() -> {
            assertThat(CallDeadline.current().remaining()).isEqualTo(Duration.ofHours(1));
            return CompletableFuture.completedFuture("done");
        });
    }

    /** Whatever a client whose own timeout equals the time left fails with, it is the expiry. */
    @ParameterizedTest
    @EnumSource(CallShape.class)
    void aFailureAfterTheTimeIsTheExpiry(CallShape shape) {
        ModelTime unwound = new ModelTime();
        Resilience unwatched = Resilience.builder()
                .time(unwound.time())
                .policy("timeouts", "t", Map.of("timeout", "1s"))
                .policy("retries", "r", Map.of("delay", "10ms", "retry-on", "java.lang.IllegalStateException"))
                .pipeline("p", Map.of("timeouts", "t"))
                .build();
        RuntimeException clients = new IllegalStateException("the client's own timeout");
        Pipeline pipeline = unwatched.pipeline("p");

        Throwable thrown = catchThrowable(() -> ask(shape, pipeline, () -> {
            // Begins its time, as anybody does who wants to know how much is left.
            CallDeadline.current().remaining();
            unwound.advanceSilently(SECOND.toNanos());
            throw clients;
        }));

        assertThat(thrown).isInstanceOf(CallTimedOutException.class);
    }

    @Test
    void aFailureInTimeIsItself() {
        assertThatThrownBy(() -> outer.call(() -> {
                    deaf(SECOND.minusMillis(2));
                    throw new IllegalStateException("in time");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    private void nested(CallShape shape) throws Throwable {
        ask(shape, inner, () -> {
            invoked.incrementAndGet();
            return "done";
        });
    }

    private Mono<Object> invokeMono() {
        invoked.incrementAndGet();
        return Mono.just("done");
    }

    /** What a client does. */
    @FunctionalInterface
    private interface Client {
        Object go();
    }

    private static void ask(CallShape shape, Pipeline pipeline, Client client) throws Throwable {
        try {
            switch (shape) {
                case BLOCKING -> pipeline.call(client::go);
                case STAGE ->
                    pipeline.callAsync(() -> CompletableFuture.completedFuture(client.go()))
                            .join();
                case MONO -> pipeline.mono(() -> Mono.just(client.go())).block();
                case FLUX -> pipeline.flux(() -> Flux.just(client.go())).blockLast();
            }
        } catch (CompletionException wrapped) {
            throw wrapped.getCause();
        }
    }

    /** Lets the time pass, and the interrupt with it. */
    private void deaf(Duration duration) {
        time.advance(duration);
        Thread.interrupted();
    }

    private void assertUntouched() {
        assertThat(invoked).as("invocations").hasValue(0);
        assertThat(number("circuit-breakers", "b", "calls-in-window")).isZero();
        assertThat(number("circuit-breakers", "b", "opens")).isZero();
        assertThat(number("rate-limiters", "l", "used")).isZero();
        assertThat(number("bulkheads", "h", "in-use")).isZero();
    }

    private long number(String kind, String name, String number) {
        return resilience
                .policies()
                .find(kind, name)
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(number)
                .longValue();
    }
}
