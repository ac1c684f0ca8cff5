package dev.resilience.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.spring.Rig;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceHealthAutoConfiguration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ResilienceHealthTest {

    private final Rig rig = new Rig();

    @Test
    void showsTheStateOfEveryPolicyThatHasStates() {
        rig.policy("rate-limiters", "agents", Map.of("limits", "1/1m"));
        rig.policy("bulkheads", "narrow", Map.of());
        trippedBreaker("false");

        assertThat(new ResilienceHealth(rig.registry, List.of()).health())
                .isEqualTo(Health.up()
                        .withDetail("circuit-breakers", Map.of("upstream", "OPEN"))
                        .withDetail("rate-limiters", Map.of("agents", "NORMAL"))
                        .build());
    }

    @Test
    void isDownOnlyInTheStatesThatWereChosen() {
        trippedBreaker("false");

        assertThat(status("OVERFLOWING")).isEqualTo(Status.UP);
        assertThat(status("OPEN", "OVERFLOWING")).isEqualTo(Status.DOWN);
    }

    @Test
    void whatIsOnlyWatchedTakesNobodyDown() {
        trippedBreaker("true");

        assertThat(status("OPEN")).isEqualTo(Status.UP);
    }

    @Test
    void anOverflowingLimiterIsAStateLikeAnyOther() throws Exception {
        var limiter = rig.policy("rate-limiters", "agents", Map.of("limits", "5/1m", "max-keys", "1"));
        for (String key : List.of("first", "second")) {
            rig.pipeline("Quotes.quote", key, limiter).run(() -> {});
        }

        assertThat(status("OVERFLOWING")).isEqualTo(Status.DOWN);
        assertThat(status()).isEqualTo(Status.UP);
    }

    @Test
    void tellsWhatNeedsAttention() throws Exception {
        var breaker = rig.policy("circuit-breakers", "hosts", Map.of("max-keys", "1"));
        for (String key : List.of("first", "second")) {
            rig.pipeline("Quotes.quote", key, breaker).run(() -> {});
        }

        Map<String, Object> details =
                new ResilienceHealth(rig.registry, List.of()).health().getDetails();
        assertThat(details).containsEntry("circuit-breakers", Map.of("hosts", "CLOSED"));
        assertThat(details.get("attention"))
                .asString()
                .startsWith("{circuit-breakers 'hosts'=more than 1 key would have a circuit");
    }

    @Test
    void isContributedUnderItsNameAndKnowsWhatWasChosen() {
        application().withPropertyValues("resilience.health-down-on=closed").run(context -> assertThat(
                        context.getBean("resilienceHealthIndicator", HealthIndicator.class)
                                .health()
                                .getStatus())
                .isEqualTo(Status.DOWN));
    }

    @Test
    void isLeftOutWhereItIsSwitchedOffAndWhereThereIsNoHealth() {
        application()
                .withPropertyValues("management.health.resilience.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(ResilienceHealth.class));
        new ApplicationContextRunner()
                .withUserConfiguration(ReadByName.class)
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("resilienceHealthIndicator"));
    }

    private Status status(String... down) {
        return new ResilienceHealth(rig.registry, List.of(down)).health().getStatus();
    }

    private void trippedBreaker(String shadow) {
        var breaker = rig.policy("circuit-breakers", "upstream", Map.of("consecutive-failures", "1", "shadow", shadow));
        catchThrowable(() -> rig.pipeline("Quotes.quote", breaker).call(() -> {
            throw new IllegalStateException();
        }));
    }

    private static ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AopAutoConfiguration.class,
                        ResilienceAutoConfiguration.class,
                        ResilienceHealthAutoConfiguration.class))
                .withUserConfiguration(Quotes.class);
    }

    /** As an application reads it: by name, before anything of it is loaded. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ResilienceAutoConfiguration.class, ResilienceHealthAutoConfiguration.class})
    static class ReadByName {}

    static class Quotes {

        @CircuitBreaker("upstream")
        public String quote() {
            return "quote";
        }
    }
}
