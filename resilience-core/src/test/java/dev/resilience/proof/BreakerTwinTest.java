package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A breaker beside a naive twin that is written down from the manual: calls that overlap and end anyhow, leases that run
 * out, orders given by hand at any moment. Both have to agree on who is let in, where they stand, and when to come back.
 */
class BreakerTwinTest {

    private static final int STEPS = 400;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @ParameterizedTest
    @CsvSource({"1, 1, 1, false", "2, 3, 2, false", "2, 3, 3, false", "3, 4, 2, false", "2, 3, 1, true", "1, 2, 2, true"
    })
    void agreesWithItsTwin(int failures, int probes, int threshold, boolean automatic) throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            try {
                new Walk(new SplittableRandom(seed), failures, probes, threshold, automatic).go();
            } catch (AssertionError disagreed) {
                throw new AssertionError("seed " + seed, disagreed);
            }
        }
    }

    /** One breaker, one twin, and the calls that are under way in both. */
    private static final class Walk {
        private final ManualTime time = new ManualTime();
        private final SplittableRandom random;
        private final Pipeline pipeline;
        private final PolicyInstance<?, ?> instance;
        private final BreakerTwin twin;
        private final List<Call> calls = new ArrayList<>();
        private final List<String> story = new ArrayList<>();

        private Walk(SplittableRandom random, int failures, int probes, int threshold, boolean automatic) {
            this.random = random;
            Map<String, String> knobs = new HashMap<>(BreakerTwin.knobs(failures, probes, threshold));
            if (automatic) {
                knobs.put("automatic-half-open", "true");
            }
            Resilience resilience = Resilience.builder()
                    .time(time.time())
                    .policy("circuit-breakers", "b", knobs)
                    .pipeline("p", Map.of("circuit-breakers", "b"))
                    .build();
            pipeline = resilience.pipeline("p");
            instance = resilience.policies().find("circuit-breakers", "b").orElseThrow();
            twin = new BreakerTwin(failures, probes, threshold, automatic);
        }

        private void go() throws Exception {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> begin();
                    case 3, 4, 5, 6 -> end();
                    case 7, 8 -> pass(random.nextLong(random.nextBoolean() ? SECOND : 2 * BreakerTwin.WAIT));
                    default -> order();
                }
                assertThat(CircuitBreakerState.valueOf(instance.snapshot().state()))
                        .as(() -> "state after " + last())
                        .isEqualTo(twin.state(time.nanos()));
            }
        }

        private void begin() {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> answer = pipeline.callAsync(() -> work);
            Object lease = twin.admit(time.nanos());
            story.add("begin: " + (lease != null));
            if (answer.isCompletedExceptionally()) {
                Throwable thrown = catchThrowable(answer::join);
                Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
                assertThat(cause).isInstanceOf(CircuitBreakerOpenException.class);
                assertThat(lease)
                        .as(() -> "the twin lets the call in, " + last())
                        .isNull();
                CircuitBreakerOpenException refusal = (CircuitBreakerOpenException) cause;
                assertThat(refusal.state())
                        .as(() -> "of the refusal, " + last())
                        .isEqualTo(twin.state(time.nanos()));
                assertThat(refusal.retryAfter().map(Duration::toNanos).orElse(-1L))
                        .as(() -> "retry after, " + last())
                        .isEqualTo(twin.remaining(time.nanos()));
                return;
            }
            assertThat(lease).as(() -> "the twin refuses the call, " + last()).isNotNull();
            calls.add(new Call(work, lease));
        }

        private void end() {
            if (calls.isEmpty()) {
                return;
            }
            Call call = calls.remove(random.nextInt(calls.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    story.add("value");
                    call.work.complete("done");
                    twin.ended(call.lease, true, time.nanos());
                }
                case 2 -> {
                    story.add("failure");
                    call.work.completeExceptionally(
                            random.nextBoolean() ? new AssertionError("broken") : new IllegalStateException("down"));
                    twin.ended(call.lease, false, time.nanos());
                }
                default -> {
                    story.add("leaves");
                    call.work.cancel(true);
                    twin.left(call.lease, time.nanos());
                }
            }
        }

        private void pass(long nanos) {
            story.add("pass " + nanos / 1e9);
            time.advanceNanos(nanos);
        }

        private void order() {
            CircuitBreakerPolicy breaker = (CircuitBreakerPolicy) instance.state();
            switch (random.nextInt(12)) {
                case 0 -> {
                    story.add("force open");
                    breaker.forceOpen();
                    twin.order(CircuitBreakerState.FORCED_OPEN, time.nanos());
                }
                case 1 -> {
                    story.add("disable");
                    breaker.disable();
                    twin.order(CircuitBreakerState.DISABLED, time.nanos());
                }
                case 2, 3, 4 -> {
                    story.add("close");
                    breaker.close();
                    twin.order(CircuitBreakerState.CLOSED, time.nanos());
                }
                default -> pass(twin.untilNextInstant(time.nanos()) - random.nextInt(2));
            }
        }

        private String last() {
            return story.subList(Math.max(0, story.size() - 15), story.size()).toString();
        }
    }

    private record Call(CompletableFuture<String> work, Object lease) {}
}
