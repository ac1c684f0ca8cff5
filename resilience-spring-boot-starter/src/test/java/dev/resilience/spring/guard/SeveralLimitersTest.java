package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.Tally.Count;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A limit for each caller and one for the operation on one method: all or nothing, in every shape. */
class SeveralLimitersTest {

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @EnumSource
    void whatTheOperationRefusesTheCallerIsNotCharged(Shape shape) {
        run(shape, calls -> {
            calls.pass("anna");
            calls.pass("bert");
            assertThat(calls.refused("anna").name()).isEqualTo("operation");
            assertThat(calls.refused("anna").retryAfter()).contains(Duration.ofMinutes(1));
            calls.assertNumbers("callers", 2, 0, 0);
            calls.assertNumbers("operation", 2, 2, 0);
            calls.assertTallies("callers", 2, 0, 2);
            calls.assertTallies("operation", 2, 2, 0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatTheCallersLimitRefusesTheOperationIsNotCharged(Shape shape) {
        run(
                shape,
                calls -> {
                    calls.pass("anna");
                    assertThat(calls.refused("anna").key()).isEqualTo("anna");
                    calls.pass("bert");
                    calls.assertNumbers("callers", 2, 1, 0);
                    calls.assertNumbers("operation", 2, 0, 0);
                    calls.assertTallies("callers", 2, 1, 0);
                    calls.assertTallies("operation", 2, 0, 0);
                },
                "callers.limits=1/1m");
    }

    @ParameterizedTest
    @EnumSource
    void theCallWaitsForBoth(Shape shape) {
        run(
                shape,
                calls -> {
                    calls.pass("anna");
                    calls.pass("anna");
                    CompletableFuture<String> third = calls.begin("anna");
                    time.advance(Duration.ofSeconds(30));
                    assertThat(third).succeedsWithin(Duration.ZERO);
                    calls.assertNumbers("callers", 3, 0, 0);
                    calls.assertNumbers("operation", 3, 0, 0);
                    assertThat(calls.policy("operation").tally().waits()).isEqualTo(1);
                    assertThat(calls.policy("callers").tally().waits()).isZero();
                },
                "callers.max-wait=1m",
                "operation.max-wait=1m",
                "operation.limits=2/30s");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PLAIN")
    void whoLeavesWhileHeWaitsHasBothPermitsBack(Shape shape) {
        run(
                shape,
                calls -> {
                    calls.pass("anna");
                    calls.pass("anna");
                    calls.begin("anna").cancel(true);
                    calls.assertNumbers("callers", 3, 0, 1);
                    calls.assertNumbers("operation", 3, 0, 1);
                },
                "operation.max-wait=1m");
    }

    @ParameterizedTest
    @EnumSource
    void aLimiterThatIsOnlyTriedOutHindersNobody(Shape shape) {
        run(
                shape,
                calls -> {
                    for (int call = 0; call < 5; call++) {
                        calls.pass("anna");
                    }
                    assertThat(calls.refused("anna").name()).isEqualTo("callers");
                    calls.assertNumbers("callers", 5, 1, 0);
                    assertThat(calls.policy("operation").tally().wouldHave()).isEqualTo(3);
                },
                "operation.shadow=true");
    }

    @ParameterizedTest
    @EnumSource
    void aLimiterThatIsSwitchedOffTakesNoPart(Shape shape) {
        run(
                shape,
                calls -> {
                    calls.pass("anna");
                    calls.pass("anna");
                    assertThat(calls.refused("anna").name()).isEqualTo("operation");
                    calls.assertNumbers("callers", 0, 0, 0);
                    calls.assertNumbers("operation", 2, 1, 0);
                },
                "callers.enabled=false");
    }

    private void run(Shape shape, Consumer<Calls> story, String... properties) {
        var runner = Starters.with(Quotes.class)
                .withBean(Time.class, time::time)
                .withPropertyValues(
                        "resilience.rate-limiters.callers.limits=5/1m",
                        "resilience.rate-limiters.operation.limits=2/1m");
        for (String property : properties) {
            runner = runner.withPropertyValues("resilience.rate-limiters." + property);
        }
        runner.run(context -> story.accept(new Calls(context, shape)));
    }

    /** A call in one shape, and what has become of it. */
    private record Calls(ApplicationContext context, Shape shape) {

        private CompletableFuture<String> begin(String agent) {
            return shape.begin(context.getBean(Quotes.class), agent);
        }

        private void pass(String agent) {
            assertThat(begin(agent)).isCompletedWithValue("quote");
        }

        private RateLimitedException refused(String agent) {
            CompletableFuture<String> call = begin(agent);
            assertThatThrownBy(call::join).isInstanceOf(CompletionException.class);
            return (RateLimitedException)
                    call.handle((value, failure) -> failure).join();
        }

        private PolicyInstance<?, ?> policy(String name) {
            return context.getBean(PolicyRegistry.class)
                    .find("rate-limiters", name)
                    .orElseThrow();
        }

        private void assertNumbers(String name, long permitted, long refused, long refunded) {
            assertThat(policy(name).snapshot().numbers())
                    .containsAllEntriesOf(Map.of("permitted", permitted, "refused", refused, "refunded", refunded));
        }

        private void assertTallies(String name, long successes, long refused, long refusedFurtherIn) {
            assertThat(policy(name).tally().of(Count.SUCCESS)).isEqualTo(successes);
            assertThat(policy(name).tally().of(Count.REFUSED)).isEqualTo(refused);
            assertThat(policy(name).tally().of(Count.REFUSED_FURTHER_IN)).isEqualTo(refusedFurtherIn);
        }
    }

    /** How the method gives its result. */
    enum Shape {
        PLAIN {
            @Override
            CompletableFuture<String> begin(Quotes quotes, String agent) {
                try {
                    return CompletableFuture.completedFuture(quotes.plain(agent));
                } catch (RateLimitedException refused) {
                    return CompletableFuture.failedFuture(refused);
                }
            }
        },
        STAGE {
            @Override
            CompletableFuture<String> begin(Quotes quotes, String agent) {
                return quotes.stage(agent);
            }
        },
        MONO {
            @Override
            CompletableFuture<String> begin(Quotes quotes, String agent) {
                return quotes.mono(agent).toFuture();
            }
        },
        FLUX {
            @Override
            CompletableFuture<String> begin(Quotes quotes, String agent) {
                return quotes.flux(agent).last().toFuture();
            }
        };

        abstract CompletableFuture<String> begin(Quotes quotes, String agent);
    }

    static class Quotes {
        @RateLimited(name = "callers", key = "#agentId")
        @RateLimited("operation")
        public String plain(String agentId) {
            return "quote";
        }

        @RateLimited(name = "callers", key = "#agentId")
        @RateLimited("operation")
        public CompletableFuture<String> stage(String agentId) {
            return CompletableFuture.completedFuture("quote");
        }

        @RateLimited(name = "callers", key = "#agentId")
        @RateLimited("operation")
        public Mono<String> mono(String agentId) {
            return Mono.just("quote");
        }

        @RateLimited(name = "callers", key = "#agentId")
        @RateLimited("operation")
        public Flux<String> flux(String agentId) {
            return Flux.just("quote");
        }
    }
}
