package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Escalated;
import dev.resilience.event.ResilienceListener;
import dev.resilience.recovery.IsolatedException;
import dev.resilience.recovery.RecoveryAction;
import dev.resilience.recovery.RecoveryRule;
import dev.resilience.recovery.Restartable;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Recovery;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.bind.annotation.PostMapping;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Recoveries on annotated methods of every shape, told in YAML. */
class RecoveriesTest {

    private final ManualTime time = new ManualTime();
    private final List<ResilienceEvent> events = new CopyOnWriteArrayList<>();
    private final Client client = new Client();

    /** Each calls a method of its shape and waits for what comes. */
    enum Shape {
        PLAIN {
            @Override
            Object call(Carrier carrier, String host) throws Exception {
                return carrier.plain(host);
            }
        },
        STAGE {
            @Override
            Object call(Carrier carrier, String host) {
                return carrier.stage(host).toCompletableFuture().join();
            }
        },
        MONO {
            @Override
            Object call(Carrier carrier, String host) {
                return carrier.mono(host).block();
            }
        },
        FLUX {
            @Override
            Object call(Carrier carrier, String host) {
                return carrier.flux(host).blockLast();
            }
        };

        abstract Object call(Carrier carrier, String host) throws Exception;

        Throwable failure(Carrier carrier, String host) {
            Throwable failure = Exceptions.unwrap(catchThrowable(() -> call(carrier, host)));
            return failure instanceof CompletionException ? failure.getCause() : failure;
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsInAgainWhatTheRuleIsAbout(Shape shape) {
        application().run(context -> {
            client.failsNext(new ConnectException());

            assertThat(shape.call(context.getBean(Carrier.class), "eu")).isEqualTo("quote of eu");
            assertThat(number(context.getBean(PolicyRegistry.class), "retries")).isOne();
        });
    }

    @ParameterizedTest
    @EnumSource
    void callsForPeopleWhenNothingElseHelps(Shape shape) {
        application().run(context -> {
            IllegalStateException wrong = new IllegalStateException("wrong");
            client.failsNext(wrong);

            assertThat(shape.failure(context.getBean(Carrier.class), "eu")).isSameAs(wrong);
            String operation = "Carrier." + shape.name().toLowerCase(Locale.ROOT);
            assertThat(events)
                    .containsExactly(new Escalated("recoveries", "carrier", operation, "* -> escalate", wrong));
        });
    }

    @ParameterizedTest
    @EnumSource
    void restartsABeanAndGoesInAgain(Shape shape) {
        application().run(context -> {
            client.breaks();

            assertThat(shape.call(context.getBean(Carrier.class), "eu")).isEqualTo("quote of eu");
            assertThat(client.restarts).isOne();
        });
    }

    @ParameterizedTest
    @EnumSource
    void divertsToTheFallbackOfTheMethod(Shape shape) {
        application().run(context -> {
            client.failsNext(new SQLException());

            assertThat(shape.call(context.getBean(Carrier.class), "eu")).isEqualTo("last quote of eu");
        });
    }

    @ParameterizedTest
    @EnumSource
    void cutsOneHostOffForATime(Shape shape) {
        application().run(context -> {
            Carrier carrier = context.getBean(Carrier.class);
            client.failsNext(new UnsupportedOperationException());
            shape.failure(carrier, "eu");

            assertThat(shape.failure(carrier, "eu"))
                    .isInstanceOfSatisfying(IsolatedException.class, refusal -> assertThat(refusal.retryAfter())
                            .hasValue(Duration.ofSeconds(30)));
            assertThat(shape.call(carrier, "us")).isEqualTo("quote of us");
            time.advance(Duration.ofSeconds(30));
            assertThat(shape.call(carrier, "eu")).isEqualTo("quote of eu");
        });
    }

    @ParameterizedTest
    @EnumSource
    void asksBeansWhatIsMeantAndWhatToDo(Shape shape) {
        Predicate<Throwable> meant = failure -> "meant".equals(failure.getMessage());
        RecoveryRule rule =
                failure -> "bean".equals(failure.getMessage()) ? List.of(RecoveryAction.retry(1)) : List.of();
        application()
                .withBean("meant", Predicate.class, () -> meant)
                .withBean("rule", RecoveryRule.class, () -> rule)
                .withPropertyValues(
                        "resilience.recoveries.carrier.rules[0]=@meant -> retry",
                        "resilience.recoveries.carrier.rules[1]=@rule")
                .run(context -> {
                    client.failsNext(new IllegalStateException("meant"), new IllegalStateException("bean"));

                    assertThat(shape.call(context.getBean(Carrier.class), "eu")).isEqualTo("quote of eu");
                });
    }

    @Test
    void neverRepeatsAPost() {
        application().run(context -> {
            client.failsNext(new ConnectException());

            assertThat(catchThrowable(() -> context.getBean(Carrier.class).post("eu")))
                    .isInstanceOf(ConnectException.class);
        });
    }

    @Test
    void leavesTheFailureToTheFallbackOfTheMethod() {
        Starters.with(Outer.class)
                .run(context -> assertThat(context.getBean(Outer.class).quote()).isEqualTo("outer"));
    }

    @Test
    void failsTheStartWhereAFallbackIsMeantAndThereIsNone() {
        Starters.with(Without.class).run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .hasMessageContaining("rules = '* -> fallback'")
                .hasMessageContaining("says fallback, and Without.quote has none")
                .hasMessageContaining("Name a method, as in 'fallback: lastQuote', or guard the method by a fallback"));
    }

