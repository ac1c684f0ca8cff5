package dev.resilience.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallTimedOutException;
import dev.resilience.failure.FailureClassifier.Knowledge;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {

    private final Failures failures = new Failures(List.of(new AnswerClassifier()));

    @Test
    void anExceptionThatCannotTellItsMessageIsReadByWhatElseItIs() {
        IOException speechless = new IOException() {
            @Override
            public String getMessage() {
                throw new NullPointerException("nothing to say");
            }
        };

        assertThat(failures.diagnose(speechless).transientFault()).isTrue();
        assertThat(failures.diagnose(speechless).rateLimited()).isFalse();
    }

    @ParameterizedTest
    @MethodSource
    void knowsConnectionErrorsAndTimeouts(Throwable failure) {
        assertThat(failures.diagnose(failure).transientFault()).isTrue();
        assertThat(failures.diagnose(new CompletionException(failure)).transientFault())
                .isTrue();
        assertThat(failures.diagnose(failure).hopeless()).isFalse();
    }

    static Stream<Throwable> knowsConnectionErrorsAndTimeouts() {
        return Stream.of(
                new ConnectException(),
                new SocketException("reset"),
                new SocketTimeoutException(),
                new HttpTimeoutException("slow"),
                new InterruptedIOException("timeout"),
                new ConnectionPoolTimeoutException(),
                new UnknownHostException(),
                new EOFException(),
                new TimeoutException(),
                new CallTimedOutException("timeouts", "slow", "Quotes.quote", 1));
    }

    @ParameterizedTest
    @MethodSource
    void knowsWhatNobodyMayTryAgain(Throwable failure) {
        assertThat(failures.diagnose(failure).hopeless()).isTrue();
        assertThat(failures.diagnose(new IllegalStateException(failure)).hopeless())
                .isTrue();
    }

    static Stream<Throwable> knowsWhatNobodyMayTryAgain() {
        return Stream.of(
                new InterruptedException(),
                new InterruptedIOException(),
                new ClosedByInterruptException(),
                new CancellationException(),
                new StackOverflowError());
    }

    @ParameterizedTest
    @MethodSource
    void findsNothingTransientInTheRest(Throwable failure) {
        assertThat(failures.diagnose(failure).transientFault()).isFalse();
    }

    static Stream<Throwable> findsNothingTransientInTheRest() {
        return Stream.of(
                new IllegalStateException(),
                new FileNotFoundException(),
                new NoSuchFileException("gone"),
                new InterruptedIOException());
    }

    @Test
    void asksTheClassifiersForNestedCauses() {
        Answer answer = new Answer(503, Duration.ofSeconds(4), "busy");

        Diagnosis diagnosis = failures.diagnose(new IllegalStateException("wrapped", new IOException(answer)));

        assertThat(diagnosis.status()).isEqualTo(503);
        assertThat(diagnosis.retryAfter()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void takesAClassifierThatThrowsForOneThatKnowsNothing() {
        FailureClassifier broken = throwable -> {
            throw new IllegalStateException("broken classifier");
        };
        Failures failures = new Failures(List.of(broken, new AnswerClassifier()));

        assertThat(failures.diagnose(new Answer(503, null, "busy")).status()).isEqualTo(503);
    }

    @Test
    void believesTheOutermostAnswer() {
        Answer inner = new Answer(503, Duration.ofSeconds(4), "busy");
        Answer outer = new Answer(404, null, "gone");
        outer.initCause(inner);

        assertThat(failures.diagnose(outer).status()).isEqualTo(404);
        assertThat(failures.diagnose(outer).retryAfter()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void takesANegativeWaitForNone() {
        assertThat(failures.diagnose(new Answer(503, Duration.ofSeconds(-4), "busy"))
                        .retryAfter())
                .isEqualTo(Duration.ZERO);
    }

    @Test
    void comesToAnEndWhereCausesGoRoundInACircle() {
        Exception one = new Exception("one");
        Exception two = new Exception("two", one);
        one.initCause(two);

        assertThat(failures.diagnose(one).status()).isNull();
    }

    @Test
    void letsTheNearestMarkerSpeak() {
        assertThat(failures.diagnose(new RetryableException("yes", new NonRetryableException("no")))
                        .retryable())
                .isTrue();
        assertThat(failures.diagnose(new NonRetryableException("no", new RetryableException("yes")))
                        .retryable())
                .isFalse();
        assertThat(failures.diagnose(new Exception("?")).retryable()).isNull();
    }

    @Test
    void hearsTheWaitOfARetryableException() {
        RetryableException told = new RetryableException("later", null, Duration.ofSeconds(3));

        assertThat(failures.diagnose(new Exception(told)).retryAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Rate limit reached for requests",
                "API rate-limit hit",
                "RATE_LIMIT_EXCEEDED",
                "Rate exceeded",
                "429 Too Many Requests",
                "Quota exceeded for quota metric",
                "request was throttled",
                "Throttling: slow down"
            })
    void recognisesARateLimitInWords(String message) {
        assertThat(failures.diagnose(new IllegalStateException(message)).rateLimited())
                .isTrue();
        assertThat(failures.diagnose(new Exception(new Exception(message))).rateLimited())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "limit", "the rate is 5", "quota", "too many parameters"})
    void recognisesNoRateLimitInOtherWords(String message) {
        assertThat(failures.diagnose(new IllegalStateException(message)).rateLimited())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "429, anything,               true",
        "400, ThrottlingException,    true",
        "403, rate limit exceeded,    true",
        "503, rate limit exceeded,    true",
        "404, GET /rate-limits/5,     false",
        "401, too many requests,      false",
        "503, busy,                   false"
    })
    void believesWordsNextToSomeStatusesOnly(int status, String message, boolean limited) {
        assertThat(failures.diagnose(new Answer(status, null, message)).rateLimited())
                .isEqualTo(limited);
    }

    /** As clients have it. */
    static final class ConnectionPoolTimeoutException extends InterruptedIOException {
        private static final long serialVersionUID = 1L;
    }

    /** Stands for the client exceptions the core doesn't know. */
    static final class Answer extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient @Nullable Duration retryAfter;

        Answer(int status, @Nullable Duration retryAfter, String message) {
            super(message);
            this.status = status;
            this.retryAfter = retryAfter;
        }

        Knowledge knowledge() {
            return new Knowledge(status, retryAfter, false);
        }
    }

    private static final class AnswerClassifier implements FailureClassifier {
        @Override
        public @Nullable Knowledge classify(Throwable throwable) {
            return throwable instanceof Answer answer ? answer.knowledge() : null;
        }
    }
}
