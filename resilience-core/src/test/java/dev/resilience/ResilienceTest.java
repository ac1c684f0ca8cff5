package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.execution.Stage;
import dev.resilience.failure.Judgement;
import dev.resilience.recovery.Restartable;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ResilienceTest {

    private final ManualTime time = new ManualTime();

    @Test
    void lendsPoliciesWhatTheyName() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        Restartable client = () -> broken.set(false);
        try (Resilience resilience = Resilience.builder()
                .named("client", client)
                .policy("recoveries", "carrier", Map.of("rules", "IllegalStateException -> restart client"))
                .pipeline("carrier", Map.of("recoveries", "carrier"))
                .build()) {
            assertThat(resilience.pipeline("carrier").<Object>call(() -> {
                        if (broken.get()) {
                            throw new IllegalStateException("broken");
                        }
                        return "value";
                    }))
                    .isEqualTo("value");
        }
    }

    @Test
    void refusesWhatIsNamedAndNotThere() {
        ResilienceBuilder builder = Resilience.builder()
                .policy("recoveries", "carrier", Map.of("rules", "* -> restart client"))
                .pipeline("carrier", Map.of("recoveries", "carrier"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("resilience.recoveries.carrier.rules = '* -> restart client' (code)")
                .hasMessageContaining("'client' names no Restartable");
    }

    @Test
    void aPipelineGuardsAnyLambda() throws Exception {
        Pipeline pipeline = narrow().build().pipeline("ml");

        assertThat(pipeline.call(() -> "through")).isEqualTo("through");
        assertThatThrownBy(() -> pipeline.call(() -> pipeline.call(() -> "inside")))
                .isInstanceOf(BulkheadFullException.class);
    }

    @Test
    void theSameNameIsTheSamePipeline() {
        Resilience resilience = narrow().build();

        assertThat(resilience.pipeline("ml")).isSameAs(resilience.pipeline("ml"));
    }

    @Test
    void anUnknownPipelineIsRefusedWithTheNearestName() {
        Resilience resilience = narrow().build();

        assertThatThrownBy(() -> resilience.pipeline("mll"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no pipeline 'mll'; did you mean 'ml'?");
    }

    @Test
    void aPipelineOfAPolicyThatIsNotThereIsRefused() {
        ResilienceBuilder builder = narrow().pipeline("other", Map.of("bulkheads", "mll"));

        assertThatThrownBy(builder::build).hasMessage("there is no bulkhead 'mll'; did you mean 'ml'?");
    }

    @Test
    void aRuleAboutOutcomesIsGivenByName() throws Exception {
        Pipeline pipeline = Resilience.builder()
                .time(time.time())
                .outcomeRule("stale", (result, failure) -> "stale".equals(result) ? Judgement.FAILURE : null)
                .policy("circuit-breakers", "ml", Map.of("failure-when", "@stale", "consecutive-failures", "1"))
                .pipeline("ml", Map.of("circuit-breakers", "ml"))
                .build()
                .pipeline("ml");

        assertThat(pipeline.call(() -> "fresh")).isEqualTo("fresh");
        assertThat(pipeline.call(() -> "stale")).isEqualTo("stale");
        assertThatThrownBy(() -> pipeline.call(() -> "fresh")).isInstanceOf(CircuitBreakerOpenException.class);
    }

    @Test
    void rulesThatNobodyUnderstandsAreToldTogetherWithTheirPlace() {
        ResilienceBuilder builder = Resilience.builder()
                .outcomeRule("stale", (result, failure) -> null)
                .policy("circuit-breakers", "ml", Map.of("failure-when", "@stail"))
                .policy("circuit-breakers", "hf", Map.of("failure-when", "#result == null"));

        assertThatThrownBy(builder::build)
                .hasMessageContaining("resilience.circuit-breakers.ml.failure-when = '@stail' (code): names no rule."
                        + " Did you mean '@stale'?")
                .hasMessageContaining("resilience.circuit-breakers.hf.failure-when = '#result == null' (code): is an"
                        + " expression, and nobody here understands those");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        ResilienceBuilder builder = narrow().policy("bulkheads", "ml", Map.of("max-concurrent", "0"))
                .policy("retries", "ml", Map.of("max-atempts", "3"));

        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        ResilienceConfigurationException.class,
                        refused -> assertThat(refused.problems()).hasSize(2));
    }

    @Test
    void aPolicyThatCanDoNothingAroundALambdaIsRefused() {
        ResilienceBuilder builder = Resilience.builder()
                .policy("fallbacks", "cheap", Map.of("value", "0"))
                .policy("timeouts", "slow", Map.of("timeout", "2s", "value", "0"))
                .pipeline("ml", Map.of("fallbacks", "cheap", "timeouts", "slow"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("resilience.fallbacks.cheap.value = '0' (code): belongs to a method")
                .hasMessageContaining("resilience.timeouts.slow.value = '0' (code): belongs to a method");
    }

    @Test
    void theOrderOfAPipelineCanBeGiven() {
        Resilience resilience = narrow().policy("retries", "ml", Map.of("delay", "1ms"))
                .pipeline("ml", Map.of("bulkheads", "ml", "retries", "ml"), List.of("bulkheads", "retries"))
                .build();

        assertThat(resilience.pipeline("ml").stages()).extracting(Stage::place).containsExactly("bulkheads", "retries");
    }

    @Test
    void listenersHearOfRefusals() {
        List<ResilienceEvent> heard = new ArrayList<>();
        Pipeline pipeline = narrow().listener(heard::add).build().pipeline("ml");

        assertThatThrownBy(() -> pipeline.call(() -> pipeline.call(() -> "inside")))
                .isInstanceOf(BulkheadFullException.class);

        assertThat(heard).hasOnlyElementsOfType(ResilienceEvent.Refused.class);
    }

    @Test
    void contextIsCarriedToAttemptsOnOtherThreads() {
        ThreadLocal<String> user = new ThreadLocal<>();
        List<String> seen = new ArrayList<>();
        Pipeline pipeline = Resilience.builder()
                .time(time.time())
                .carrier(carrying(user))
                .policy("retries", "ml", Map.of("max-attempts", "2", "delay", "1s", "jitter", "none"))
                .pipeline("ml", Map.of("retries", "ml"))
                .build()
                .pipeline("ml");

        user.set("alice");
        CompletableFuture<Object> answer = pipeline.callAsync(() -> {
            seen.add(user.get());
            return CompletableFuture.failedFuture(new TimeoutException("down"));
        });
        user.set("bob");
        time.advance(Duration.ofSeconds(1));

        assertThat(answer).isCompletedExceptionally();
        assertThat(seen).containsExactly("alice", "alice");
        assertThat(user.get()).isEqualTo("bob");
    }

    private static ContextCarrier carrying(ThreadLocal<String> local) {
        return () -> {
            String captured = local.get();
            return () -> {
                String before = local.get();
                local.set(captured);
                return () -> local.set(before);
            };
        };
    }

    @Test
    void closingEndsTheThreadsItBegan() throws Exception {
        Resilience resilience = Resilience.builder()
                .policy("bulkheads", "ml", Map.of("max-concurrent", "1"))
                .pipeline("ml", Map.of("bulkheads", "ml"))
                .build();

        resilience.close();

        assertThat(resilience.pipeline("ml").call(() -> "through")).isEqualTo("through");
    }

    private ResilienceBuilder narrow() {
        return Resilience.builder()
                .time(time.time())
                .policy("bulkheads", "ml", Map.of("max-concurrent", "1"))
                .pipeline("ml", Map.of("bulkheads", "ml"));
    }
}
