package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.PolicyRegistry;
import dev.resilience.spring.actuate.KeyDescription;
import dev.resilience.spring.actuate.PolicyDescription;
import dev.resilience.spring.actuate.ResilienceEndpoint;
import dev.resilience.spring.autoconfigure.ResilienceEndpointAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceMetricsAutoConfiguration;
import dev.resilience.spring.guard.DiceKind.Dice;
import dev.resilience.spring.guard.DiceKind.Unlucky;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A kind the library has never heard of: it costs its policy and one annotation, and no change anywhere. */
class EighthKindTest {

    @Test
    void itsAnnotationGuards() {
        Starters.with(DiceKind.class, Gambler.class).run(context -> {
            Gambler gambler = context.getBean(Gambler.class);

            assertThat(gambler.play("alice")).isEqualTo("won");
            assertThatThrownBy(() -> gambler.play("mallory"))
                    .isInstanceOf(Unlucky.class)
                    .hasMessage("dice 'Gambler.play' refused the call: mallory is unlucky");
        });
    }

    @Test
    void itsPropertiesAreReadAndAreStrongerThanItsAnnotation() {
        Starters.with(DiceKind.class, Gambler.class)
                .withPropertyValues("resilience.dice.[Gambler.play].loser=alice")
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(Gambler.class).play("alice"))
                        .isInstanceOf(Unlucky.class));
    }

    @Test
    void itsMistakesAreToldLikeThoseOfAnyOther() {
        Starters.with(DiceKind.class, Gambler.class)
                .withPropertyValues("resilience.dice.loaded.sides=1", "resilience.dice.loaded.looser=bob")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("resilience.dice.loaded.sides")
                        .hasMessageContaining("Did you mean 'loser'?"));
    }

    @Test
    void itHasItsPlaceInThePipelineAndInTheReport() {
        Starters.with(DiceKind.class, Gambler.class).run(context -> {
            assertThat(context.getBean(PolicyRegistry.class).all("dice")).containsOnlyKeys("Gambler.play");
            assertThat(context.getBean(LiveReport.class)
                            .methods()
                            .get("Gambler.play")
                            .policies())
                    .extracting("kind")
                    .containsExactly("dice");
        });
    }

    @Test
    void itHasItsRowInTheEndpoint() {
        watched().run(context -> {
            context.getBean(Gambler.class).play("alice");
            ResilienceEndpoint endpoint = context.getBean(ResilienceEndpoint.class);

            PolicyDescription dice = (PolicyDescription) endpoint.part("dice", "Gambler.play");

            assertThat(dice.numbers()).containsEntry("sides", 6);
            assertThat(dice.details()).isEqualTo(Map.of("made-at", "1970-01-01T00:00:00Z", "made-of", "bone"));
            assertThat(dice.calls()).containsEntry("success", 1L);
            assertThat(dice.config().get("loser").effective()).isEqualTo("mallory");
            assertThat(dice.methods()).containsExactly("Gambler.play");
            assertThat(endpoint.overview().kinds().get("dice")).containsEntry("Gambler.play", dice);
        });
    }

    @Test
    void itsCallsAndNumbersAreMeters() {
        watched().run(context -> {
            Gambler gambler = context.getBean(Gambler.class);
            gambler.play("alice");
            assertThatThrownBy(() -> gambler.play("mallory")).isInstanceOf(Unlucky.class);

            assertThat(calls(context.getBean(SimpleMeterRegistry.class), "success"))
                    .isEqualTo(1);
            assertThat(calls(context.getBean(SimpleMeterRegistry.class), "refused"))
                    .isEqualTo(1);
            assertThat(context.getBean(SimpleMeterRegistry.class)
                            .get("resilience.dice.sides")
                            .tag("name", "Gambler.play")
                            .gauge()
                            .value())
                    .isEqualTo(6);
        });
    }

    @Test
    void oneOfItsKeysIsShownAndReset() {
        watched().run(context -> {
            context.getBean(Gambler.class).play("alice");
            ResilienceEndpoint endpoint = context.getBean(ResilienceEndpoint.class);

            assertThat(endpoint.part("dice", "Gambler.play", "alice"))
                    .isEqualTo(new KeyDescription(
                            "alice",
                            "enforced",
                            "own",
                            Map.of("games", 1),
                            Map.of("Gambler.play", Map.of("player", "#who"))));
            assertThat(endpoint.delete(
                            SecurityContext.NONE, new String[] {"dice", "Gambler.play", "alice"}, null, null, null))
                    .isEqualTo(new KeyReset("alice", KeyStanding.OWN));
            assertThat(endpoint.delete(
                            SecurityContext.NONE, new String[] {"dice", "Gambler.play", "alice"}, null, null, null))
                    .isEqualTo(new KeyReset("alice", KeyStanding.NONE));
        });
    }

    private static double calls(SimpleMeterRegistry meters, String outcome) {
        return meters.get("resilience.calls")
                .tags("kind", "dice", "name", "Gambler.play", "outcome", outcome)
                .functionCounter()
                .count();
    }

    /** An application with everything that shows policies. */
    private static ApplicationContextRunner watched() {
        return Starters.with(DiceKind.class, Gambler.class)
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        ResilienceEndpointAutoConfiguration.class,
                        ResilienceMetricsAutoConfiguration.class))
                .withBean(SimpleMeterRegistry.class)
                .withPropertyValues("management.endpoints.web.exposure.include=resilience");
    }

    static class Gambler {
        @Dice(loser = "mallory", player = "#who")
        public String play(String who) {
            return "won";
        }
    }
}
