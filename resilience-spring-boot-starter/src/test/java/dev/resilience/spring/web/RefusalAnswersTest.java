package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.CallRejectedException;
import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.config.HeaderStyle;
import dev.resilience.spring.config.ResetStyle;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

class RefusalAnswersTest {

    private final Limiters limiters = new Limiters();
    private final RefusalAnswers answers = new RefusalAnswers(new LimitHeaders(
            HeaderStyle.LEGACY, ResetStyle.DELTA, limiters.rig.time.time().wall()));

    @Test
    void aRuleAnswersWith429AndTheViolatedPolicies() {
        RateLimitedException refusal = limiters.refusal("login", "2/1m, 2/1h, 9/1d");

        RefusalAnswer answer = answers.ofRule(refusal, List.of());

        assertThat(answer.status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
        assertThat(answer.headers()).containsEntry("Retry-After", "3600").containsEntry("X-RateLimit-Limit", "2");
        assertThat(answer.headers().keySet())
                .containsExactly(
                        "Retry-After",
                        "X-RateLimit-Limit",
                        "X-RateLimit-Remaining",
                        "X-RateLimit-Reset",
                        "X-RateLimit-Window");
        assertThat(answer.body().getProperties())
                .containsEntry(
                        "violated",
                        List.of(
                                Map.of("policy", "login", "limit", 2L, "window", 60L, "retryAfter", 3600L),
                                Map.of("policy", "login", "limit", 2L, "window", 3600L, "retryAfter", 3600L)));
    }

    @Test
    void aLimitOnEverybodysCallsIsNobodysFaultAndSaysNothingOfTheCaller() {
        RateLimitedException refusal = limiters.refusal("carrier", "2/1m");

        RefusalAnswer answer = answers.of(refusal, List.of());

        assertThat(answer.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(answer.headers()).containsOnlyKeys("Retry-After");
        assertThat(answer.body().getProperties()).doesNotContainKey("violated");
    }

    @Test
    void anOpenCircuitBreakerSaysWhenToComeBack() {
        PolicyInstance<?, ?> breaker = limiters.rig.policy(
                "circuit-breakers", "carrier", Map.of("consecutive-failures", "1", "open-wait", "1500ms"));
        Pipeline pipeline = limiters.rig.pipeline("call", breaker);
        catchThrowableOfType(
                IllegalStateException.class,
                () -> pipeline.run(() -> {
                    throw new IllegalStateException("down");
                }));

        CallRejectedException refusal = catchThrowableOfType(CallRejectedException.class, () -> pipeline.run(() -> {}));

        assertThat(answers.of(refusal, List.of()).status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(answers.of(refusal, List.of()).headers()).containsOnly(Map.entry("Retry-After", "2"));
    }
}
