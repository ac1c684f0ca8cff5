package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A breaker that has closed lets calls in again little by little, and spreads them so evenly that no burst gets through. */
class RampTest {

    private static final Duration RAMP = Duration.ofSeconds(30);
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int THREADS = 64;
    private static final double ROUNDING = 1e-6;

    private final ManualTime time = new ManualTime();
    private final Breaker breaker = new Breaker(time.time());

    /** However calls come, in no stretch of them pass more than their shares and one, nor fewer than their shares less one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void inEveryStretchOfCallsItsSharePasses(int seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        long longest = Duration.ofMillis(1L << 2 * seed).toNanos();
        breaker.closeByProbes();
        long begun = time.nanos();
        double ahead = 0;
        double least = 0;
        double most = 0;
        while (time.nanos() - begun < RAMP.toNanos()) {
            double share = 0.1 + 0.9 * (time.nanos() - begun) / RAMP.toNanos();
            ahead += (breaker.lets() ? 1 : 0) - share;
            assertThat(ahead - least).as("too many at %s", share).isLessThanOrEqualTo(1 + ROUNDING);
            assertThat(most - ahead).as("too few at %s", share).isLessThanOrEqualTo(1 + ROUNDING);
            least = Math.min(least, ahead);
            most = Math.max(most, ahead);
            time.advanceNanos(random.nextInt(4) == 0 ? 0 : random.nextLong(longest));
        }
        for (int call = 0; call < 100; call++) {
            assertThat(breaker.lets()).as("after the ramp").isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 50, 90})
    void sixtyFourThreadsTogetherGetNoMoreThanTheShare(int percent) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            breaker.closeByProbes();
            time.advance(RAMP.multipliedBy(percent).dividedBy(100));
            int each = 1_000;
            List<Callable<Integer>> callers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                callers.add(() -> {
                    int passed = 0;
                    for (int call = 0; call < each; call++) {
                        passed += breaker.lets() ? 1 : 0;
                    }
                    return passed;
                });
            }
            int passed = 0;
            for (Future<Integer> caller : threads.invokeAll(callers)) {
                passed += caller.get();
            }
            double share = (0.1 + 0.9 * percent / 100) * THREADS * each;
            assertThat((double) passed).isBetween(share - 1 - ROUNDING, share + 1 + ROUNDING);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aRefusalSaysWhy() throws Exception {
        breaker.closeByProbes();

        CircuitBreakerOpenException refusal = null;
        for (int call = 0; call < 20 && refusal == null; call++) {
            refusal = breaker.refusal();
        }

        assertThat(refusal).isNotNull();
        assertThat(refusal.state()).isEqualTo(CircuitBreakerState.CLOSED);
        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal).hasMessageContaining("growing share");
    }

    @Test
    void openingAgainOnTheRampGoesOnGrowing() throws Exception {
        breaker.fail();
        assertThat(breaker.remaining()).isEqualTo(WAIT);
        for (int opening = 1; opening < 4; opening++) {
            time.advance(WAIT.multipliedBy(1L << opening - 1));
            assertThat(breaker.lets()).isTrue();
            assertThat(breaker.state()).isEqualTo(CircuitBreakerState.CLOSED);
            time.advance(RAMP.minusNanos(1));
            breaker.fail();
            assertThat(breaker.remaining()).as("opening %s", opening).isEqualTo(WAIT.multipliedBy(1L << opening));
        }
        time.advance(WAIT.multipliedBy(8));
        assertThat(breaker.lets()).isTrue();
        time.advance(RAMP);
        breaker.fail();
        assertThat(breaker.remaining()).as("after a whole ramp").isEqualTo(WAIT);
    }

    @Test
    void closingByHandDoesNotRamp() throws Exception {
        breaker.fail();
        breaker.policy().close();
        for (int call = 0; call < 100; call++) {
            assertThat(breaker.lets()).isTrue();
        }
        breaker.closeByProbes();
        breaker.policy().close();
        for (int call = 0; call < 100; call++) {
            assertThat(breaker.lets()).as("closed by hand on the ramp").isTrue();
        }
    }

    @Test
    void theShareIsTold() throws Exception {
        assertThat(breaker.number("ramp-percent")).isEqualTo(100);
        breaker.fail();
        assertThat(breaker.number("ramp-percent")).isEqualTo(0);
        time.advance(WAIT);
        breaker.lets();
        assertThat(breaker.number("ramp-percent")).isCloseTo(10, within(ROUNDING));
        time.advance(RAMP.dividedBy(2));
        assertThat(breaker.number("ramp-percent")).isCloseTo(55, within(ROUNDING));
        time.advance(RAMP);
        assertThat(breaker.number("ramp-percent")).isEqualTo(100);
    }

    /** Those refused on the ramp are no failures: a retry doesn't hammer, a breaker around it stays calm. */
    @Test
    void refusalsOnTheRampCountForNobody() throws Exception {
        breaker.closeByProbes();
        for (int call = 0; call < 1_000; call++) {
            breaker.lets();
        }
        assertThat(breaker.number("failures")).isZero();
        assertThat(breaker.number("calls-in-window")).isBetween(99.0, 102.0);
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.CLOSED);
    }

    /** A breaker that one failure opens and one probe closes. */
    private final class Breaker {
        private final Pipeline pipeline;
        private final PolicyInstance<?, ?> instance;

        private Breaker(Time given) {
            Resilience resilience = Resilience.builder()
                    .time(given)
                    .policy(
                            "circuit-breakers",
                            "b",
                            Map.of(
                                    "consecutive-failures", "1",
                                    "window", "2000",
                                    "open-wait", WAIT.toSeconds() + "s",
                                    "open-wait-jitter", "0",
                                    "probes", "1",
                                    "ramp", RAMP.toSeconds() + "s"))
                    .pipeline("p", Map.of("circuit-breakers", "b"))
                    .build();
            pipeline = resilience.pipeline("p");
            instance = resilience.policies().find("circuit-breakers", "b").orElseThrow();
        }

        private void closeByProbes() throws Exception {
            fail();
            time.advance(WAIT);
            assertThat(lets()).isTrue();
            assertThat(state()).isEqualTo(CircuitBreakerState.CLOSED);
        }

        /** Fails, as often as it takes to be let in. */
        private void fail() {
            for (int call = 0; call < 20 && state() == CircuitBreakerState.CLOSED; call++) {
                assertThatThrownBy(() -> pipeline.call(() -> {
                    throw new IllegalStateException("down");
                }));
            }
            assertThat(state()).isEqualTo(CircuitBreakerState.OPEN);
        }

        private boolean lets() throws Exception {
            return refusal() == null;
        }

        private CircuitBreakerOpenException refusal() throws Exception {
            try {
                pipeline.call(() -> "in");
                return null;
            } catch (CircuitBreakerOpenException refused) {
                return refused;
            }
        }

        private Duration remaining() throws Exception {
            return refusal().retryAfter().orElseThrow();
        }

        private CircuitBreakerPolicy policy() {
            return (CircuitBreakerPolicy) instance.state();
        }

        private CircuitBreakerState state() {
            return CircuitBreakerState.valueOf(instance.snapshot().state());
        }

        private double number(String name) {
            return instance.snapshot().numbers().get(name).doubleValue();
        }
    }
}
