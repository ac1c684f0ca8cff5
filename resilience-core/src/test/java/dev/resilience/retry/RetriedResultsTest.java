package dev.resilience.retry;

import static dev.resilience.retry.Story.again;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Verdict;
import dev.resilience.retry.Story.Answer;
import dev.resilience.retry.Story.Response;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results that aren't good enough. */
class RetriedResultsTest {

    private static final String USUAL = "delay=1s jitter=none ";
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void triesAgainWhatARuleDoesNotLikeAndGivesOutTheLastResultAsItIs() {
        Story story = new Story(USUAL + "retry-when=@pending");

        assertThat(story.gives("pending")).isEqualTo(again(SECOND));
        assertThat(story.gives("pending")).isEqualTo(again(SECOND.multipliedBy(2)));
        assertThat(story.gives("pending")).isEqualTo(Verdict.proceed());
        assertThat(story.number("retries")).isEqualTo(2);
        assertThat(story.number("exhausted")).isEqualTo(1);
        assertThat(story.number("succeeded-after-retry")).isZero();
    }

    @Test
    void countsAGoodResultAfterABadOneAsASuccess() {
        Story story = new Story(USUAL + "retry-when=@pending");

        story.gives("pending");
        assertThat(story.gives("done")).isEqualTo(Verdict.proceed());
        assertThat(story.number("succeeded-after-retry")).isEqualTo(1);
    }

    @Test
    void triesNothingAgainWhereNobodyAskedFor() {
        assertThat(new Story(USUAL).gives(null)).isEqualTo(Verdict.proceed());
        assertThat(new Story(USUAL + "retry-when=@nothing").gives(null)).isEqualTo(again(SECOND));
        assertThat(new Story(USUAL + "retry-when=@nothing max-retries=0").gives(null))
                .isEqualTo(Verdict.proceed());
    }

    @Test
    void aRuleHasItsSayAboutFailuresTooButNotAboutThoseThatSayItThemselves() {
        assertThat(new Story(USUAL + "retry-when=@fine").fails(new IOException()))
                .isEqualTo(Verdict.proceed());
        assertThat(new Story(USUAL + "retry-when=@fine").fails(new dev.resilience.failure.RetryableException("try")))
                .isEqualTo(again(SECOND));
        assertThat(new Story(USUAL + "retry-when=@pending").fails(new IOException()))
                .isEqualTo(again(SECOND));
    }

    @ParameterizedTest
    @CsvSource({
        "503, true",
        "429, true",
        "408, true",
        "500, true",
        "200, false",
        "302, false",
        "400, false",
        "404, false",
        "422, false",
    })
    void triesAnswersAgainByTheirStatus(int status, boolean retried) {
        assertThat(new Story(USUAL).gives(new Response(status, null)))
                .isEqualTo(retried ? again(SECOND) : Verdict.proceed());
    }

    @Test
    void judgesAnswersByTheStatusesThatAreWritten() {
        Story story = new Story(USUAL + "retry-on-status=404");

        assertThat(story.gives(new Response(503, null))).isEqualTo(Verdict.proceed());
        assertThat(story.gives(new Response(404, null))).isEqualTo(again(SECOND));
    }

    @Test
    void judgesNoResultWhereOnlyExceptionsAreNamed() {
        assertThat(new Story(USUAL + "retry-on=IOException").gives(new Response(503, null)))
                .isEqualTo(Verdict.proceed());
    }

    @Test
    void obeysTheWaitThatAnAnswerAsksFor() {
        Story story = new Story(USUAL + "max-delay=5s");

        assertThat(story.gives(new Response(503, Duration.ofSeconds(3)))).isEqualTo(again(3_000));
        assertThat(story.gives(new Response(503, Duration.ofSeconds(6)))).isEqualTo(Verdict.proceed());
        assertThat(story.number("asked-to-wait-too-long")).isEqualTo(1);
    }

    @Test
    void doesNotLetResultsLoseFailuresOrTheOtherWayRound() {
        Story story = new Story("max-attempts=4 retry-when=@pending");
        IOException first = new IOException();
        IOException last = new IOException();

        story.fails(first);
        story.gives("pending");
        story.gives("pending");
        story.fails(last);

        assertThat(last.getSuppressed()).containsExactly(first);
    }

    @Test
    void leavesAResultAloneThatARetryFurtherInGaveUpOn() {
        Story story = new Story(USUAL + "retry-when=@pending");
        Object pending = "pending";
        story.call.scope().gaveUpOn(pending);

        assertThat(story.gives(pending)).isEqualTo(Verdict.proceed());
        assertThat(story.number("not-retried")).isEqualTo(1);
    }

    @Test
    void tellsThoseFurtherOutWhatItGaveUpOn() {
        Story story = new Story("max-attempts=1 retry-when=@pending");
        Object pending = "pending";

        story.gives(pending);

        assertThat(story.call.scope().gaveUp(pending)).isTrue();
    }

    @Test
    void leavesAStreamAloneOnceAnElementIsOut() {
        Story story = new Story("retry-when=@pending");
        story.call.goneOut();

        assertThat(story.gives("pending")).isEqualTo(Verdict.proceed());
        assertThat(story.fails(new IOException())).isEqualTo(Verdict.proceed());
        assertThat(story.number("retries")).isZero();
        assertThat(story.number("budget-available")).isEqualTo(100);
        assertThat(story.number("not-retried")).isEqualTo(1);
    }

    @Test
    void aFailureThatCannotBeLookedIntoComesOutAsItIs() {
        Story story = new Story("retry-on=IllegalStateException max-attempts=2");
        RuntimeException sealed = new Sealed();

        assertThat(story.fails(new Answer(503)).step()).isEqualTo(Verdict.Step.PROCEED);
        assertThat(story.fails(sealed).step()).isEqualTo(Verdict.Step.TRY_AGAIN);
        assertThat(story.fails(sealed)).isEqualTo(Verdict.proceed());
        assertThat(story.number("broken-rules")).isZero();
    }

    /** An exception that can't be looked into. */
    private static final class Sealed extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError("no look inside");
        }

        @Override
        public String getMessage() {
            throw new AssertionError("nothing to say");
        }
    }
}
