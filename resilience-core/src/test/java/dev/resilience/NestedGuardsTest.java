package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.cache.RecursiveLoadException;
import dev.resilience.failure.Judgement;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Guarded methods that call guarded methods. */
class NestedGuardsTest {

    private static final Object[] NO_ARGUMENTS = {};

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time());

    @Test
    void doesNotMultiplyTheAttemptsOfNestedRetries() {
        Pipeline outer = guards.with("retries", "outer", "delay=0").around("Shop.order");
        Pipeline middle = guards.with("retries", "middle", "delay=0").around("Shop.quote");
        Pipeline inner = guards.with("retries", "inner", "delay=0").around("Client.get");
        AtomicInteger calls = new AtomicInteger();
        Callable<Object> dead = () -> {
            calls.incrementAndGet();
            throw new IOException("down");
        };

        assertThatThrownBy(() -> outer.call(() -> middle.call(() -> inner.call(dead))))
                .isInstanceOf(IOException.class);

        assertThat(calls).hasValue(3);
    }

    @Test
    void doesNotMultiplyThemForANullEither() throws Exception {
        Resilience resilience = Resilience.builder()
                .time(time.time())
                .outcomeRule("none", (result, failure) -> result == null ? Judgement.FAILURE : null)
                .policy("retries", "outer", Map.of("retry-when", "@none", "delay", "0"))
                .policy("retries", "inner", Map.of("retry-when", "@none", "delay", "0"))
                .pipeline("outer", Map.of("retries", "outer"))
                .pipeline("inner", Map.of("retries", "inner"))
                .build();
        AtomicInteger calls = new AtomicInteger();

        Pipeline outer = resilience.pipeline("outer");
        Object none = outer.call(() -> resilience.pipeline("inner").call(() -> {
            calls.incrementAndGet();
            return null;
        }));

        assertThat(none).isNull();
        assertThat(calls).hasValue(3);
        assertThat(outer.statistics().recoveries()).isZero();
    }

    @Test
    void aRetryThatOnlyPretendsKeepsNobodyFurtherOutFromTryingAgain() {
        Pipeline outer = guards.with("retries", "outer", "delay=0").around("Shop.order");
        Pipeline inner =
                guards.inTheShadow("retries", "inner", "max-attempts=1").around("Client.get");
        AtomicInteger calls = new AtomicInteger();
        Callable<Object> dead = () -> {
            calls.incrementAndGet();
            throw new IOException("down");
        };

        assertThatThrownBy(() -> outer.call(() -> inner.call(dead))).isInstanceOf(IOException.class);

        assertThat(calls).hasValue(3);
    }

    @Test
    void aRetryInsideATotalTimeoutThatHasPassedKnowsThatNoTimeIsLeft() {
        guards.with("timeouts", "call", "total=1s").with("retries", "call", "delay=10ms jitter=none");
        Pipeline pipeline = guards.around("Slow.call");
        assertThatThrownBy(() -> pipeline.call(() -> {
                    time.advance(Duration.ofMillis(1));
                    time.advance(Duration.ofSeconds(2));
                    throw new IllegalStateException("late");
                }))
                .isInstanceOf(CallTimedOutException.class);
        assertThat(guards.numbers("retries", "call").get("retries")).isEqualTo(0L);
    }

    @Test
    void failsALoadThatCallsItselfInsteadOfWaitingForItselfForEver() {
        Pipeline cached = guards.with("caches", "quotes", "").around("Shop.quote");

        assertThatThrownBy(() -> cached.invoke(
                        CallShape.BLOCKING,
                        NO_ARGUMENTS,
                        () -> cached.invoke(CallShape.BLOCKING, NO_ARGUMENTS, () -> "value")))
                .isInstanceOf(RecursiveLoadException.class);
    }

    @Test
    void failsALoadThatWaitsForALoadThatWaitsForIt() throws Exception {
        Pipeline cached = guards.with("caches", "quotes", "").around("Shop.quote");

        Object one = quote(cached, "one", () -> {
            onAnotherThread(() -> quote(cached, "two", () -> quote(cached, "one", () -> null)));
            return quote(cached, "two", () -> null);
        });

        assertThat((CompletableFuture<?>) one)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(RecursiveLoadException.class);
    }

    private static Object quote(Pipeline cached, String symbol, Body body) {
        try {
            return cached.invoke(CallShape.STAGE, new Object[] {symbol}, body);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    private static void onAnotherThread(Runnable work) throws InterruptedException {
        Thread thread = new Thread(work);
        thread.start();
        thread.join();
    }
}
