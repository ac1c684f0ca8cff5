package dev.resilience.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.Resilience;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.config.Yaml;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The examples of each page start together with its YAML, and do what the page says. */
class ExamplesTest {

    static Stream<Arguments> pages() {
        return Stream.of(
                Arguments.of(Examples.RateLimiter.class, "patterns/rate-limiter.md"),
                Arguments.of(Examples.Retry.class, "patterns/retry.md"),
                Arguments.of(Examples.Breaker.class, "patterns/circuit-breaker.md"),
                Arguments.of(Examples.Seats.class, "patterns/bulkhead.md"),
                Arguments.of(Examples.Timed.class, "patterns/timeout.md"),
                Arguments.of(Examples.Replaced.class, "patterns/fallback.md"),
                Arguments.of(Examples.Kept.class, "patterns/cache.md"),
                Arguments.of(Examples.Overtaken.class, "patterns/cache-invalidation.md"),
                Arguments.of(Examples.Recovered.class, "patterns/recovery.md"),
                Arguments.of(Examples.Index.class, "patterns/README.md"),
                Arguments.of(Examples.Readme.class, "README.md"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void startTogetherWithTheirYamlAndNothingIsFound(Class<?> example, String page) {
        application(example, page)
                .run(context -> assertThat(context.getBean(GuardReport.class).findings())
                        .isEmpty());
    }

    @Test
    void theFallbackWithTheClosestExceptionIsCalled() {
        application(Examples.Replaced.class, "patterns/fallback.md").run(context -> assertThat(
                        context.getBean(Examples.Replaced.class).quote("A"))
                .isEqualTo(new Examples.Quote("A")));
    }

    @Test
    void aBreakerIsOpenedByHand() {
        application(Examples.Breaker.class, "patterns/circuit-breaker.md").run(context -> {
            PolicyRegistry policies = context.getBean(PolicyRegistry.class);

            Examples.ByHand.open(policies);

            assertThat(policies.find("circuit-breakers", "upstream")
                            .orElseThrow()
                            .state())
                    .extracting(state -> ((CircuitBreakerPolicy) state).state())
                    .isEqualTo(CircuitBreakerState.FORCED_OPEN);
        });
    }

    @Test
    void aCacheIsEmptiedByHand() {
        application(Examples.Kept.class, "patterns/cache.md").run(context -> {
            Examples.Kept kept = context.getBean(Examples.Kept.class);
            List<String> first = kept.trends("shoes", 1);

            assertThat(kept.trends("shoes", 1)).isSameAs(first);
            Examples.ByHand.forget(context.getBean(Resilience.class));
            assertThat(kept.trends("shoes", 1)).isNotSameAs(first);
        });
    }

    private static ApplicationContextRunner application(Class<?> example, String page) {
        String yaml = Document.all().stream()
                .filter(document -> document.toString().endsWith(page))
                .filter(document -> document.toString().equals(page) || page.contains("/"))
                .findFirst()
                .orElseThrow()
                .blocks("yaml")
                .get(0);
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class))
                .withInitializer(context -> Yaml.environment(yaml)
                        .getPropertySources()
                        .forEach(context.getEnvironment().getPropertySources()::addFirst))
                .withUserConfiguration(example);
    }
}
