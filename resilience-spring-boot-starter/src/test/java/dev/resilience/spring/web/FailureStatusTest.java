package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallTimedOutException;
import dev.resilience.failure.RetryableException;
import jakarta.servlet.ServletException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.server.ResponseStatusException;

class FailureStatusTest {

    @Test
    void whatSpringSecurityAnswersFurtherOutIsAFailedLogin() {
        assertThat(FailureStatus.of(new BadCredentialsException("no"))).isEqualTo(401);
        assertThat(FailureStatus.of(new ServletException(new AccessDeniedException("no"))))
                .isEqualTo(403);
    }

    @Test
    void anExceptionMaySayItsStatus() {
        assertThat(FailureStatus.of(new ResponseStatusException(HttpStatus.CONFLICT)))
                .isEqualTo(409);
        assertThat(FailureStatus.of(new ServletException(new Gone()))).isEqualTo(410);
        assertThat(FailureStatus.isSaidBy(new Gone())).isTrue();
    }

    @Test
    void anExpiryIs504AndWhatNobodyKnows500() {
        assertThat(FailureStatus.of(new CallTimedOutException("timeouts", "slow", "Quotes.quote", 1)))
                .isEqualTo(504);
        assertThat(FailureStatus.of(new IllegalStateException())).isEqualTo(500);
        assertThat(FailureStatus.isSaidBy(new IllegalStateException())).isFalse();
    }

    @Test
    void oneThatSaysWhenToComeBackIs503() {
        assertThat(FailureStatus.of(new RetryableException("busy", null, Duration.ofSeconds(3))))
                .isEqualTo(503);
        assertThat(FailureStatus.of(new RetryableException("busy"))).isEqualTo(500);
    }

    @Test
    void causesThatGoRoundInACircleComeToAnEnd() {
        Exception inner = new IllegalStateException();
        Exception outer = new IllegalStateException(inner);
        inner.initCause(outer);

        assertThat(FailureStatus.of(outer)).isEqualTo(500);
        assertThat(RefusalAnswers.behind(outer)).isNull();
    }

    @ResponseStatus(HttpStatus.GONE)
    private static final class Gone extends RuntimeException {}
}
