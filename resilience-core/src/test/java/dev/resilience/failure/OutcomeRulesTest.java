package dev.resilience.failure;

import static dev.resilience.failure.Judgement.FAILURE;
import static dev.resilience.failure.Judgement.NEITHER;
import static dev.resilience.failure.Judgement.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.failure.FailuresTest.Answer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OutcomeRulesTest {

    private static final List<String> NONE = List.of();

    private final List<ResilienceEvent> told = new ArrayList<>();
    private final BrokenRules broken = new BrokenRules("circuit-breakers", "upstream", told::add);
    private List<String> failures = NONE;
    private List<String> ignored = NONE;
    private List<StatusRange> statuses = List.of();
    private @Nullable OutcomeRule when;

    @ParameterizedTest
    @CsvSource({
        "200, SUCCESS", "302, SUCCESS", "400, SUCCESS", "404, SUCCESS", "499, SUCCESS",
        "408, FAILURE", "429, FAILURE", "500, FAILURE", "503, FAILURE", "599, FAILURE"
    })
    void aReturnedAnswerCountsByItsStatus(int status, Judgement expected) {
        assertThat(given(new Response(status, null))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "400, SUCCESS",
        "401, SUCCESS",
        "404, SUCCESS",
        "499, SUCCESS",
        "302, FAILURE",
        "408, FAILURE",
        "429, FAILURE",
        "500, FAILURE",
        "599, FAILURE",
        "999, FAILURE"
    })
    void aThrownAnswerCountsByItsStatus(int status, Judgement expected) {
        assertThat(thrown(new Answer(status, null, "answered"))).isEqualTo(expected);
        assertThat(thrown(new CompletionException(new IOException(new Answer(status, null, "answered")))))
                .isEqualTo(expected);
    }

    @Test
    void whatIsThrownAndNoAnswerCounts() {
        assertThat(thrown(new IOException())).isEqualTo(FAILURE);
        assertThat(thrown(new StackOverflowError())).isEqualTo(FAILURE);
        assertThat(given("well")).isEqualTo(SUCCESS);
        assertThat(given(null)).isEqualTo(SUCCESS);
    }

    @Test
    void theOutermostStatusCounts() {
        Answer outer = new Answer(404, null, "gone");
        outer.initCause(new Answer(503, null, "busy"));

        assertThat(thrown(outer)).isEqualTo(SUCCESS);
    }

    @Test
    void aLimitToldInWordsIsA429() {
        assertThat(thrown(new Answer(403, null, "Rate limit exceeded"))).isEqualTo(FAILURE);
        assertThat(thrown(new Answer(403, null, "not yours"))).isEqualTo(SUCCESS);

        statuses = statuses("5xx");
        assertThat(thrown(new Answer(403, null, "Rate limit exceeded"))).isEqualTo(SUCCESS);
    }

    @Test
    void statusesThatAreWrittenReplaceTheUsualOnes() {
        statuses = statuses("404", "500-502");

        assertThat(thrown(new Answer(404, null, "gone"))).isEqualTo(FAILURE);
        assertThat(thrown(new Answer(503, null, "busy"))).isEqualTo(SUCCESS);
        assertThat(given(new Response(502, null))).isEqualTo(FAILURE);
        assertThat(given(new Response(503, null))).isEqualTo(SUCCESS);
        assertThat(thrown(new IOException())).as("no answer").isEqualTo(FAILURE);
    }

    @Test
    void typesThatAreNamedNarrowWhatCountsWhateverTheStatus() {
        failures = List.of("IOException", "Answer");

        assertThat(thrown(new IOException())).isEqualTo(FAILURE);
        assertThat(thrown(new IllegalStateException(new FileNotFoundException())))
                .as("nested, of a subclass")
                .isEqualTo(FAILURE);
        assertThat(thrown(new Answer(404, null, "gone"))).isEqualTo(FAILURE);
        assertThat(thrown(new IllegalStateException())).isEqualTo(SUCCESS);
        assertThat(given(new Response(503, null))).isEqualTo(SUCCESS);
    }

    @Test
    void ofTypesAndStatusesEitherCounts() {
        failures = List.of("IOException");
        statuses = statuses("503");

        assertThat(thrown(new IOException())).isEqualTo(FAILURE);
        assertThat(thrown(new Answer(503, null, "busy"))).isEqualTo(FAILURE);
        assertThat(given(new Response(503, null))).isEqualTo(FAILURE);
        assertThat(thrown(new Answer(500, null, "broken"))).isEqualTo(SUCCESS);
        assertThat(thrown(new IllegalStateException())).isEqualTo(SUCCESS);
    }

    @Test
    void whatIsIgnoredTellsNothingWhateverTheRuleSays() {
        ignored = List.of("FileNotFoundException");
        when = (result, failure) -> FAILURE;

        assertThat(thrown(new FileNotFoundException())).isEqualTo(NEITHER);
        assertThat(thrown(new IllegalStateException(new FileNotFoundException())))
                .isEqualTo(NEITHER);
        assertThat(thrown(new IOException())).isEqualTo(FAILURE);
    }

    @ParameterizedTest
    @MethodSource
    void theRuleOfTheApplicationGoesBeforeTypesAndStatuses(
            @Nullable Judgement said, Judgement result, Judgement thrown) {
        failures = List.of("IOException");
        when = (given, failure) -> said;

        assertThat(given("well")).isEqualTo(result);
        assertThat(given(null)).isEqualTo(result);
        assertThat(thrown(new IOException())).isEqualTo(thrown);
    }

    static Stream<Object[]> theRuleOfTheApplicationGoesBeforeTypesAndStatuses() {
        return Stream.of(
                new Object[] {FAILURE, FAILURE, FAILURE},
                new Object[] {SUCCESS, SUCCESS, SUCCESS},
                new Object[] {NEITHER, NEITHER, NEITHER},
                new Object[] {null, SUCCESS, FAILURE});
    }

    @Test
    void aRuleThatThrowsIsCountedToldOnceAndHasSaidNothing() {
        OutcomeRuleSource source = (knob, text) -> (result, failure) -> {
            throw new StackOverflowError("too deep for 4111-1111");
        };
        when = source.read("failure-when", "#deep");
        OutcomeRules rules = rules();

        assertThat(rules.judge("well", null)).isEqualTo(SUCCESS);
        assertThat(rules.judge(null, new IOException())).isEqualTo(FAILURE);
        assertThat(broken.count()).isEqualTo(2);
        assertThat(told).singleElement().isInstanceOfSatisfying(ResilienceEvent.Noticed.class, notice -> assertThat(
                        notice.what())
                .startsWith("the rule failure-when = '#deep' threw java.lang.StackOverflowError and was ignored")
                .as("what an exception says may be of users")
                .doesNotContain("4111"));
    }

    @Test
    void anExceptionThatCannotTellItsNameHarmsNobody() {
        when = (result, failure) -> {
            throw new IllegalStateException() {
                @Override
                public String getMessage() {
                    throw new IllegalStateException("nothing to say");
                }
            };
        };

        assertThat(given("well")).isEqualTo(SUCCESS);
        assertThat(broken.count()).isEqualTo(1);
    }

    @Test
    void aFailureThatTellsNoCauseIsJudgedByItself() {
        assertThat(thrown(new Sealed())).isEqualTo(FAILURE);
        assertThat(rules().retryAfter(null, new Sealed())).isNull();
        assertThat(rules().diagnose(new Sealed()).transientFault()).isTrue();
        ignored = List.of("java.io.IOException");
        assertThat(thrown(new Sealed())).isEqualTo(NEITHER);
        assertThat(broken.count()).isZero();
    }

    @Test
    void aFailureIsOneWhereNobodyCanSeeWhetherItIsToBeIgnored() {
        ignored = List.of("FileNotFoundException");

        assertThat(thrown(new Sealed())).isEqualTo(FAILURE);
        assertThat(broken.count()).isEqualTo(1);
    }

    @Test
    void aFailureThatCannotBeLookedIntoIsAFailureThatAsksForNothing() {
        FailureClassifier throwing = throwable -> {
            throw new AssertionError("broken");
        };
        OutcomeRules rules = new OutcomeRules(words(), OutcomeRules.NOT_THE_CALLERS_FAULT, List.of(throwing), broken);

        assertThat(rules.judge(null, new IOException())).isEqualTo(FAILURE);
        assertThat(rules.retryAfter(null, new IOException())).isNull();
        assertThat(rules.diagnose(new IOException()).hopeless()).isTrue();
        assertThat(broken.count()).isEqualTo(3);
    }

    @Test
    void aClassifierThatThrowsIsCountedAndTheNextOneIsAsked() {
        FailureClassifier throwing = throwable -> {
            throw new IllegalStateException("broken");
        };
        OutcomeRules rules = new OutcomeRules(
                words(), OutcomeRules.NOT_THE_CALLERS_FAULT, List.of(throwing, new Responses()), broken);

        assertThat(rules.judge(null, new Answer(404, null, "gone"))).isEqualTo(SUCCESS);
        assertThat(broken.count()).isPositive();
        assertThat(told).hasSize(1);
    }

    @Test
    void aClassifierIsNotAskedAboutResultsItDoesNotKnow() {
        FailureClassifier other = new FailureClassifier() {
            @Override
            public @Nullable Knowledge classify(Throwable throwable) {
                return null;
            }

            @Override
            public boolean knowsResults(Class<?> type) {
                return type == Integer.class;
            }

            @Override
            public Knowledge classifyResult(Object result) {
                return new Knowledge((Integer) result, null, false);
            }
        };
        OutcomeRules rules =
                new OutcomeRules(words(), OutcomeRules.NOT_THE_CALLERS_FAULT, List.of(other, new Responses()), broken);

        assertThat(rules.judge(new Response(503, null), null)).isEqualTo(FAILURE);
        assertThat(rules.judge(503, null)).isEqualTo(FAILURE);
        assertThat(broken.count()).isZero();
    }

    @Test
    void honoursTheWaitOfAnswersAndOfRetryableExceptions() {
        Duration wait = Duration.ofSeconds(7);
        RetryableException busy = new RetryableException("busy", null, wait);

        assertThat(rules().retryAfter(null, new IllegalStateException(busy))).isEqualTo(wait);
        assertThat(rules().retryAfter(null, new Answer(503, wait, "busy"))).isEqualTo(wait);
        assertThat(rules().retryAfter(new Response(503, wait), null)).isEqualTo(wait);
        assertThat(rules().retryAfter(new Response(503, wait.negated()), null)).isZero();
        assertThat(rules().retryAfter("well", null)).isNull();
        assertThat(rules().retryAfter(null, null)).isNull();
    }

    @Test
    void aPatternMayHaveOtherUsualStatuses() {
        OutcomeRules rules = new OutcomeRules(words(), OutcomeRules.ALL_ERRORS, List.of(new Responses()), broken);

        assertThat(rules.judge(new Response(401, null), null)).isEqualTo(FAILURE);
        assertThat(rules.judge(null, new Answer(401, null, "who?"))).isEqualTo(FAILURE);
        assertThat(rules.judge(new Response(302, null), null)).isEqualTo(SUCCESS);
    }

    @Test
    void aPatternMayNarrowWhatCountsUsually() {
        failures = List.of("Answer");
        OutcomeRules rules = OutcomeRules.amongTheUsual(
                words(), OutcomeRules.NOT_THE_CALLERS_FAULT, List.of(new Responses()), broken);

        assertThat(rules.judge(null, new Answer(404, null, "gone"))).isEqualTo(SUCCESS);
        assertThat(rules.judge(null, new Answer(403, null, "rate limit"))).isEqualTo(FAILURE);
        assertThat(rules.judge(null, new Answer(503, null, "busy"))).isEqualTo(FAILURE);
        assertThat(rules.judge(null, new Answer(302, null, "moved"))).isEqualTo(FAILURE);
        assertThat(rules.judge(null, new IOException())).isEqualTo(SUCCESS);
        assertThat(rules.judge(new Response(503, null), null)).isEqualTo(SUCCESS);
        assertThat(thrown(new Answer(404, null, "gone"))).as("elsewhere").isEqualTo(FAILURE);
    }

    @Test
    void knowsWhetherResultsAreWorthAQuestion() {
        assertThat(rules().judgesResults()).isTrue();
        assertThat(new OutcomeRules(words(), OutcomeRules.ALL_ERRORS, List.of(), broken).judgesResults())
                .isFalse();
        failures = List.of("java.io.IOException");
        assertThat(rules().judgesResults()).isFalse();
        when = (result, failure) -> null;
        assertThat(rules().judgesResults()).isTrue();
    }

    private Judgement given(@Nullable Object result) {
        return rules().judge(result, null);
    }

    private Judgement thrown(Throwable failure) {
        return rules().judge(null, failure);
    }

    private OutcomeRules rules() {
        return new OutcomeRules(words(), OutcomeRules.NOT_THE_CALLERS_FAULT, List.of(new Responses()), broken);
    }

    private OutcomeWords words() {
        return new OutcomeWords(failures, ignored, statuses, when);
    }

    private static List<StatusRange> statuses(String... texts) {
        return Stream.of(texts).map(StatusRange::parse).toList();
    }

    /** An exception that can't be looked into. */
    private static final class Sealed extends IOException {
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

    record Response(int status, @Nullable Duration retryAfter) {}

    private static final class Responses implements FailureClassifier {
        @Override
        public @Nullable Knowledge classify(Throwable throwable) {
            return throwable instanceof Answer answer ? answer.knowledge() : null;
        }

        @Override
        public boolean knowsResults(Class<?> type) {
            return type == Response.class;
        }

        @Override
        public Knowledge classifyResult(Object result) {
            Response response = (Response) result;
            return new Knowledge(response.status(), response.retryAfter(), false);
        }
    }
}
