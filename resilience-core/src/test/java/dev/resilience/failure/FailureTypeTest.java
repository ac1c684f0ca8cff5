package dev.resilience.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.FailureClassifier.Knowledge;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTypeTest {

    private static final Failures READER = new Failures(
            List.of(failure -> failure instanceof Answer answer ? new Knowledge(answer.status, null, false) : null));

    @ParameterizedTest
    @MethodSource
    void isKnownByTheClass(Throwable failure, FailureType type) {
        assertThat(FailureType.of(failure, READER)).isEqualTo(type);
        assertThat(FailureType.of(new CompletionException(failure), READER)).isEqualTo(type);
    }

    static Stream<Arguments> isKnownByTheClass() {
        return Stream.of(
                Arguments.of(new TimeoutException(), FailureType.TIMEOUT),
                Arguments.of(new SocketTimeoutException(), FailureType.TIMEOUT),
                Arguments.of(new HttpTimeoutException("late"), FailureType.TIMEOUT),
                Arguments.of(new SQLTimeoutException(), FailureType.TIMEOUT),
                Arguments.of(new CallTimedOutException("timeouts", "slow", "A.a", 1), FailureType.TIMEOUT),
                Arguments.of(new ConnectException("refused"), FailureType.CONNECTION),
                Arguments.of(new IOException("reset"), FailureType.CONNECTION),
                Arguments.of(new FileNotFoundException("a"), FailureType.OTHER),
                Arguments.of(new IllegalStateException("quota exceeded"), FailureType.RATE_LIMIT),
                Arguments.of(new WornOutException(), FailureType.REFUSED),
                Arguments.of(new IllegalStateException("down"), FailureType.OTHER));
    }

    @ParameterizedTest
    @CsvSource({
        "429, RATE_LIMIT",
        "408, TIMEOUT",
        "504, TIMEOUT",
        "400, CLIENT_ERROR",
        "499, CLIENT_ERROR",
        "500, SERVER_ERROR",
        "599, SERVER_ERROR",
        "302, OTHER"
    })
    void isKnownByTheStatus(int status, FailureType type) {
        assertThat(FailureType.of(new Answer(status), READER)).isEqualTo(type);
    }

    @Test
    void aStatusSaysMoreThanTheExceptionAroundIt() {
        assertThat(FailureType.of(new IOException(new Answer(503)), READER)).isEqualTo(FailureType.SERVER_ERROR);
    }

    @Test
    void theWordIsWrittenSmall() {
        assertThat(FailureType.RATE_LIMIT.word()).isEqualTo("rate_limit");
    }

    private static final class Answer extends RuntimeException {
        private final int status;

        private Answer(int status) {
            this.status = status;
        }
    }

    private static final class WornOutException extends CallRejectedException {

        private WornOutException() {
            super("toys", "upstream", UNKNOWN);
        }

        @Override
        protected String reason() {
            return "too many requests";
        }
    }
}
