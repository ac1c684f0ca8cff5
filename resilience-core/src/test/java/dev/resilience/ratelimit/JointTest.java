package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.Guards;
import dev.resilience.Pipeline;
import dev.resilience.Placement.Expression;
import dev.resilience.Tally.Count;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Several limiters on one method: all of them charge a call, or none. */
class JointTest {

    private static final Expression ANNA = (arguments, context) -> "anna";

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time());
    private final Neighbourhood two = new Neighbourhood(time);

    @Test
    void whatTheSecondRefusesTheFirstWasNeverCharged() {
        Pipeline pipeline = callersAndOperation("limits=5/1m", "limits=1/1m");
        pipeline.run(() -> {});
        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(() -> pipeline.run(() -> {}))
                .satisfies(refusal -> assertThat(refusal.name()).isEqualTo("operation"))
                .satisfies(refusal -> assertThat(refusal.retryAfter()).contains(Duration.ofMinutes(1)));
        assertNumbers("callers", 1, 0, 0);
        assertNumbers("operation", 1, 1, 0);
        assertThat(count(pipeline, 0, Count.REFUSED_FURTHER_IN)).isEqualTo(1);
        assertThat(count(pipeline, 1, Count.REFUSED)).isEqualTo(1);
    }

    @Test
    void whatTheFirstRefusesTheSecondWasNeverCharged() {
        Pipeline pipeline = callersAndOperation("limits=1/1m", "limits=5/1m");
        pipeline.run(() -> {});
        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(() -> pipeline.run(() -> {}))
                .satisfies(refusal -> assertThat(refusal.key()).isEqualTo("anna"));
        assertNumbers("callers", 1, 1, 0);
        assertNumbers("operation", 1, 0, 0);
        assertThat(count(pipeline, 0, Count.REFUSED)).isEqualTo(1);
        assertThat(count(pipeline, 1, Count.SUCCESS)).isEqualTo(1);
    }

    /** With a charge that is given back when the second refuses, the call in the middle was refused. */
    @Test
    void aCallThatIsRefusedTakesNothingNotEvenForAMoment() {
        Pipeline onlyCallers = guards.with("rate-limiters", "callers", "limits=1/1m", Map.of("key", ANNA))
                .around("other");
        Expression inTheMiddle = (arguments, context) -> {
            onlyCallers.run(() -> {});
            return "key";
        };
        guards.with("rate-limiters", "callers", "", Map.of("key", ANNA));
        Pipeline both = guards.with(
                        "rate-limiters",
                        "operation",
                        "limits=1/1m",
                        Map.of("cost", (Expression) (arguments, context) -> 2, "key", inTheMiddle))
                .around("both");
        assertThatExceptionOfType(RateLimitedException.class).isThrownBy(() -> both.run(() -> {}));
        assertNumbers("callers", 1, 0, 0);
    }

    @Test
    void bothAreGivenBackWhenTheMethodWasNotInvoked() {
        guards.with("rate-limiters", "callers", "limits=5/1m", Map.of("key", ANNA))
                .with("rate-limiters", "operation", "limits=5/1m");
        Pipeline pipeline = guards.with("bulkheads", "full", "max-concurrent=1").around("x");
        assertThatExceptionOfType(CallRejectedException.class)
                .isThrownBy(() -> pipeline.run(() -> pipeline.run(() -> {})));
        assertNumbers("callers", 2, 0, 1);
        assertNumbers("operation", 2, 0, 1);
    }

    @Test
    void theCallWaitsOnceForTheLastToBeReadyAndThatOneCountsTheWait() {
        Pipeline pipeline = callersAndOperation("limits=1/1s max-wait=10s", "limits=1/3s max-wait=10s");
        pipeline.run(() -> {});
        pipeline.run(() -> {});
        assertThat(time.paused()).isEqualTo(Duration.ofSeconds(3));
        assertThat(pipeline.stages().get(0).instance().tally().waits()).isZero();
        assertThat(pipeline.stages().get(1).instance().tally().waits()).isEqualTo(1);
    }

    @Test
    void aLimiterWithoutPatienceWaitsForAnotherButNotForItself() {
        two.with("1/5s", "0").with("1/3s", "10s");
        List<String> keys = Arrays.asList(null, null);
        assertThat(two.ask(keys, 1, 1).passed()).isTrue();
        time.advance(Duration.ofSeconds(1));
        RateLimitedException refusal = two.ask(keys, 1, 1).refusal();
        assertThat(refusal.name()).isEqualTo("limiter-0");
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(4));
        assertThat(two.ask(keys, 0, 1).waitNanos())
                .isEqualTo(Duration.ofSeconds(2).toNanos());
        time.advance(Duration.ofSeconds(4));
        assertThat(two.ask(keys, 1, 1).waitNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void theRefusalTellsWhenTheCallIsLetInToWaitForEverybody() {
        two.with("1/10s", "2s").with("1/8s", "1s");
        List<String> keys = Arrays.asList(null, null);
        assertThat(two.ask(keys, 1, 1).passed()).isTrue();
        RateLimitedException refusal = two.ask(keys, 1, 1).refusal();
        assertThat(refusal.name()).isEqualTo("limiter-0");
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(8));
        time.advance(Duration.ofSeconds(8));
        assertThat(two.ask(keys, 1, 1).waitNanos())
                .isEqualTo(Duration.ofSeconds(2).toNanos());
    }

    @Test
    void whoCanNeverPassRefusesWhateverTheOthersSay() {
        two.with("1/10s", "0").with("2/8s", "0");
        List<String> keys = Arrays.asList(null, null);
        assertThat(two.ask(keys, 1, 1).passed()).isTrue();
        RateLimitedException refusal = two.ask(keys, 1, 3).refusal();
        assertThat(refusal.name()).isEqualTo("limiter-1");
        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal).hasMessageContaining("it costs 3, more than 2/8s ever allows");
    }

    @Test
    void whoLeavesWhileHeWaitsGivesBackWhatAllOfThemReserved() {
        two.with("1/1s", "10s").with("1/3s", "10s");
        List<String> keys = List.of("anna", "operation");
        two.ask(keys, 1, 1);
        two.ask(keys, 1, 1).cancel();
        assertThat(two.ask(keys, 1, 1).waitNanos())
                .isEqualTo(Duration.ofSeconds(3).toNanos());
        assertThat(two.get(0).snapshot().numbers()).containsEntry("refunded", 1L);
        assertThat(two.get(1).snapshot().numbers()).containsEntry("refunded", 1L);
    }

    @Test
    void aCallThatCostsNothingSomewhereIsDecidedByTheOthers() {
        two.with("1/1s", "0").with("1/1s", "0");
        List<String> keys = List.of("anna", "anna");
        assertThat(two.ask(keys, 0, 1).passed()).isTrue();
        assertThat(two.ask(keys, 1, 0).passed()).isTrue();
        assertThat(two.ask(keys, 0, 0).passed()).isTrue();
        assertThat(two.ask(keys, 0, 1).refusal().name()).isEqualTo("limiter-1");
    }

    @Test
    void oneLimiterTwiceChargesBothKeysAndOneKeyTwice() {
        RateLimiterPolicy accounts = Neighbourhood.limiter(time, "accounts", Map.of("limits", "2/1m"));
        Neighbourhood transfer = new Neighbourhood(time, accounts, accounts);
        assertThat(transfer.ask(List.of("a", "b"), 1, 1).passed()).isTrue();
        assertThat(transfer.ask(List.of("b", "c"), 1, 1).passed()).isTrue();
        assertThat(transfer.ask(List.of("b", "d"), 1, 1).refusal().key()).isEqualTo("b");
        assertThat(transfer.ask(List.of("d", "d"), 1, 1).passed()).isTrue();
        assertThat(transfer.ask(List.of("c", "c"), 1, 1).refusal().cost()).isEqualTo(2);
        assertThat(transfer.ask(List.of("e", "e"), 2, 1).refusal().retryAfter()).isEmpty();
        transfer.ask(List.of("f", "f"), 1, 1).cancel();
        assertThat(transfer.ask(List.of("f", "g"), 2, 2).passed()).isTrue();
    }

    @Test
    void keyedAndUnkeyedAndMissingAndOverflowingKeysMix() {
        RateLimiterPolicy small = Neighbourhood.limiter(time, "small", Map.of("limits", "300/1m", "max-keys", "1"));
        RateLimiterPolicy whole = Neighbourhood.limiter(time, "whole", Map.of("limits", "1000/1m"));
        Neighbourhood three = new Neighbourhood(time, small, whole, small);
        for (int call = 0; call < 300; call++) {
            Object key = call % 3 == 0 ? Call.NULL_KEY : "key" + call;
            assertThat(three.ask(Arrays.asList(key, null, "other" + call), 1, 1, 1)
                            .passed())
                    .isTrue();
        }
        assertThat(used(whole, null)).isEqualTo(300);
        assertThat(used(small, Call.NULL_KEY)).isEqualTo(100);
        assertThat(small.snapshot().numbers()).containsEntry("keys", 1);
    }

    @Test
    void whoCanNotTellItsKeyFailsTheCallWhenItsTurnComesAndNobodyIsCharged() {
        Expression broken = (arguments, context) -> {
            throw new IllegalStateException("no key");
        };
        guards.with("rate-limiters", "callers", "limits=5/1m", Map.of("key", ANNA));
        Pipeline pipeline = guards.with("rate-limiters", "operation", "limits=5/1m", Map.of("key", broken))
                .around("x");
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> pipeline.run(() -> {}));
        assertNumbers("callers", 0, 0, 0);
        assertThat(count(pipeline, 0, Count.FAILURE)).isEqualTo(1);
        assertThat(count(pipeline, 1, Count.FAILURE)).isEqualTo(1);
    }

    @Test
    void aWaitThatTheDeadlineCutsIsRefusedAtOnceAndToldAsIfThereWereTime() {
        guards.with("timeouts", "time", "total=2s");
        Pipeline pipeline = callersAndOperation("limits=1/1s max-wait=1m", "limits=1/3s max-wait=1m");
        pipeline.run(() -> {});
        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(() -> pipeline.run(() -> {}))
                .satisfies(refusal -> assertThat(refusal.name()).isEqualTo("operation"))
                .satisfies(refusal -> assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(3)));
        assertThat(time.paused()).isZero();
        assertNumbers("callers", 1, 0, 0);
    }

    @Test
    void eachGivesBackByItsOwnChargeOn() {
        Pipeline pipeline = callersAndOperation("limits=5/1m charge-on=failure", "limits=5/1m charge-on=success");
        pipeline.run(() -> {});
        assertNumbers("callers", 1, 0, 1);
        assertNumbers("operation", 1, 0, 0);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> pipeline.run(() -> {
                    throw new IllegalStateException();
                }));
        assertNumbers("callers", 2, 0, 1);
        assertNumbers("operation", 2, 0, 1);
    }

    @Test
    void everyAttemptPaysEveryLimiter() {
        guards.with("retries", "retry", "delay=1ms jitter=none max-attempts=3");
        Pipeline pipeline = callersAndOperation("limits=5/1m", "limits=2/1m");
        assertThatExceptionOfType(RateLimitedException.class)
                .isThrownBy(() -> pipeline.run(() -> {
                    throw new IllegalStateException();
                }));
        assertNumbers("callers", 2, 0, 0);
        assertNumbers("operation", 2, 1, 0);
    }

    private Pipeline callersAndOperation(String callers, String operation) {
        return guards.with("rate-limiters", "callers", callers, Map.of("key", ANNA))
                .with("rate-limiters", "operation", operation)
                .around("x");
    }

    private void assertNumbers(String limiter, long permitted, long refused, long refunded) {
        Map<String, Number> numbers = new HashMap<>(guards.numbers("rate-limiters", limiter));
        numbers.keySet().retainAll(List.of("permitted", "refused", "refunded"));
        assertThat(numbers).isEqualTo(Map.of("permitted", permitted, "refused", refused, "refunded", refunded));
    }

    private static long count(Pipeline pipeline, int at, Count count) {
        return pipeline.stages().get(at).instance().tally().of(count);
    }

    private static long used(RateLimiterPolicy limiter, Object key) {
        return limiter.usage(key, null).tightest().used();
    }
}
