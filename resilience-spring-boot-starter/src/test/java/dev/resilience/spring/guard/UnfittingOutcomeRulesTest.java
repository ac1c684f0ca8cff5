package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRuleSource;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.ResponseEntity;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rules about outcomes on methods whose results they can't be about. */
class UnfittingOutcomeRulesTest {

    @ParameterizedTest
    @ValueSource(
            classes = {OfNothing.class, OfNothingBoxed.class, OfNothingLater.class, OfNothingAtAll.class, None.class})
    void aRuleThatIsTrueOfNothingFailsTheStartOnAMethodThatGivesNothing(Class<?> service) {
        with("#result == null", service).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("resilience.circuit-breakers.upstream.failure-when = '#result == null' (test): "
                        + "makes a failure of every call of " + service.getSimpleName()
                        + ".send, which gives no result. "
                        + "Write what is about '#failure', or give the method a circuit breaker of its own"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#result?.status != 'OK'", "#failure.message == 'quota' or !(#result != null)"})
    void soDoesOneThatDoesntLookLikeIt(String rule) {
        with(rule, OfNothing.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("makes a failure of every call of OfNothing.send"));
    }

    @Test
    void itIsToldInTheWordsOfTheAnnotation() {
        Starters.with(Annotated.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("failure-when = '#result == null' (annotation Annotated#send): makes a failure of"
                        + " every call of Annotated.send, which gives no result"));
    }

    @Test
    void aLimitOnFailuresIsNoOtherThing() {
        Starters.with(Limited.class)
                .withPropertyValues(
                        "resilience.rate-limiters.guesses.limits=5/1m",
                        "resilience.rate-limiters.guesses.charge-on=failure",
                        "resilience.rate-limiters.guesses.failure-when=#result == null")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("makes a failure of every call of Limited.send, which gives no result")
                        .hasMessageContaining("give the method a rate limiter of its own"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"#result.status == 'ERROR'", "#failure == null", "#failure.message == 'quota'", "@nothings"})
    void otherRulesMayStandOnIt(String rule) {
        with(rule, OfNothing.class)
                .withBean("nothings", dev.resilience.failure.OutcomeRule.class, () -> (result, failure) -> null)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(findings(context)).isEmpty();
                });
    }

    @Test
    void rulesOfSomebodyElseAreTakenAtTheirWord() {
        with("everything", OfNothing.class)
                .withBean(OutcomeRuleSource.class, () -> (knob, text) -> (result, failure) -> Judgement.FAILURE)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#result.state == 'ERROR'",
                "#result?.state == 'ERROR'",
                "#result.state() == 'ERROR'",
                "'x' == #result.inner.state",
                "#failure.message == 'quota' or !(#result.state.toLowerCase() matches 'ok')"
            })
    void aPropertyThatTheResultCantHaveIsAFinding(String rule) {
        with(rule, OfReplies.class)
                .run(context -> assertThat(findings(context)).singleElement().satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
                    assertThat(finding.code()).isEqualTo("unreadable-result");
                    assertThat(finding.where()).isEqualTo("OfReplies.send");
                    assertThat(finding.text())
                            .startsWith("The failure-when of the circuit breaker 'upstream' asks for 'state")
                            .contains("which Reply doesn't have, so that it throws and says nothing");
                    assertThat(finding.fix()).startsWith("Did you mean 'status");
                }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#result.status == 'ERROR'",
                "#result.status() == 'ERROR'",
                "#result.getStatus == 'ERROR'",
                "#result.inner.status.length == 5",
                "#result.open.whatever == 1",
                "#result.table.whatever == 1",
                "#result.table['x'].whatever == 1",
                "#result.list.![state].empty",
                "#result.maybe?.state == 1",
                "#result.letters.length == 5",
                "#result.CODE == 5",
                "#result.fine",
                "#failure.state == 1",
            })
    void whatItMayHaveIsNone(String rule) {
        with(rule, OfReplies.class).run(context -> assertThat(findings(context)).isEmpty());
    }

    @Test
    void aTypeThatSomebodyMayExtendMayHaveAnything() {
        with("#result.body.state == 1", OfEntities.class)
                .run(context -> assertThat(findings(context)).isEmpty());
    }

    @Test
    void whatCanBeWithinAFutureOrAPublisherIsLookedAt() {
        with("#result.state == 1", Later.class).run(context -> assertThat(findings(context))
                .extracting(Finding::where)
                .containsExactlyInAnyOrder("Later.future", "Later.mono", "Later.flux", "Later.number"));
    }

    private static List<Finding> findings(org.springframework.context.ApplicationContext context) {
        return context.getBean(Findings.class).all();
    }

    private static ApplicationContextRunner with(String rule, Class<?> service) {
        return Starters.with(service).withPropertyValues("resilience.circuit-breakers.upstream.failure-when=" + rule);
    }

    /** What replies leave open. */
    interface Open {}

    record Reply(
            String status, Reply inner, Open open, Map<String, Reply> table, List<Reply> list, Optional<Reply> maybe) {
        public static final int CODE = 5;

        public char[] letters() {
            return status.toCharArray();
        }

        public boolean isFine() {
            return true;
        }

        public String getStatus() {
            return status;
        }
    }

    @CircuitBreaker("upstream")
    static class OfNothing {
        public void send() {}
    }

    @CircuitBreaker("upstream")
    static class OfNothingBoxed {
        public CompletableFuture<Void> send() {
            return CompletableFuture.completedFuture(null);
        }
    }

    @CircuitBreaker("upstream")
    static class OfNothingLater {
        public Mono<Void> send() {
            return Mono.empty();
        }
    }

    @CircuitBreaker("upstream")
    static class OfNothingAtAll {
        public Flux<Void> send() {
            return Flux.empty();
        }
    }

    @CircuitBreaker("upstream")
    static class None {
        public Void send() {
            return null;
        }
    }

    static class Annotated {
        @CircuitBreaker(failureWhen = "#result == null")
        public void send() {}
    }

    static class Limited {
        @RateLimited("guesses")
        public void send() {}
    }

    @CircuitBreaker("upstream")
    static class OfReplies {
        public Reply send() {
            return new Reply("OK", null, null, Map.of(), List.of(), Optional.empty());
        }
    }

    @CircuitBreaker("upstream")
    static class OfEntities {
        public ResponseEntity<Reply> send() {
            return ResponseEntity.noContent().build();
        }
    }

    @CircuitBreaker("upstream")
    static class Later {
        public CompletableFuture<Reply> future() {
            return CompletableFuture.completedFuture(null);
        }

        public Mono<Reply> mono() {
            return Mono.empty();
        }

        public Flux<Reply> flux() {
            return Flux.empty();
        }

        public int number() {
            return 1;
        }

        public void nothing() {}

        public Object anything() {
            return this;
        }
    }
}
