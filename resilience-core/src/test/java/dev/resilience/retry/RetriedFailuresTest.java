package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.Outcome;
import dev.resilience.Verdict;
import dev.resilience.failure.NonRetryableException;
import dev.resilience.failure.RetryableException;
import dev.resilience.retry.Story.Answer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures are retried. */
class RetriedFailuresTest {

    @ParameterizedTest
    @MethodSource
    void triesAgain(Throwable failure) {
        assertThat(retries("", failure)).isTrue();
    }

    static Stream<Throwable> triesAgain() {
        return Stream.of(
                new Exception(),
                new IllegalArgumentException(),
                new ConnectException(),
                new SocketTimeoutException(),
                new TimeoutException(),
                new CompletionException(new IOException()),
                new IllegalStateException("quota exceeded"),
                new RetryableException("try"),
                new IllegalStateException(new RetryableException("try")),
                new RetryableException("try", new Answer(404)),
                new CallTimedOutException("timeouts", "nested", "Quotes.quote", 1));
    }

    @ParameterizedTest
    @MethodSource
    void neverTriesAgain(Throwable failure) {
        assertThat(retries("", failure)).isFalse();
        assertThat(retries("retry-on=java.lang.Throwable", failure)).isFalse();
    }

    static Stream<Throwable> neverTriesAgain() {
        return Stream.of(
                new Error(),
                new OutOfMemoryError(),
                new CompletionException(new AssertionError()),
                new InterruptedException(),
                new InterruptedIOException(),
                new UncheckedIOException(new InterruptedIOException()),
                new CancellationException(),
                new NonRetryableException("no"),
                new IllegalStateException(new NonRetryableException("no", new IOException())),
                new Refused(),
                new IllegalStateException(new Refused()),
                new RetryableException("try", new InterruptedException()),
                new RetryableException("try", new Refused()));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 501, 502, 503, 504, 520, 599, 302, 200})
    void triesAgainAtTheseStatuses(int status) {
        assertThat(retries("", new Answer(status))).isTrue();
        assertThat(retries("", new IllegalStateException(new Answer(status)))).isTrue();
    }

    @Test
    void triesAgainAtNoOtherStatusOfTheClient() {
        assertThat(IntStream.rangeClosed(400, 499).filter(status -> retries("", new Answer(status))))
                .containsExactly(408, 429);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    retry-on=IOException                            | true  | false | true  | false | false
                    retry-on=java.io.IOException,Answer             | true  | false | true  | true  | false
                    retry-on-status=404,5xx                         | true  | true  | true  | true  | true
                    retry-on-status=404                             | true  | true  | true  | false | true
                    retry-on=IOException retry-on-status=500-503    | true  | false | true  | true  | false
                    never=IOException                               | false | true  | false | true  | false
                    never=ConnectException                          | true  | true  | false | true  | false
                    never=Answer retry-on-status=404,503            | true  | true  | true  | false | false
                    never=Exception                                 | false | false | false | false | false
                    """)
    void doesAsConfigured(
            String knobs, boolean io, boolean state, boolean nestedConnect, boolean unavailable, boolean notFound) {
        assertThat(retries(knobs, new IOException())).isEqualTo(io);
        assertThat(retries(knobs, new IllegalStateException())).isEqualTo(state);
        assertThat(retries(knobs, new RuntimeException(new ConnectException()))).isEqualTo(nestedConnect);
        assertThat(retries(knobs, new Answer(503))).isEqualTo(unavailable);
        assertThat(retries(knobs, new Answer(404))).isEqualTo(notFound);
    }

    @Test
    void keepsToItsStatusAlthoughTheAnswerSpeaksOfALimitToo() {
        Throwable busy = new IllegalStateException("throttled", new Answer(503));

        assertThat(retries("retry-on-status=503", busy)).isTrue();
        assertThat(retries("retry-on-status=429", busy)).isTrue();
        assertThat(retries("retry-on-status=502", busy)).isFalse();
    }

    @Test
    void triesAgainAfterAnAttemptThatRanOutOfTime() {
        Story story = new Story("");
        CallTimedOutException timeout = new CallTimedOutException("timeouts", "attempt", "Quotes.quote", 1);

        assertThat(story.ends(Outcome.EXPIRED, timeout).step()).isEqualTo(Verdict.Step.TRY_AGAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REFUSED", "CANCELLED"})
    void leavesRefusalsAndCancellationsAlone(Outcome outcome) {
        assertThat(new Story("").ends(outcome, new IOException())).isEqualTo(Verdict.proceed());
        assertThat(new Story("").ends(outcome, null)).isEqualTo(Verdict.proceed());
    }

    @Test
    void doesNotLookIntoARefusal() {
        Refused refusal = new Refused();

        new Story("").ends(Outcome.REFUSED, refusal);

        assertThat(refusal.reasons).isZero();
    }

    @Test
    void suppressesEarlierFailuresIntoTheLast() {
        List<Exception> failures = List.of(new IOException("1"), new IOException("2"), new IOException("3"));
        Story story = new Story("");

        failures.forEach(story::fails);

        assertThat(failures.get(2).getSuppressed()).containsExactly(failures.get(0), failures.get(1));
        assertThat(failures.get(1).getSuppressed()).isEmpty();
    }

    @Test
    void suppressesEarlierFailuresIntoAnErrorToo() {
        IOException first = new IOException();
        Error last = new StackOverflowError();
        Story story = new Story("");

        story.fails(first);
        story.fails(last);

        assertThat(last.getSuppressed()).containsExactly(first);
    }

    private static boolean retries(String knobs, Throwable failure) {
        return new Story(knobs).fails(failure).step() == Verdict.Step.TRY_AGAIN;
    }

    private static final class Refused extends CallRejectedException {
        private static final long serialVersionUID = 1L;
        private int reasons;

        Refused() {
            super("bulkheads", "small", UNKNOWN);
        }

        @Override
        protected String reason() {
            reasons++;
            return "full";
        }
    }
}
