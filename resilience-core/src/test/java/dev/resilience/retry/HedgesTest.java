package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Hedger;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a retry lets a hedge begin, and what it counts. */
class HedgesTest {

    private static final long MILLISECOND = 1_000_000;

    @Test
    void hedgesNothingUnlessItIsTold() {
        assertThat(new Story("").policy.hedger()).isNull();
        assertThat(new Story("").policy.snapshot().numbers()).doesNotContainKey("hedged");
    }

    @Test
    void hedgesAfterTheTimeItIsGiven() {
        Story story = new Story("hedge-after=200ms");

        assertThat(hedger(story).hedgeAfterNanos(story.call)).isEqualTo(200 * MILLISECOND);
        assertThat(hedger(story).of(story.call)).isEqualTo(3);
        assertThat(story.number("hedge-after-millis")).isEqualTo(200);
    }

    @Test
    void countsAHedgeAsAnAttempt() {
        Story story = new Story("hedge-after=200ms max-attempts=3 delay=1s jitter=none");

        assertThat(hedger(story).grantsHedge(story.call)).isTrue();
        assertThat(story.fails(new Exception())).isEqualTo(Story.again(1_000));
        assertThat(hedger(story).grantsHedge(story.call)).isFalse();
        assertThat(story.fails(new Exception())).isEqualTo(Verdict.proceed());

        assertThat(story.number("hedged")).isEqualTo(1);
        assertThat(story.number("retries")).isEqualTo(1);
        assertThat(story.number("exhausted")).isEqualTo(1);
    }

    @Test
    void hasNotRetriedWhatWasOnlyHedged() {
        Story story = new Story("hedge-after=200ms");
        hedger(story).grantsHedge(story.call);

        story.succeeds();

        assertThat(story.number("succeeded-after-retry")).isZero();
    }

    @Test
    void takesHedgesOutOfTheBudgetOfRetries() {
        Story story = new Story("hedge-after=200ms budget-floor=1 budget-share=0");
        for (int hedge = 0; hedge < 10; hedge++) {
            story.begins();
            assertThat(hedger(story).grantsHedge(story.call)).isTrue();
        }
        story.begins();

        assertThat(hedger(story).grantsHedge(story.call)).isFalse();
        assertThat(story.number("hedged")).isEqualTo(10);
        assertThat(story.number("budget-available")).isZero();
    }

    @Test
    void beginsNoneAtADeadline() {
        Story story = new Story("hedge-after=200ms");

        assertThat(hedger(story).grantsHedge(story.call.remaining(0))).isFalse();
        assertThat(hedger(story).grantsHedge(story.call.remaining(1))).isTrue();
    }

    @Test
    void beginsNoneAfterTheLastInstantForAttempts() {
        Story story = new Story("hedge-after=200ms max-duration=1s");

        story.time.advance(Duration.ofSeconds(1));

        assertThat(hedger(story).grantsHedge(story.call)).isFalse();
    }

    @Test
    void hedgesNothingThatMustNotBeRepeated() {
        Story story = new Story("hedge-after=200ms");

        assertThat(hedger(story).hedgeAfterNanos(story.call.attribute("idempotent", false)))
                .isEqualTo(Hedger.NEVER);
    }

    @Test
    void hedgesWhatIsSlowerThanItsPercentileOnceItKnowsEnough() {
        Story story = new Story("hedge-after=p95");
        assertThat(hedger(story).hedgeAfterNanos(story.call)).isEqualTo(Hedger.NEVER);
        assertThat(story.number("hedge-after-millis")).isZero();

        for (int call = 1; call <= 160; call++) {
            hedger(story).won(story.call, call * MILLISECOND, call > 155);
        }

        assertThat(hedger(story).hedgeAfterNanos(story.call)).isBetween(152 * MILLISECOND, 162 * MILLISECOND);
        assertThat(story.number("hedge-after-millis")).isBetween(152L, 162L);
        assertThat(story.number("hedges-won")).isEqualTo(5);
    }

    @Test
    void takesNoResultForGoodThatItWouldRetry() {
        Story story = new Story("hedge-after=200ms retry-when=@pending");

        assertThat(hedger(story).isGood(story.call, "pending")).isFalse();
        assertThat(hedger(story).isGood(story.call, "done")).isTrue();
        assertThat(hedger(new Story("hedge-after=200ms")).isGood(story.call, "pending"))
                .isTrue();
    }

    @Test
    void countsAResultThatIsRetriedAsAnAttemptToo() {
        Story story = new Story("hedge-after=200ms retry-when=@pending max-attempts=3 delay=1s jitter=none");

        assertThat(story.gives("pending")).isEqualTo(Story.again(1_000));
        assertThat(hedger(story).grantsHedge(story.call)).isTrue();

        assertThat(hedger(story).grantsHedge(story.call)).isFalse();
        assertThat(story.gives("pending")).isEqualTo(Verdict.proceed());
    }

    @Test
    void changesWhenHedgesBeginAndStopsThem() {
        Story story = new Story("hedge-after=200ms");

        story.policy.reconfigure(Story.configuration("hedge-after=300ms"));
        assertThat(hedger(story).hedgeAfterNanos(story.call)).isEqualTo(300 * MILLISECOND);

        story.policy.reconfigure(Story.configuration(""));
        assertThat(hedger(story).hedgeAfterNanos(story.call)).isEqualTo(Hedger.NEVER);
    }

    @Test
    void cannotBeginToHedgeInPipelinesThatAreMadeAlready() {
        Story story = new Story("");
        RetryConfiguration changed = Story.configuration("hedge-after=p95 budget-floor=1");

        assertThatThrownBy(() -> story.policy.reconfigure(changed))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("hedge-after = 'p95': was unset at start-up, and pipelines are put together once."
                        + " Set it in the configuration and restart");
        assertThat(story.number("budget-available")).isEqualTo(100);
    }

    private static Hedger hedger(Story story) {
        return story.policy.hedger();
    }
}
