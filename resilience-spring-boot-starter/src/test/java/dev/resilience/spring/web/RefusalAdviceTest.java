package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.RetryableException;
import dev.resilience.spring.config.HeaderStyle;
import dev.resilience.spring.config.ResetStyle;
import dev.resilience.spring.web.servlet.ServletRefusalAdvice;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

class RefusalAdviceTest {

    private final MockMvc mvc = MockMvcBuilders.standaloneSetup(new Refusing(), new WithItsOwnHandler())
            .setControllerAdvice(new ServletRefusalAdvice(
                    new RefusalAnswers(new LimitHeaders(HeaderStyle.LEGACY, ResetStyle.EPOCH, InstantSource.system()))))
            .build();

    @Test
    void answersACallerOverItsShareWith429AndASecondsValueThatIsNeverEarly() throws Exception {
        mvc.perform(get("/share"))
                .andExpect(status().isTooManyRequests())
                .andExpect(header().string("Retry-After", "3"))
                .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
                .andExpect(jsonPath("$.status").value(429))
                .andExpect(jsonPath("$.kind").value("rate-limiters"))
                .andExpect(jsonPath("$.policy").value("agents"))
                .andExpect(jsonPath("$.retryAfterSeconds").value(3));
    }

    @Test
    void answersAServiceAtItsLimitsWith503AndNoRetryAfterThatNobodyKnows() throws Exception {
        mvc.perform(get("/full"))
                .andExpect(status().isServiceUnavailable())
                .andExpect(header().doesNotExist("Retry-After"))
                .andExpect(jsonPath("$.detail", containsString("reports")));
    }

    @Test
    void answersAnExpiryWith504() throws Exception {
        mvc.perform(get("/slow"))
                .andExpect(status().isGatewayTimeout())
                .andExpect(jsonPath("$.policy").value("carrier"));
    }

    @Test
    void anExceptionOfTheApplicationThatSaysItsStatusBecomesThat() throws Exception {
        mvc.perform(get("/translated")).andExpect(status().isBadGateway());
    }

    @Test
    void aRefusalBehindAnExceptionThatSaysNothingIsAnswered() throws Exception {
        mvc.perform(get("/wrapped")).andExpect(status().isServiceUnavailable());
    }

    @Test
    void aFailureThatSaysWhenToComeBackPassesItOnAndKeepsItsWordsToItself() throws Exception {
        mvc.perform(get("/later"))
                .andExpect(status().isServiceUnavailable())
                .andExpect(header().string("Retry-After", "3"))
                .andExpect(jsonPath("$.retryAfterSeconds").value(3))
                .andExpect(content().string(not(containsString("db-7"))));
    }

    @Test
    void aWaitThatIsOverIsNone() throws Exception {
        mvc.perform(get("/now")).andExpect(header().string("Retry-After", "0"));
    }

    @Test
    void oneThatDoesntSayWhenIsAFailureLikeAnyOther() {
        assertThatThrownBy(() -> mvc.perform(get("/sometime"))).hasCauseInstanceOf(RetryableException.class);
    }

    @Test
    void aRefusalBehindOneThatDoesntSayWhenIsAnswered() throws Exception {
        mvc.perform(get("/refusedSometime")).andExpect(header().string("Retry-After", "60"));
    }

    @Test
    void aStatusThatIsSaidBehindAnotherExceptionHolds() throws Exception {
        mvc.perform(get("/translatedAndWrapped")).andExpect(status().isBadGateway());
    }

    @Test
    void theApplicationsOwnHandlerWins() throws Exception {
        mvc.perform(get("/own")).andExpect(status().isIAmATeapot());
        mvc.perform(get("/ownLater")).andExpect(status().isIAmATeapot());
    }

    private static final class Refusal extends CallRejectedException {
        private final boolean callers;

        private Refusal(String kind, String name, Duration retryAfter, boolean callers) {
            super(kind, name, retryAfter == null ? UNKNOWN : retryAfter.toNanos());
            this.callers = callers;
        }

        @Override
        public boolean blamesCaller() {
            return callers;
        }

        @Override
        protected String reason() {
            return "there is no room";
        }
    }

    @RestController
    private static final class Refusing {

        @GetMapping("/share")
        String share() {
            throw new Refusal("rate-limiters", "agents", Duration.ofMillis(2001), true);
        }

        @GetMapping("/full")
        String full() {
            throw new Refusal("bulkheads", "reports", null, false);
        }

        @GetMapping("/translated")
        String translated() {
            throw new ResponseStatusException(HttpStatus.BAD_GATEWAY, "no", new Refusal("bulkheads", "a", null, false));
        }

        @GetMapping("/wrapped")
        String wrapped() {
            throw new IllegalStateException(new Refusal("bulkheads", "reports", null, false));
        }

        @GetMapping("/translatedAndWrapped")
        String translatedAndWrapped() {
            throw new IllegalStateException(new ResponseStatusException(
                    HttpStatus.BAD_GATEWAY, "no", new Refusal("bulkheads", "a", null, false)));
        }

        @GetMapping("/later")
        String later() {
            throw new IllegalStateException(new RetryableException("db-7 is busy", null, Duration.ofMillis(2001)));
        }

        @GetMapping("/now")
        String now() {
            throw new RetryableException("busy", null, Duration.ofSeconds(-1));
        }

        @GetMapping("/sometime")
        String sometime() {
            throw new RetryableException("busy");
        }

        @GetMapping("/refusedSometime")
        String refusedSometime() {
            throw new RetryableException("busy", new Refusal("circuit-breakers", "a", Duration.ofMinutes(1), false));
        }

        @GetMapping("/slow")
        String slow() {
            throw new CallTimedOutException("timeouts", "carrier", "Quotes.quote", 2_000_000_000L);
        }
    }

    @RestController
    private static final class WithItsOwnHandler {

        @GetMapping("/own")
        String own() {
            throw new Refusal("bulkheads", "reports", null, false);
        }

        @GetMapping("/ownLater")
        String ownLater() {
            throw new RetryableException("busy", null, Duration.ofSeconds(3));
        }

        @ExceptionHandler
        ResponseEntity<String> mine(RetryableException failure) {
            return ResponseEntity.status(418).body("mine");
        }

        @ExceptionHandler
        ResponseEntity<String> mine(CallRejectedException refusal) {
            return ResponseEntity.status(418).body("mine");
        }
    }
}
