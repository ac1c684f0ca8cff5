package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.Body;
import dev.resilience.CallDeadline;
import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Resilience;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Mono;

/** A refresh runs behind its caller, elsewhere, whatever shape the result has. */
class RefreshInEveryShapeTest {

    private static final String CACHE = "ttl=1m ttl-jitter=0 stale-while-revalidate=30s";

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time());
    private final Queue<Runnable> elsewhere = new ArrayDeque<>();
    private final ThreadLocal<String> context = new ThreadLocal<>();
    private final List<String> seen = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void callersDoNotWaitForIt(CallShape shape) throws Throwable {
        Pipeline quotes = guards.with("caches", "quotes", CACHE).around("Shop.quote");
        expired(quotes, shape);

        assertThat(call(quotes, shape, () -> "new")).isEqualTo("old");
        assertThat(call(quotes, shape, () -> "never")).isEqualTo("old");
        runElsewhere();

        assertThat(call(quotes, shape, () -> "never")).isEqualTo("new");
        assertThat(guards.numbers("caches", "quotes")).containsEntry("refreshes", 1L);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void itHasTheContextOfItsCallerAndDeadlinesOfItsOwn(CallShape shape) throws Throwable {
        Pipeline outer = guards.with("timeouts", "outer", "timeout=2s").around("Shop.order");
        Pipeline quotes = carrying();
        expired(quotes, shape);
        context.set("caller");

        Object answer = call(outer, shape, () -> quotes.invoke(shape, new Object[] {"ACME"}, of(shape, this::look)));
        context.set("somebody else");
        time.advance(Duration.ofSeconds(20));
        runElsewhere();

        assertThat(answer).isEqualTo("old");
        assertThat(seen).containsExactly("caller PT10S");
        assertThat(context.get()).isEqualTo("somebody else");
        assertThat(call(quotes, shape, () -> "never")).isEqualTo("new");
    }

    /** The attempt's timeout stands inside of the cache, the total one outside. */
    private Pipeline carrying() {
        return Resilience.builder()
                .time(time.time())
                .carrier(carrier())
                .policy("caches", "quotes", Map.of("ttl", "1m", "ttl-jitter", "0", "stale-while-revalidate", "30s"))
                .policy("timeouts", "quotes", Map.of("total", "15s", "timeout", "10s"))
                .pipeline("quotes", Map.of("caches", "quotes", "timeouts", "quotes"))
                .build()
                .pipeline("quotes");
    }

    private String look() {
        CallDeadline deadline = CallDeadline.current();
        seen.add(context.get() + " " + (deadline == null ? "for ever" : deadline.remaining()));
        return "new";
    }

    private ContextCarrier carrier() {
        return () -> {
            String captured = context.get();
            return () -> {
                String before = context.get();
                context.set(captured);
                return () -> context.set(before);
            };
        };
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void theOldResultIsGivenThoughThereAreNoThreadsForIt(CallShape shape) throws Throwable {
        Pipeline quotes = guards.with("caches", "quotes", CACHE).around("Shop.quote");
        expired(quotes, shape);
        time.executor(task -> {
            throw new RejectedExecutionException();
        });

        assertThat(call(quotes, shape, () -> "never")).isEqualTo("old");

        time.executor(Runnable::run);
        time.advance(Duration.ofSeconds(1));
        assertThat(call(quotes, shape, () -> "new")).isEqualTo("old");
        assertThat(call(quotes, shape, () -> "never")).isEqualTo("new");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void itHoldsPermitsOfGuardsFurtherInUntilItEnds(CallShape shape) throws Throwable {
        Pipeline quotes = guards.with("caches", "quotes", CACHE)
                .with("bulkheads", "upstream", "max-concurrent=1")
                .around("Shop.quote");
        expired(quotes, shape);
        time.executor(Runnable::run);
        List<Object> inUse = new ArrayList<>();

        call(quotes, shape, () -> {
            inUse.add(guards.numbers("bulkheads", "upstream").get("in-use"));
            throw new IllegalStateException("down");
        });

        assertThat(inUse).containsExactly(1);
        assertThat(guards.numbers("bulkheads", "upstream")).containsEntry("in-use", 0);
        assertThat(guards.numbers("caches", "quotes")).containsEntry("refresh-failures", 1L);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void aCacheThatIsOnlyTriedOutRefreshesNothing(CallShape shape) throws Throwable {
        Pipeline quotes = guards.inTheShadow("caches", "quotes", CACHE).around("Shop.quote");
        expired(quotes, shape);

        assertThat(call(quotes, shape, () -> "own")).isEqualTo("own");
        assertThat(call(quotes, shape, () -> "own again")).isEqualTo("own again");

        assertThat(elsewhere).isEmpty();
        assertThat(guards.numbers("caches", "quotes"))
                .containsEntry("hits", 2L)
                .containsEntry("refreshes", 0L)
                .containsEntry("refresh-failures", 0L);
    }

    /** Until the old result is too old it is given inside its own refresh, too. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void itFailsRatherThanWaitForItself(CallShape shape) throws Throwable {
        Pipeline quotes = guards.with("caches", "quotes", CACHE).around("Shop.quote");
        expired(quotes, shape);

        call(quotes, shape, () -> {
            seen.add((String) call(quotes, shape, () -> "never"));
            time.advance(Duration.ofSeconds(30));
            Throwable failure = catchThrowable(() -> call(quotes, shape, () -> "never"));
            seen.add(String.valueOf(failure));
            return "new";
        });
        runElsewhere();

        assertThat(seen.get(0)).isEqualTo("old");
        assertThat(seen.get(1)).contains("RecursiveLoadException").contains("Shop.quote waits for Shop.quote");
        assertThat(call(quotes, shape, () -> "never")).isEqualTo("new");
    }

    /** There is an old result, and what is done elsewhere is done later. */
    private void expired(Pipeline quotes, CallShape shape) throws Throwable {
        call(quotes, shape, () -> "old");
        time.advance(Duration.ofSeconds(60));
        time.executor(elsewhere::add);
    }

    private void runElsewhere() {
        assertThat(elsewhere).isNotEmpty();
        time.executor(Runnable::run);
        while (!elsewhere.isEmpty()) {
            elsewhere.remove().run();
        }
    }

    private static @Nullable Object call(Pipeline pipeline, CallShape shape, Body body) throws Throwable {
        Object given = pipeline.invoke(shape, new Object[] {"ACME"}, of(shape, body));
        return switch (shape) {
            case STAGE -> ((CompletableFuture<?>) given).get(10, TimeUnit.SECONDS);
            case MONO -> ((Mono<?>) given).toFuture().get(10, TimeUnit.SECONDS);
            default -> given;
        };
    }

    /** A method of this shape; what gives such a thing already is one. */
    private static Body of(CallShape shape, Body body) {
        return switch (shape) {
            case STAGE ->
                () -> {
                    Object value = body.invoke();
                    return value instanceof CompletableFuture<?> ? value : CompletableFuture.completedFuture(value);
                };
            case MONO ->
                () -> {
                    Object value = body.invoke();
                    return value instanceof Mono<?> ? value : Mono.just(value);
                };
            default -> body;
        };
    }
}
