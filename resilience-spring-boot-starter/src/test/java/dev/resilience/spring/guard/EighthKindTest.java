package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.PlacementAttribute;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import dev.resilience.spring.annotation.Guard;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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

    static class Gambler {
        @Dice(loser = "mallory", player = "#who")
        public String play(String who) {
            return "won";
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @Guard(kind = "dice")
    @interface Dice {
        String value() default "";

        String name() default "";

        String loser() default "";

        String player() default "";
    }

    record DiceConfiguration(
            @Knob(value = "How many sides.", byDefault = "6")
            Integer sides,

            @Knob(value = "Who loses.", byDefault = "nobody")
            String loser) {

        DiceConfiguration {
            new Rules().atLeast("sides", sides, 2, "6").report();
        }
    }

    static class Thrown implements Policy {
        private final String name;
        private volatile DiceConfiguration configuration;

        Thrown(String name, DiceConfiguration configuration) {
            this.name = name;
            this.configuration = configuration;
        }

        @Override
        public Admission admit(Call call) {
            Object player = call.attribute("player") instanceof dev.resilience.Placement.Expression expression
                    ? expression.evaluate(call.arguments(), null)
                    : null;
            return configuration.loser().equals(player)
                    ? Admission.fail(new Unlucky(name, player))
                    : Admission.proceed();
        }

        @Override
        public Verdict settle(Call call) {
            return Verdict.proceed();
        }
    }

    @SuppressWarnings("serial")
    static class Unlucky extends CallRejectedException {
        private final @Nullable Object player;

        Unlucky(String name, @Nullable Object player) {
            super("dice", name, UNKNOWN);
            this.player = player;
        }

        @Override
        protected String reason() {
            return player + " is unlucky";
        }
    }

    static class DiceKind implements PolicyKind<DiceConfiguration, Thrown> {
        @Override
        public String id() {
            return "dice";
        }

        @Override
        public String singular() {
            return "dice";
        }

        @Override
        public Class<DiceConfiguration> configurationType() {
            return DiceConfiguration.class;
        }

        @Override
        public Thrown create(String name, DiceConfiguration configuration, PolicyContext context) {
            return new Thrown(name, configuration);
        }

        @Override
        public void reconfigure(Thrown instance, DiceConfiguration configuration) {
            instance.configuration = configuration;
        }

        @Override
        public List<Place> places(Thrown instance) {
            return List.of(new Place("dice", 50, instance));
        }

        @Override
        public Snapshot snapshot(Thrown instance) {
            return Snapshot.of(Map.of());
        }

        @Override
        public List<PlacementAttribute> placementAttributes() {
            return List.of(new PlacementAttribute("player", PlacementAttribute.Type.EXPRESSION));
        }
    }
}
