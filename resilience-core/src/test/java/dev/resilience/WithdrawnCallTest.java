package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Tally.Count;
import dev.resilience.time.ManualTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Operations that say their call was refused further in, in every shape. */
class WithdrawnCallTest {

    private final Guards guards = new Guards(new ManualTime().time());

    @ParameterizedTest
    @EnumSource
    void aCallThatIsWithdrawnWasNeverLetIn(CallShape shape) throws Throwable {
        Pipeline pipeline = guards.with("rate-limiters", "r", "limits=1/1m charge-on=failure")
                .around("x");

        assertThat(failure(pipeline, shape, 1)).isInstanceOf(WithdrawnException.class);
        assertThat(failure(pipeline, shape, 1)).isInstanceOf(WithdrawnException.class);

        assertThat(guards.numbers("rate-limiters", "r")).containsEntry("used", 0L);
        assertThat(guards.instance("rate-limiters", "r").tally().of(Count.REFUSED_FURTHER_IN))
                .isEqualTo(2);
    }

    /** The first attempt has done something; only the second hasn't. */
    @Test
    void anAttemptThatIsWithdrawnTakesNoEarlierOneBack() throws Throwable {
        Pipeline pipeline = guards.with("rate-limiters", "r", "limits=9/1m")
                .with("retries", "again", "max-attempts=2 delay=0ms jitter=none")
                .with("bulkheads", "inside", "max-concurrent=1")
                .around("x");

        failure(pipeline, CallShape.BLOCKING, 2);

        assertThat(guards.numbers("rate-limiters", "r")).containsEntry("permitted", 2L);
        assertThat(guards.numbers("rate-limiters", "r")).containsEntry("used", 1L);
    }

    /** What the call ends with if its nth attempt is withdrawn and those before it fail. */
    private static Throwable failure(Pipeline pipeline, CallShape shape, int withdrawn) throws Throwable {
        AtomicInteger attempt = new AtomicInteger();
        Body body = () -> {
            Throwable thrown = attempt.incrementAndGet() == withdrawn
                    ? new WithdrawnException()
                    : new IllegalStateException("not yet");
            return switch (shape) {
                case BLOCKING -> throw thrown;
                case STAGE -> CompletableFuture.failedFuture(thrown);
                case MONO -> Mono.error(thrown);
                case FLUX -> Flux.error(thrown);
            };
        };
        CompletableFuture<?> ended =
                switch (shape) {
                    case BLOCKING -> blocking(pipeline, body);
                    case STAGE -> (CompletableFuture<?>) pipeline.invoke(shape, new Object[0], body);
                    case MONO -> ((Mono<?>) pipeline.invoke(shape, new Object[0], body)).toFuture();
                    case FLUX ->
                        ((Flux<?>) pipeline.invoke(shape, new Object[0], body))
                                .then()
                                .toFuture();
                };
        return ended.handle((value, thrown) -> thrown).join();
    }

    private static CompletableFuture<?> blocking(Pipeline pipeline, Body body) {
        try {
            return CompletableFuture.completedFuture(pipeline.invoke(CallShape.BLOCKING, new Object[0], body));
        } catch (Throwable thrown) {
            return CompletableFuture.failedFuture(thrown);
        }
    }
}
