package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two loads that wait for each other are found out, whatever was invalidated meanwhile. */
class CirclesTest {

    private final Time time = new ManualTime().time();
    private final PolicyInstance<?, ?> policy = Resilience.builder()
            .time(time)
            .policy("caches", "quotes", Map.of())
            .build()
            .policies()
            .find("caches", "quotes")
            .orElseThrow();
    private final Pipeline pipeline = pipeline();

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "first", "second", "all"})
    void areFoundThoughOneOfThemWasInvalidatedMeanwhile(String invalidated) {
        CompletableFuture<Object> first = load("first", () -> {
            elsewhere(() -> load("second", () -> load("first", CompletableFuture::new)));
            invalidate(invalidated);
            return load("second", () -> CompletableFuture.completedFuture("loaded anew"));
        });

        assertThat(first).isDone();
    }

    private void invalidate(String which) {
        ResultCache cache = (ResultCache) policy.state();
        if (which.equals("all")) {
            cache.invalidateAll();
        } else {
            cache.invalidate(which);
        }
    }

    @SuppressWarnings("unchecked")
    private CompletableFuture<Object> load(String key, Supplier<CompletableFuture<Object>> work) {
        try {
            return (CompletableFuture<Object>) pipeline.invoke(CallShape.STAGE, new Object[] {key}, work::get);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    private static void elsewhere(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private Pipeline pipeline() {
        Expression key = (arguments, context) -> arguments[0];
        return Pipeline.of(
                "Quotes.quote",
                List.of(new Pipeline.Placed(policy, Placement.of(Map.of("key", key)))),
                List.of(),
                new ExecutionRuntime(time, new Deadlines(time), event -> {}, ContextCarrier.NONE, false));
    }
}
