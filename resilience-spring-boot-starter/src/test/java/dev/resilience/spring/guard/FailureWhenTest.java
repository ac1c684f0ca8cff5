package dev.resilience.spring.guard;

import static dev.resilience.circuitbreaker.CircuitBreakerState.CLOSED;
import static dev.resilience.circuitbreaker.CircuitBreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.configuration.Setting;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceListener;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.guard.Endings.Bodies;
import dev.resilience.spring.guard.Endings.Ending;
import dev.resilience.spring.guard.Endings.Shape;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

/** What an application says of outcomes: in expressions and beans, in annotations and YAML, in every shape of method. */
class FailureWhenTest {

    private static final Reply OK = new Reply("OK", null);
    private static final Reply ERROR = new Reply("ERROR", null);

    record Reply(String status, @Nullable Reply inner) {}

    @ParameterizedTest
    @EnumSource
    void aResultMayBeAFailureByAnnotation(Shape shape) {
        Starters.with(Annotated.class).run(context -> {
            assertThat(stateAfter(shape, context, OK)).isEqualTo(CLOSED);
            assertThat(stateAfter(shape, context, ERROR)).isEqualTo(OPEN);
            assertThat(stateAfter(shape, context, null))
                    .as("nothing has no status")
                    .isEqualTo(CLOSED);
            assertThat(stateAfter(shape, context, new IOException())).isEqualTo(OPEN);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aResultMayBeAFailureByYaml(Shape shape) {
        guarded("#result == null").run(context -> {
            assertThat(stateAfter(shape, context, OK)).isEqualTo(CLOSED);
            assertThat(stateAfter(shape, context, null)).isEqualTo(OPEN);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "#result.status == 'ERROR'                                   | ERROR",
                "'ERROR' == #result.status()                                 | ERROR",
                "!(#result.status matches 'OK')                              | ERROR",
                "#result?.inner?.status == 'ERROR'                           | INNER",
                "#result.inner.status == 'ERROR'                             | INNER",
                "#failure.message == 'quota'                                 | QUOTA",
                "#failure.cause.message == 'quota'                           | NESTED",
                "#result?.status == 'ERROR' or #failure?.message == 'quota'  | ERROR, QUOTA",
                "#failure.message == 'quota' or #result.status == 'ERROR'    | ERROR, QUOTA",
                "(#result.status == 'ERROR' or #failure.status == 7) or #result.inner.status == 'ERROR' | ERROR, STATUS, INNER",
                "#failure.status == 7                                        | STATUS",
            })
    void anExpressionIsAskedAboutWhatItNames(String text, String failures) {
        Map<String, Object> endings = Map.of(
                "OK", OK,
                "ERROR", ERROR,
                "INNER", new Reply("OK", ERROR),
                "QUOTA", new FileNotFoundException("quota"),
                "NESTED",
                        new FileNotFoundException("x") {
                            @Override
                            public synchronized Throwable getCause() {
                                return new IOException("quota");
                            }
                        },
                "OTHER", new FileNotFoundException("x"),
                "STATUS", new StatusException(7));
        // Exceptions don't count by themselves here.
        guarded(text)
                .withPropertyValues("resilience.circuit-breakers.upstream.failures=java.lang.LinkageError")
                .run(context -> {
                    endings.forEach((name, ending) -> assertThat(stateAfter(Shape.PLAIN, context, ending))
                            .as(name)
                            .isEqualTo(List.of(failures.split(", ")).contains(name) ? OPEN : CLOSED));
                    assertThat(Endings.numbers(context, "upstream")).containsEntry("broken-rules", 0L);
                });
    }

    @Test
    void ofAStreamTheFirstElementIsTheResult() {
        Starters.with(Streams.class).run(context -> {
            Streams streams = context.getBean(Streams.class);

            assertThat(streams.all(List.of(OK, ERROR)).collectList().block()).containsExactly(OK, ERROR);
            assertThat(Endings.stateAfter(context, "upstream")).isEqualTo(CLOSED);
            assertThat(streams.all(List.of(ERROR, OK)).collectList().block()).containsExactly(ERROR, OK);
            assertThat(Endings.stateAfter(context, "upstream")).isEqualTo(OPEN);
            assertThat(streams.all(List.of(ERROR, OK)).next().block())
                    .as("who leaves after an element")
                    .isEqualTo(ERROR);
            assertThat(Endings.stateAfter(context, "upstream")).isEqualTo(OPEN);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aBeanMayBeAskedAboutResults(Shape shape) {
        guarded("@staleReplies").run(context -> {
            assertThat(stateAfter(shape, context, OK)).isEqualTo(CLOSED);
            assertThat(stateAfter(shape, context, ERROR)).isEqualTo(OPEN);
            assertThat(stateAfter(shape, context, "another type")).isEqualTo(CLOSED);
            assertThat(stateAfter(shape, context, null)).isEqualTo(CLOSED);
            assertThat(Endings.numbers(context, "upstream")).containsEntry("broken-rules", 0L);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aBeanMayBeAskedAboutFailures(Shape shape) {
        guarded("@quotas")
                .withPropertyValues("resilience.circuit-breakers.upstream.failures=java.lang.LinkageError")
                .run(context -> {
                    assertThat(stateAfter(shape, context, new IOException("quota")))
                            .isEqualTo(OPEN);
                    assertThat(stateAfter(shape, context, new IOException("x"))).isEqualTo(CLOSED);
                    assertThat(stateAfter(shape, context, new IllegalStateException("quota")))
                            .isEqualTo(CLOSED);
                    assertThat(stateAfter(shape, context, OK)).isEqualTo(CLOSED);
                    assertThat(Endings.numbers(context, "upstream")).containsEntry("broken-rules", 0L);
                });
    }

    @ParameterizedTest
    @EnumSource
    void aBeanMayHaveTheWholeSay(Shape shape) {
        guarded("@judge").run(context -> {
            assertThat(stateAfter(shape, context, OK)).isEqualTo(CLOSED);
            assertThat(stateAfter(shape, context, ERROR)).isEqualTo(OPEN);
            assertThat(stateAfter(shape, context, new IOException()))
                    .as("a success")
                    .isEqualTo(CLOSED);
            assertThat(Endings.numbers(context, "upstream")).containsEntry("calls-in-window", 0L);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, @broken", "STAGE, @broken", "MONO, @broken", "FLUX, @broken",
        "PLAIN, #result.nothing", "STAGE, #result.nothing", "MONO, #result.nothing", "FLUX, #result.nothing",
        "PLAIN, #result.status", "STAGE, #result.status", "MONO, #result.status", "FLUX, #result.status"
    })
    void aRuleThatThrowsIsCountedToldOnceAndNoAffairOfTheCaller(Shape shape, String rule) {
        List<ResilienceEvent> heard = new ArrayList<>();
        guarded(rule).withBean(ResilienceListener.class, () -> heard::add).run(context -> {
            Ending service = context.getBean(Ending.class);

            assertThat(shape.call(service, OK)).isEqualTo(OK);
            assertThat(shape.call(service, OK)).isEqualTo(OK);

            assertThat(Endings.numbers(context, "upstream")).containsEntry("broken-rules", 2L);
            assertThat(heard)
                    .singleElement()
                    .isInstanceOfSatisfying(ResilienceEvent.Noticed.class, notice -> assertThat(notice.what())
                            .startsWith("the rule failure-when = '" + rule + "' threw "));
            IOException failure = new IOException("down");
            assertThat(shape.call(service, failure)).isSameAs(failure);
            assertThat(Endings.stateAfter(context, "upstream")).isEqualTo(OPEN);
        });
    }

    @Test
    void anotherRuleIsTakenWhileTheApplicationRuns() {
        guarded("#result == null").run(context -> {
            assertThat(stateAfter(Shape.PLAIN, context, ERROR)).isEqualTo(CLOSED);

            reconfigure(context, "#result.status == 'ERROR'");
            assertThat(stateAfter(Shape.PLAIN, context, ERROR)).isEqualTo(OPEN);

            assertThatThrownBy(() -> reconfigure(context, "T(java.lang.System).exit(1)"))
                    .isInstanceOf(ResilienceConfigurationException.class);
            assertThat(stateAfter(Shape.PLAIN, context, ERROR)).as("as it was").isEqualTo(OPEN);
        });
    }

    private static void reconfigure(ApplicationContext context, String failureWhen) {
        PolicyInstance<?, ?> instance = context.getBean(PolicyRegistry.class)
                .find("circuit-breakers", "upstream")
                .orElseThrow();
        reconfigure(context, instance, failureWhen);
    }

    private static <C extends Record> void reconfigure(
            ApplicationContext context, PolicyInstance<C, ?> instance, String failureWhen) {
        Map<String, Setting> override = Map.of("failure-when", Setting.of(failureWhen, "override"));
        instance.reconfigure(context.getBean(ResilienceProperties.class)
                .catalog()
                .resolve(instance.kind(), instance.name(), override));
    }

    /** The list of {@code ArgumentExpressionsTest}, in the words of outcomes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "#result + T(java.lang.System).exit(1)",
                "#result.concat(T(java.lang.Runtime).getRuntime().exec('id').toString())",
                "#result + new java.io.File('x').delete()",
                "#result == @secrets.read()",
                "@secrets.read() == #result",
                "#result = 'other'",
                "(#result = null) == null",
                "#result.rank++ == 1",
                "--#result.rank == 1",
                "#shell('id')",
                "#result.items.![T(java.lang.System).exit(1)]",
                "#result.items.?[@secrets != null].empty",
                "#result == new String('x')",
                "{#result, T(java.lang.Math).PI}",
                "#result.class == null",
                "#result.class.classLoader == null",
                "#result.getClass().forName('x') == null",
                "#failure?.getClass() == null",
                "#{T(java.lang.System).exit(1)}",
                "T(java.lang.System).exit(1)",
                "new java.io.File('x')",
                "#root.exit()",
            })
    void anExpressionThatWouldDoMoreThanReadIsRefusedAtStart(String hostile) {
        guarded(hostile).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("resilience.circuit-breakers.upstream.failure-when = '" + hostile + "'"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "#reslt == null       | has no parameter 'reslt'                     | Did you mean '#result'?",
                "#result.status =     | can't be parsed: Operand must not be null    | Write for example",
                "#result == = 1       | can't be parsed at character                 | Write for example",
                "result == null       | 'result' belongs to no argument              | Arguments begin with '#'",
                "#result == null or 1 == 1 | asks neither for #result nor for #failure | Write for example",
                "1 == 1               | asks neither for #result nor for #failure    | Write for example",
                "#result + 'x'        | is no question: it is never true             | Write for example",
                "#failure             | is no question: it is never true             | Write for example",
                "@staleReplie         | names no bean                                | Did you mean '@staleReplies'?",
                "@text                | names a bean of another type                 | be a java.util.function.Predicate",
            })
    void whatIsNoRuleIsRefusedAtStart(String text, String reason, String remedy) {
        guarded(text).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(remedy));
    }

    @Test
    void everythingIsToldAtOnceInTheWordsOfWhoeverWroteIt() {
        Starters.with(Mistaken.class)
                .withPropertyValues(
                        "resilience.circuit-breakers.upstream.failure-when=@nobody",
                        "resilience.circuit-breakers.upstream.minimum-calls=0",
                        "resilience.defaults.circuit-breakers.failure-when=#reslt == null",
                        "resilience.circuit-breakers.other.failure-when=#result ==")
                .run(context -> assertThat(problems(context.getStartupFailure()))
                        .anySatisfy(problem -> assertThat(problem)
                                .startsWith("resilience.circuit-breakers.upstream.minimum-calls = '0' ("))
                        .anySatisfy(problem -> assertThat(problem)
                                .startsWith("resilience.circuit-breakers.upstream.failure-when = '@nobody' (")
                                .contains("): names no bean. Declare a Predicate or OutcomeRule bean named 'nobody'"))
                        .anySatisfy(problem -> assertThat(problem)
                                .startsWith(
                                        "resilience.circuit-breakers.other.failure-when = '#result ==' (test): can't"))
                        .anySatisfy(problem -> assertThat(problem)
                                .startsWith("resilience.defaults.circuit-breakers.failure-when = '#reslt == null' ("))
                        .anySatisfy(problem -> assertThat(problem)
                                .startsWith("resilience.circuit-breakers[Mistaken.quote].failure-when = '#result.a ='"
                                        + " (annotation Mistaken#quote): can't be parsed"))
                        .hasSize(5));
    }

    private static List<String> problems(Throwable failure) {
        return ((ResilienceConfigurationException) failure)
                .problems().stream().map(Object::toString).toList();
    }

    private static CircuitBreakerState stateAfter(Shape shape, ApplicationContext context, @Nullable Object ending) {
        Object seen = shape.call(context.getBean(Ending.class), ending);
        assertThat(seen).as("the caller gets what there is").isSameAs(ending);
        return Endings.stateAfter(context, "upstream");
    }

    private static ApplicationContextRunner guarded(String failureWhen) {
        return Starters.with(Plain.class, Beans.class)
                .withPropertyValues(
                        "resilience.circuit-breakers.upstream.failure-when=" + failureWhen,
                        "resilience.circuit-breakers.upstream.consecutive-failures=1");
    }

    static final class StatusException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        StatusException(int status) {
            this.status = status;
        }

        public int getStatus() {
            return status;
        }
    }

    @CircuitBreaker("upstream")
    static class Plain extends Bodies {}

    @CircuitBreaker(name = "upstream", consecutiveFailures = "1", failureWhen = "#result.status == 'ERROR'")
    static class Annotated extends Plain {}

    static class Streams {
        @CircuitBreaker(name = "upstream", consecutiveFailures = "1", failureWhen = "#result.status == 'ERROR'")
        public Flux<Reply> all(List<Reply> replies) {
            return Flux.fromIterable(replies);
        }
    }

    static class Mistaken {
        @CircuitBreaker(failureWhen = "#result.a =")
        public Reply quote() {
            return OK;
        }

        @CircuitBreaker("heir")
        public Reply inherited() {
            return OK;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        Predicate<Reply> staleReplies() {
            return reply -> reply.status().equals("ERROR");
        }

        @Bean
        Predicate<IOException> quotas() {
            return failure -> failure.getMessage().equals("quota");
        }

        @Bean
        OutcomeRule judge() {
            return (result, failure) -> {
                if (failure != null) {
                    return Judgement.SUCCESS;
                }
                return result == ERROR ? Judgement.FAILURE : Judgement.NEITHER;
            };
        }

        @Bean
        Predicate<Object> broken() {
            return outcome -> {
                throw new AssertionError("broken");
            };
        }

        @Bean
        String text() {
            return "no rule";
        }

        @Bean
        String secrets() {
            return "secret";
        }
    }
}
