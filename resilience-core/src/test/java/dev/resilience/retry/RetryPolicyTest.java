package dev.resilience.retry;

import static dev.resilience.retry.Story.again;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Verdict;
import dev.resilience.failure.RetryableException;
import dev.resilience.retry.Story.Answer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final IOException DOWN = new IOException("down");

    @Test
    void letsASuccessPass() {
        Story story = new Story("");

        assertThat(story.begins()).isSameAs(Admission.proceed());
        assertThat(story.succeeds()).isSameAs(Verdict.proceed());
        assertThat(story.number("retries")).isZero();
        assertThat(story.number("succeeded-after-retry")).isZero();
    }

    @Test
    void asksForNothingButTheBudgetAndTheResultAtASuccess() {
        List<String> read = new ArrayList<>();
        Call curious = (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(), new Class<?>[] {Call.class}, (proxy, method, arguments) -> {
                    read.add(method.getName());
                    return switch (method.getName()) {
                        case "outcome" -> dev.resilience.Outcome.VALUE;
                        default -> null;
                    };
                });
        Story story = new Story("");

        story.policy.admit(curious);
        story.policy.settle(curious);

        assertThat(read).containsExactlyInAnyOrder("countIn", "outcome", "value", "memo");
    }

    @Test
    void saysHowManyAttemptsThereAre() {
        Story story = new Story("max-retries=3 delay=1s jitter=none");

        Verdict verdict = story.policy.settle(story.call.threw(DOWN));

        assertThat(verdict).isEqualTo(Verdict.tryAgain(Duration.ofSeconds(1).toNanos(), 4));
    }

    @Test
    void triesAgainUntilItSucceeds() {
        Story story = new Story("max-attempts=4 delay=100ms jitter=none");

        assertThat(story.fails(DOWN)).isEqualTo(again(100));
        assertThat(story.fails(DOWN)).isEqualTo(again(200));
        assertThat(story.succeeds()).isEqualTo(Verdict.proceed());
        assertThat(story.number("retries")).isEqualTo(2);
        assertThat(story.number("succeeded-after-retry")).isEqualTo(1);
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        Story story = new Story("max-attempts=3 delays=1s,5s");

        assertThat(story.fails(DOWN)).isEqualTo(again(1_000));
        assertThat(story.fails(DOWN)).isEqualTo(again(5_000));
        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.number("exhausted")).isEqualTo(1);
    }

    @Test
    void beginsEachCallAnew() {
        Story story = new Story("max-attempts=2 delay=1s jitter=none");
        story.fails(DOWN);
        story.fails(DOWN);

        story.begins();

        assertThat(story.fails(DOWN)).isEqualTo(again(1_000));
    }

    @Test
    void neverTriesAgainWithOneAttempt() {
        Story story = new Story("max-attempts=1");

        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.number("exhausted")).isEqualTo(1);
    }

    @Test
    void drawsItsJitterFromTheRandomSourceItWasHanded() {
        Story story = new Story("delay=1s jitter=full");
        story.time.random(0.25);

        assertThat(story.fails(DOWN)).isEqualTo(again(250));
    }

    @Test
    void growsDecorrelatedWaitsFromTheLastOne() {
        Story story = new Story("delay=100ms jitter=decorrelated");
        story.time.random(0.5);

        assertThat(story.fails(DOWN)).isEqualTo(again(200));
        assertThat(story.fails(DOWN)).isEqualTo(again(350));
    }

    @Test
    void waitsAsLongAsTheAnswerAsksAndNotLess() {
        Story story = new Story("delay=1s jitter=none");

        assertThat(story.fails(new Answer(503, Duration.ofSeconds(3)))).isEqualTo(again(3_000));
        assertThat(story.fails(new Answer(503, Duration.ofNanos(1)))).isEqualTo(again(2_000));
    }

    @Test
    void waitsAsLongAsARetryableExceptionAsks() {
        Story story = new Story("delay=1s jitter=none");

        assertThat(story.fails(new RetryableException("later", DOWN, Duration.ofSeconds(7))))
                .isEqualTo(again(7_000));
    }

    @Test
    void givesUpAtOnceWhenTheAnswerAsksForMoreThanTheLongestWait() {
        Story story = new Story("max-delay=3s");

        assertThat(story.fails(new Answer(503, Duration.ofSeconds(3)))).isEqualTo(again(3_000));
        assertThat(story.fails(new Answer(503, Duration.ofNanos(3_000_000_001L))))
                .isEqualTo(Verdict.proceed());
        assertThat(story.number("asked-to-wait-too-long")).isEqualTo(1);
    }

    @Test
    void givesUpAtOnceWhenTheAnswerAsksForever() {
        Story story = new Story("");

        assertThat(story.fails(new Answer(503, Duration.ofSeconds(Long.MAX_VALUE))))
                .isEqualTo(Verdict.proceed());
    }

    @Test
    void ignoresWhatTheAnswerAsksWhereToldSo() {
        Story story = new Story("delay=1s jitter=none respect-retry-after=false");

        assertThat(story.fails(new Answer(503, Duration.ofHours(3)))).isEqualTo(again(1_000));
    }

    @Test
    void givesUpAtOnceWhenTheWaitReachesTheDeadline() {
        Story story = new Story("delay=1s jitter=none");

        story.call.remaining(1_000_000_001L);
        assertThat(story.fails(DOWN)).isEqualTo(again(1_000));
        story.call.remaining(2_000_000_000L);
        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.number("out-of-time")).isEqualTo(1);
    }

    @Test
    void givesUpWhenTheAnswerAsksForMoreThanTheDeadline() {
        Story story = new Story("delay=0");
        story.call.remaining(2_000_000_000L);

        assertThat(story.fails(new Answer(429, Duration.ofSeconds(2)))).isEqualTo(Verdict.proceed());
    }

    @Test
    void givesUpWhenNoTimeIsLeftAtAll() {
        Story story = new Story("delay=0");
        story.call.remaining(0);

        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
    }

    @Test
    void beginsNoAttemptAfterTheMaxDuration() {
        Story story = new Story("strategy=fixed delay=1s jitter=none max-attempts=9 max-duration=4s");

        story.time.advance(Duration.ofSeconds(1));
        assertThat(story.fails(DOWN)).isEqualTo(again(1_000));
        story.time.advance(Duration.ofMillis(1_999));
        assertThat(story.fails(DOWN)).isEqualTo(again(1_000));
        story.time.advance(Duration.ofMillis(1));
        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.number("out-of-time")).isEqualTo(1);
    }

    @Test
    void knowsNoBeginningOfCallsThatCameBeforeTheMaxDuration() {
        Story story = new Story("");
        story.policy.reconfigure(Story.configuration("max-duration=1s"));

        assertThat(story.fails(DOWN)).isEqualTo(again(100));
    }

    @Test
    void neverRepeatsWhatIsNotIdempotent() {
        Story story = new Story("");

        story.call.attribute("idempotent", false);

        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.call.scope().gaveUp(DOWN)).isTrue();
        assertThat(story.number("retries")).isZero();
    }

    @Test
    void repeatsWhatIsSaidToBeIdempotent() {
        Story story = new Story("");

        story.call.attribute("idempotent", true);

        assertThat(story.fails(DOWN)).isEqualTo(again(100));
    }

    @Test
    void tellsTheGuardsAroundItWhenItGivesUp() {
        Story story = new Story("max-attempts=2");

        story.fails(DOWN);
        assertThat(story.call.scope().gaveUp(DOWN)).isFalse();
        story.fails(DOWN);
        assertThat(story.call.scope().gaveUp(DOWN)).isTrue();
    }

    @Test
    void tellsNobodyOfWhatItWouldNotRetry() {
        Story story = new Story("never=IOException");

        story.fails(DOWN);

        assertThat(story.call.scope().gaveUp(DOWN)).isFalse();
    }

    @Test
    void leavesAloneWhatARetryFurtherInGaveUpOn() {
        Story story = new Story("");

        story.call.scope().gaveUpOn(DOWN);

        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.number("not-retried")).isEqualTo(1);
    }

    @Test
    void stopsWhenTheBudgetIsSpentAndGoesOnWhenItIsBack() {
        Story story = new Story("delay=0 budget-floor=1 budget-share=0 max-attempts=1000");

        for (int retry = 0; retry < 10; retry++) {
            assertThat(story.fails(DOWN)).isEqualTo(again(0));
        }
        assertThat(story.number("budget-available")).isZero();
        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.number("refused-by-budget")).isEqualTo(1);

        story.time.advance(Duration.ofSeconds(11));
        story.begins();
        assertThat(story.fails(DOWN)).isEqualTo(again(0));
    }

    @Test
    void holdsAStormToAFifthOfTheCalls() {
        Story story = new Story("delay=0 budget-floor=1");

        for (int call = 0; call < 10_000; call++) {
            story.begins();
            while (story.fails(DOWN).step() == Verdict.Step.TRY_AGAIN) {
                continue;
            }
            story.time.advance(Duration.ofMillis(5));
        }

        assertThat(story.number("retries")).isBetween(1_700L, 2_000L);
    }

    @Test
    void knowsNoBoundWithoutABudget() {
        Story story = new Story("delay=0 budget=false max-attempts=1000 budget-floor=0");

        for (int retry = 0; retry < 999; retry++) {
            assertThat(story.fails(DOWN)).isEqualTo(again(0));
        }
        assertThat(story.policy.snapshot().numbers()).doesNotContainKey("budget-available");
    }

    @Test
    void spendsNothingOnRetriesItDoesNotMake() {
        Story story = new Story("max-attempts=1");

        story.fails(DOWN);

        assertThat(story.number("budget-available")).isEqualTo(100);
    }

    @Test
    void takesAChangedConfigurationInTheMiddleOfACall() {
        Story story = new Story("max-attempts=5 delay=1s jitter=none");
        story.fails(DOWN);

        story.policy.reconfigure(Story.configuration("max-attempts=2"));

        assertThat(story.fails(DOWN)).isEqualTo(Verdict.proceed());
        assertThat(story.number("retries")).isEqualTo(1);
    }

    @Test
    void showsItsNumbersInOrder() {
        assertThat(new Story("").policy.snapshot().numbers().keySet())
                .containsExactly(
                        "retries",
                        "succeeded-after-retry",
                        "exhausted",
                        "not-retried",
                        "out-of-time",
                        "asked-to-wait-too-long",
                        "refused-by-budget",
                        "budget-available",
                        "broken-rules");
    }
}
