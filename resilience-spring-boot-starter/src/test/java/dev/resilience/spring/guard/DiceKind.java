package dev.resilience.spring.guard;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.Placement.Expression;
import dev.resilience.PlacementAttribute;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import dev.resilience.spring.annotation.Guard;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A kind that nobody but tests knows: refuses calls of the player who is to lose. */
final class DiceKind implements PolicyKind<DiceKind.DiceConfiguration, DiceKind.Thrown> {

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
        return new Snapshot(
                null,
                Map.of("sides", instance.configuration.sides()),
                Map.of("made-at", Instant.EPOCH, "made-of", "bone"));
    }

    @Override
    public Optional<KeyedState> keyed(Thrown instance) {
        return Optional.of(instance);
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(new PlacementAttribute("player", PlacementAttribute.Type.EXPRESSION));
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

    static class Thrown implements Policy, KeyedState {
        private final String name;
        private final Map<Object, Integer> games = new ConcurrentHashMap<>();
        private volatile DiceConfiguration configuration;

        Thrown(String name, DiceConfiguration configuration) {
            this.name = name;
            this.configuration = configuration;
        }

        @Override
        public Admission admit(Call call) {
            Object player = call.attribute("player") instanceof Expression expression
                    ? expression.evaluate(call.arguments(), null)
                    : null;
            games.merge(String.valueOf(player), 1, Integer::sum);
            return configuration.loser().equals(player)
                    ? Admission.fail(new Unlucky(name, player))
                    : Admission.proceed();
        }

        @Override
        public Verdict settle(Call call) {
            return Verdict.proceed();
        }

        @Override
        public KeyView view(List<?> meant, @Nullable String tier) {
            Object player = meant.get(0);
            return new KeyView(player.toString(), standing(player), Map.of("games", games.getOrDefault(player, 0)));
        }

        @Override
        public KeyReset reset(List<?> meant) {
            Object player = meant.get(0);
            KeyReset reset = new KeyReset(player.toString(), standing(player));
            games.remove(player);
            return reset;
        }

        private KeyStanding standing(Object player) {
            return games.containsKey(player) ? KeyStanding.OWN : KeyStanding.NONE;
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
}