    @Test
    void reportsAnExceptionThatNobodyKnows() {
        application()
                .withPropertyValues(
                        "resilience.recoveries.carrier.rules[0]=SocketTimoutException | java.io.IOExeption -> retry")
                .run(context -> assertThat(context.getBean(GuardReport.class).findings())
                        .extracting(GuardReport.Note::where)
                        .anyMatch(where -> where.contains("rules = 'SocketTimoutException'"))
                        .anyMatch(where -> where.contains("rules = 'java.io.IOExeption'")));
    }

    @Test
    void failsTheStartWhereABeanIsNotThere() {
        application()
                .withPropertyValues(
                        "resilience.recoveries.carrier.rules[0]=A -> restart clinet",
                        "resilience.recoveries.carrier.rules[1]=@nobody",
                        "resilience.recoveries.carrier.rules[2]=@none -> escalate")
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .hasMessageContaining("resilience.recoveries.carrier.rules = 'A -> restart clinet'")
                        .hasMessageContaining("'clinet' names no Restartable. Did you mean 'client'?")
                        .hasMessageContaining("'nobody' names no RecoveryRule")
                        .hasMessageContaining("rules = '@none -> escalate'"));
    }

    private ApplicationContextRunner application() {
        return Starters.with(Carrier.class)
                .withBean(Time.class, time::time)
                .withBean("client", Client.class, () -> client)
                .withBean(ResilienceListener.class, () -> events::add)
                .withPropertyValues(
                        "resilience.recoveries.carrier.rules[0]=ConnectException -> retry 2",
                        "resilience.recoveries.carrier.rules[1]=BrokenException -> restart client, escalate",
                        "resilience.recoveries.carrier.rules[2]=SQLException -> fallback",
                        "resilience.recoveries.carrier.rules[3]=UnsupportedOperationException -> isolate 30s",
                        "resilience.recoveries.carrier.rules[4]=* -> escalate");
    }

    private static long number(PolicyRegistry policies, String name) {
        PolicyInstance<?, ?> carrier = policies.find("recoveries", "carrier").orElseThrow();
        return carrier.snapshot().numbers().get(name).longValue();
    }

    static class Carrier {
        private final Client client;

        Carrier(Client client) {
            this.client = client;
        }

        @Recovery(name = "carrier", key = "#host", fallback = "lastQuote")
        public String plain(String host) throws Exception {
            return client.quote(host);
        }

        @Recovery(name = "carrier", key = "#host", fallback = "lastQuote")
        public CompletionStage<String> stage(String host) {
            try {
                return CompletableFuture.completedFuture(client.quote(host));
            } catch (Exception failure) {
                return CompletableFuture.failedFuture(failure);
            }
        }

        @Recovery(name = "carrier", key = "#host", fallback = "lastMono")
        public Mono<String> mono(String host) {
            return Mono.fromCallable(() -> client.quote(host));
        }

        @Recovery(name = "carrier", key = "#host", fallback = "lastFlux")
        public Flux<String> flux(String host) {
            return Mono.fromCallable(() -> client.quote(host)).flux();
        }

        @PostMapping("/quotes")
        @Recovery(name = "carrier", fallback = "lastQuote")
        public String post(String host) throws Exception {
            return client.quote(host);
        }

        private String lastQuote(String host) {
            return "last quote of " + host;
        }

        private Mono<String> lastMono(String host) {
            return Mono.just(lastQuote(host));
        }

        private Flux<String> lastFlux(String host) {
            return Flux.just(lastQuote(host));
        }
    }

    static class Outer {

        @Fallback(returning = "outer")
        @Recovery(rules = "* -> fallback, escalate")
        public String quote() {
            throw new IllegalStateException("down");
        }
    }

    static class Without {

        @Recovery(rules = "* -> fallback")
        public String quote() {
            throw new IllegalStateException("down");
        }
    }

    static class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Fails as it is told to, and works again when it has been restarted. */
    static class Client implements Restartable {
        private final List<Exception> failures = new CopyOnWriteArrayList<>();
        private boolean broken;
        private int restarts;

        void failsNext(Exception... inTurn) {
            failures.addAll(List.of(inTurn));
        }

        void breaks() {
            broken = true;
        }

        @Override
        public void restart() {
            restarts++;
            broken = false;
        }

        String quote(String host) throws Exception {
            if (broken) {
                throw new BrokenException();
            }
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return "quote of " + host;
        }
    }
}
