package dev.resilience;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A kind with a knob of every type, for tests of what is generic over kinds. */
public final class ToyKind implements PolicyKind<ToyKind.Toy, ToyKind.Toy> {

    /** How a toy moves. */
    public enum Mode {
        ROLLING,
        STANDING_STILL
    }

    /** What a toy can be told. */
    public record Toy(
            @Knob(value = "How many may play at once.", byDefault = "4")
            Integer maxPlayers,

            @Knob(value = "How long to wait for a turn.", byDefault = "250ms")
            Duration maxWait,

            @Knob(value = "How often to try, the first time included.", byDefault = "3") @Nullable Integer maxAttempts,

            @Knob(value = "How often to try again.", example = "2", insteadOf = "max-attempts") @Nullable Integer maxRetries,

            @Knob(value = "The share of turns that may fail, in percent.", byDefault = "50%")
            Double failureRate,

            @Knob(value = "How it moves.", byDefault = "rolling")
            Mode mode,

            @Knob(value = "Whether it beeps.", byDefault = "false")
            Boolean beeps,

            @Knob(value = "Its colours.", byDefault = "red, blue")
            List<String> colours,

            @Knob(value = "The times of play, longest first.", example = "2h, 30m", outranks = "failure-rate")
            List<Duration> turns,

            @Knob(value = "How many of one player's turns count.", example = "7")
            Map<String, Integer> overrides) {

        public Toy {
            Rules rules = new Rules();
            turns.forEach(turn -> rules.positive("turns", turn, "2h"));
            overrides.forEach((name, count) -> rules.atLeast("overrides." + name, count, 0, "7"));
            rules.between("max-players", maxPlayers, 1, 1000, "4")
                    .notNegative("max-wait", maxWait, "250ms")
                    .atLeast("max-attempts", maxAttempts, 1, "3")
                    .atLeast("max-retries", maxRetries, 0, "2")
                    .between("failure-rate", failureRate, 1, 100, "50")
                    .report();
        }

        /** Attempts, in whichever words they were given. */
        public int attempts() {
            return maxRetries == null ? maxAttempts : maxRetries + 1;
        }
    }

    @Override
    public String id() {
        return "toys";
    }

    @Override
    public String singular() {
        return "toy";
    }

    @Override
    public Class<Toy> configurationType() {
        return Toy.class;
    }

    @Override
    public Toy create(String name, Toy configuration, PolicyContext context) {
        return configuration;
    }

    @Override
    public void reconfigure(Toy instance, Toy configuration) {}

    @Override
    public List<Place> places(Toy instance) {
        return List.of();
    }

    @Override
    public Snapshot snapshot(Toy instance) {
        return Snapshot.of(Map.of());
    }

    @Override
    public Map<String, Map<String, String>> presets() {
        return Map.of("train", Map.of("max-players", "2", "max-wait", "5s"), "ball", Map.of("max-players", "22"));
    }
}
