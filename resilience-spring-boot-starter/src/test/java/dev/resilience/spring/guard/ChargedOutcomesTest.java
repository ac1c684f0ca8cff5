package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.guard.Endings.Bodies;
import dev.resilience.spring.guard.Endings.Ending;
import dev.resilience.spring.guard.Endings.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.server.ResponseStatusException;

/** What counts as a failure, or a success, where a limit is about those alone: the words of circuit breakers. */
class ChargedOutcomesTest {

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @EnumSource
    void aResultMayBeAFailure(Shape shape) {
        logins("charge-on=failure", "failure-when=#result == false").run(context -> {
            assertThat(isCharged(shape, context, true)).isFalse();
            assertThat(isCharged(shape, context, false)).isTrue();
            assertThat(isCharged(shape, context, new IOException())).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aReturnedAnswerThatIsAnErrorIsAFailure(Shape shape) {
        logins("charge-on=failure").run(context -> {
            assertThat(isCharged(shape, context, ResponseEntity.ok("in"))).isFalse();
            assertThat(isCharged(shape, context, ResponseEntity.status(302).build()))
                    .isFalse();
            assertThat(isCharged(shape, context, ResponseEntity.status(401).build()))
                    .isTrue();
            assertThat(isCharged(shape, context, new ResponseStatusException(HttpStatus.UNAUTHORIZED)))
                    .isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void statusesAndTypesCanBeWritten(Shape shape) {
        logins("charge-on=failure", "failure-statuses=401", "failures=IOException", "ignored=FileNotFoundException")
                .run(context -> {
                    assertThat(isCharged(
                                    shape, context, ResponseEntity.status(401).build()))
                            .isTrue();
                    assertThat(isCharged(
                                    shape, context, ResponseEntity.status(503).build()))
                            .isFalse();
                    assertThat(isCharged(shape, context, new IllegalStateException(new IOException())))
                            .isTrue();
                    assertThat(isCharged(shape, context, new IllegalStateException()))
                            .isFalse();
                    assertThat(isCharged(shape, context, new FileNotFoundException()))
                            .isFalse();
                });
    }

    @ParameterizedTest
    @EnumSource
    void successesAreTheRestWithoutWhatIsIgnored(Shape shape) {
        logins("charge-on=success", "failure-when=#result == false", "ignored=FileNotFoundException")
                .run(context -> {
                    assertThat(isCharged(shape, context, true)).isTrue();
                    assertThat(isCharged(shape, context, false)).isFalse();
                    assertThat(isCharged(shape, context, new IOException())).isFalse();
                    assertThat(isCharged(shape, context, new FileNotFoundException()))
                            .isFalse();
                });
    }

    @ParameterizedTest
    @EnumSource
    void aRuleThatThrowsIsNoAffairOfTheCaller(Shape shape) {
        logins("charge-on=failure", "failure-when=#result.nothing").run(context -> {
            assertThat(isCharged(shape, context, true))
                    .as("judged by the other rules")
                    .isFalse();
            assertThat(isCharged(shape, context, new IOException())).isTrue();
        });
    }

    @Test
    void whoTellsWhatFailuresAreExpectsThatSomethingDependsOnIt() {
        logins("failure-when=#result == false", "failure-statuses=401").run(context -> assertThat(
                        context.getStartupFailure())
                .hasMessageContaining("resilience.rate-limiters.login.failure-when = '#result == false' (test):"
                        + " has no effect while every call is charged. Write for example 'charge-on: failure'")
                .hasMessageContaining("resilience.rate-limiters.login.failure-statuses = '401' (test): has no"));
    }

    /** Whether the only permit is gone after a call that ended so. */
    private boolean isCharged(Shape shape, ApplicationContext context, Object ending) {
        Ending login = context.getBean(Ending.class);
        assertThat(shape.call(login, ending)).isSameAs(ending);
        boolean charged = shape.call(login, ending) instanceof RateLimitedException;
        time.advance(Duration.ofMinutes(1));
        return charged;
    }

    private ApplicationContextRunner logins(String... knobs) {
        return Starters.with(Login.class)
                .withBean(Time.class, time::time)
                .withPropertyValues("resilience.rate-limiters.login.limits=1/1m")
                .withPropertyValues(Stream.of(knobs)
                        .map(knob -> "resilience.rate-limiters.login." + knob)
                        .toArray(String[]::new));
    }

    @RateLimited("login")
    static class Login extends Bodies {}
}
