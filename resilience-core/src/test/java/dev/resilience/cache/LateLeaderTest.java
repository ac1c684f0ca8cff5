package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.CallTimedOutException;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Mono;

/** A leader whose total time is over, while those who came after him have time left. */
class LateLeaderTest {

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time());
    private final List<CompletableFuture<Object>> hanging = new ArrayList<>();

    /** A plain follower turns the time on himself, from one task that is due to the next. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void handsTheLoadToAFollowerOfEveryShape(CallShape shape) throws Exception {
        Pipeline quotes = within("total=2s");
        CompletableFuture<Object> leader = begin(quotes, CallShape.STAGE, this::hangs);
        time.advance(Duration.ofMillis(1500));
        time.schedule(() -> {}, Duration.ofMillis(500).toNanos());

        CompletableFuture<Object> follower = begin(quotes, shape, () -> "fresh");
        time.advance(Duration.ofMillis(500));

        assertThat(failure(leader)).isInstanceOf(CallTimedOutException.class);
        assertThat(follower).isCompletedWithValue("fresh");
        assertThat(guards.numbers("caches", "quotes"))
                .containsEntry("loads", 1L)
                .containsEntry("load-failures", 1L);
    }

    /** A plain leader is interrupted; who follows him has come on another thread. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLUX")
    void handsTheLoadOnFromALeaderOfEveryShape(CallShape shape) throws Exception {
        Pipeline quotes = within("total=2s");
        List<CompletableFuture<Object>> follower = new ArrayList<>();

        CompletableFuture<Object> leader = begin(quotes, shape, () -> {
            time.advance(Duration.ofMillis(1500));
            follower.add(CompletableFuture.supplyAsync(() -> begin(quotes, CallShape.STAGE, () -> "fresh"))
                    .join());
            time.advance(Duration.ofMillis(500));
            return hangs();
        });

        assertThat(failure(leader)).isInstanceOf(CallTimedOutException.class);
        assertThat(follower.get(0)).isCompletedWithValue("fresh");
    }

    /** An attempt's timeout stands inside of the cache: it is the load that took too long. */
    @Test
    void failsAllWhereTheLoadItselfHadATime() {
        Pipeline quotes = within("timeout=2s");
        CompletableFuture<Object> leader = begin(quotes, CallShape.STAGE, this::hangs);
        time.advance(Duration.ofMillis(1500));
        CompletableFuture<Object> follower = begin(quotes, CallShape.STAGE, () -> "never asked");

        time.advance(Duration.ofMillis(500));

        assertThat(failure(leader)).isInstanceOf(CallTimedOutException.class);
        assertThat(failure(follower)).isInstanceOf(CallTimedOutException.class);
    }

    /** Every one of them would be late in turn, a moment after the one before. */
    @Test
    void asksASourceThatHangsOnceInTheTimeOfACall() {
        Pipeline quotes = within("total=2s");
        List<CompletableFuture<Object>> callers = new ArrayList<>();
        for (int millis = 0; millis < 10_000; millis += 10) {
            callers.add(begin(quotes, CallShape.STAGE, this::hangs));
            time.advance(Duration.ofMillis(10));
        }
        time.advance(Duration.ofSeconds(2));

        assertThat(hanging).hasSizeBetween(5, 7);
        assertThat(callers).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    /** The time of a guarded call around a cached one ends that by cancelling it. */
    @Test
    void asksItAsSeldomWhereTheTimeIsThatOfACallAround() {
        CallShape shape = CallShape.MONO;
        Pipeline orders = guards.with("timeouts", "orders", "total=2s").around("Shop.order");
        Pipeline quotes = guards.with("caches", "quotes", "ttl=1m").around("Shop.quote");
        for (int millis = 0; millis < 10_000; millis += 10) {
            begin(orders, shape, () -> quotes.invoke(shape, new Object[] {"ACME"}, of(shape, this::hangs)));
            time.advance(Duration.ofMillis(10));
        }

        assertThat(hanging).hasSizeBetween(5, 7);
    }

    @Test
    void givesAllWhatIsStaleWhereThatIsAllowed() {
        Pipeline quotes = guards.with("timeouts", "quotes", "total=2s")
                .with("caches", "quotes", "ttl=1m ttl-jitter=0 stale-if-error=5m")
                .around("Shop.quote");
        begin(quotes, CallShape.STAGE, () -> "old");
        time.advance(Duration.ofMinutes(1));
        CompletableFuture<Object> leader = begin(quotes, CallShape.STAGE, this::hangs);
        time.advance(Duration.ofMillis(1500));
        CompletableFuture<Object> follower = begin(quotes, CallShape.STAGE, () -> "never asked");

        time.advance(Duration.ofMillis(500));

        assertThat(failure(leader)).isInstanceOf(CallTimedOutException.class);
        assertThat(follower).isCompletedWithValue("old");
    }

    private Pipeline within(String limit) {
        return guards.with("timeouts", "quotes", limit)
                .with("caches", "quotes", "ttl=1m")
                .around("Shop.quote");
    }

    private CompletableFuture<Object> hangs() {
        hanging.add(new CompletableFuture<>());
        return hanging.get(hanging.size() - 1);
    }

    /** A plain call has ended when this returns. */
    private static CompletableFuture<Object> begin(Pipeline pipeline, CallShape shape, Body body) {
        try {
            Object given = pipeline.invoke(shape, new Object[] {"ACME"}, of(shape, body));
            return shape == CallShape.BLOCKING ? CompletableFuture.completedFuture(given) : future(shape, given);
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    @SuppressWarnings("unchecked") // of whatever the method gives
    private static CompletableFuture<Object> future(CallShape shape, Object given) {
        return shape == CallShape.MONO ? ((Mono<Object>) given).toFuture() : (CompletableFuture<Object>) given;
    }

    /** A method of this shape, around one that gives a value, or what has a shape already. */
    private static Body of(CallShape shape, Body body) {
        return switch (shape) {
            case STAGE -> () -> stage(body.invoke());
            case MONO -> () -> Mono.defer(() -> mono(unchecked(body)));
            default -> body;
        };
    }

    private static Mono<?> mono(Object given) {
        return given instanceof Mono<?> mono ? mono : Mono.fromFuture(stage(given));
    }

    private static CompletableFuture<?> stage(Object given) {
        return given instanceof CompletableFuture<?> future ? future : CompletableFuture.completedFuture(given);
    }

    private static Object unchecked(Body body) {
        try {
            return body.invoke();
        } catch (Throwable failure) {
            throw new CompletionException(failure);
        }
    }

    private static Throwable failure(CompletableFuture<?> ended) {
        assertThat(ended).isCompletedExceptionally();
        Throwable failure = catchThrowable(ended::join);
        return failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    }
}
