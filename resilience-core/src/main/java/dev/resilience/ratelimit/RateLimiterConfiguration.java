package dev.resilience.ratelimit;

import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a rate limiter is configured. There is no default limit: nobody can know what a service bears. */
public record RateLimiterConfiguration(
        @Knob(
                value = "How many calls may pass in any window of which length; several windows hold together",
                example = "60/1m, 1000/1h")
        Limits limits,

        @Knob(
                value = "Whose limit it is, as an expression; without one the limit is everybody's together",
                example = "#agentId")
        @Nullable String key,

        @Knob(
                value = "How many permits a call takes, as a number or an expression; 1 where nothing is said",
                example = "#request.size")
        @Nullable String cost,

        @Knob(value = "The tier of a caller, as an expression, for limits by tier", example = "principal") @Nullable String tier,

        @Knob(
                value = "Limits by tier; a window of equal length replaces the one in limits, the others stay",
                example = "200/1m")
        Map<String, Limits> tiers,

        @Knob(
                value =
                        "Limits for one key; a window of equal length replaces the one in limits and tiers, the others stay",
                example = "120/1m")
        Map<String, Limits> overrides,

        @Knob(value = "How long a call may be delayed instead of refused", byDefault = "0", example = "500ms")
        Duration maxWait,

        @Knob(
                value = "How many keys are told apart at a time; more of them share strict buckets",
                byDefault = "1000000")
        Integer maxKeys,

        @Knob(value = "How calls are counted", byDefault = "sliding-window")
        Algorithm algorithm) {

    /** Reservations are kept one by one, so their number must be bounded by something. */
    private static final int WINDOWS_TO_WAIT = 1_000;

    private static final int MOST_KEYS = 100_000_000;

    /** @throws dev.resilience.ResilienceConfigurationException with every rule that is broken */
    public RateLimiterConfiguration {
        tiers = tiers == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tiers));
        overrides = overrides == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
        Rules rules = new Rules()
                .present("limits", limits, "60/1m")
                .notNegative("max-wait", maxWait, "500ms")
                .between("max-keys", maxKeys, 1, MOST_KEYS, "1000000");
        if (limits != null) {
            waitable(rules, limits, maxWait);
            affordable(rules, limits, cost);
            layered(rules, limits, tiers, overrides);
        }
        rules.report();
    }

    /** The limits of a caller of this tier with this key, as text; either may be null or without limits of its own. */
    public Limits limitsFor(@Nullable String tierOfCaller, @Nullable String keyOfCaller) {
        Limits ofTier = tierOfCaller == null ? null : tiers.get(tierOfCaller);
        Limits ofKey = keyOfCaller == null ? null : overrides.get(keyOfCaller);
        Limits stacked = ofTier == null ? limits : limits.overlaidWith(ofTier);
        return ofKey == null ? stacked : stacked.overlaidWith(ofKey);
    }

    /** Every stack of limits that a caller can meet. */
    Set<Limits> allLimits() {
        Set<Limits> stacks = new LinkedHashSet<>();
        Stream.concat(Stream.of((String) null), overrides.keySet().stream()).forEach(key -> {
            stacks.add(limitsFor(null, key));
            tiers.keySet().forEach(tier -> stacks.add(limitsFor(tier, key)));
        });
        return stacks;
    }

    private static void waitable(Rules rules, Limits limits, @Nullable Duration maxWait) {
        Duration shortest = limits.all().get(0).window();
        Duration longest = shortest.multipliedBy(WINDOWS_TO_WAIT);
        rules.that(
                maxWait == null || maxWait.compareTo(longest) <= 0,
                "max-wait",
                maxWait,
                "must be at most " + WINDOWS_TO_WAIT + " times the shortest window (" + Durations.plain(shortest) + ")",
                Durations.plain(shortest));
    }

    private static void affordable(Rules rules, Limits limits, @Nullable String cost) {
        if (cost == null || !cost.matches("[+-]?\\d{1,18}")) {
            return;
        }
        Limit smallest = limits.all().get(0);
        long permits = Long.parseLong(cost);
        rules.that(permits >= 0, "cost", cost, "must not be negative", "1");
        rules.that(permits <= smallest.permits(), "cost", cost, "is more than " + smallest + " ever allows", "1");
    }

    /** Every stack of limits that a caller can meet has to make sense. */
    private static void layered(Rules rules, Limits limits, Map<String, Limits> tiers, Map<String, Limits> overrides) {
        tiers.forEach((tier, own) -> stacks(rules, limits, "tiers." + tier, own));
        overrides.forEach((key, own) -> {
            stacks(rules, limits, "overrides." + key, own);
            tiers.values().forEach(ofTier -> {
                Limits below = stacked(limits, ofTier);
                if (below != null) {
                    stacks(rules, below, "overrides." + key, own);
                }
            });
        });
    }

    private static void stacks(Rules rules, Limits below, String property, Limits own) {
        try {
            below.overlaidWith(own);
        } catch (IllegalArgumentException refused) {
            rules.otherwise(
                    false,
                    property,
                    own,
                    "the value over '" + below + "' " + refused.getMessage(),
                    "Give this window's longer ones as well");
        }
    }

    private static @Nullable Limits stacked(Limits below, Limits own) {
        try {
            return below.overlaidWith(own);
        } catch (IllegalArgumentException reportedForTheTier) {
            return null;
        }
    }
}
