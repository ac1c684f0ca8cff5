package dev.resilience.ratelimit;

import dev.resilience.KeyedState;
import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kind {@code rate-limiters}. */
public final class RateLimiterKind implements PolicyKind<RateLimiterConfiguration, RateLimiterPolicy> {

    /**
     * The name of a placement attribute: an {@link dev.resilience.failure.OutcomeRule} that is asked before the limiter's own
     * rules, where a limit is about failures or successes only.
     */
    public static final String OUTCOMES = "outcomes";

    static final String ID = "rate-limiters";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String singular() {
        return "rate limiter";
    }

    @Override
    public Class<RateLimiterConfiguration> configurationType() {
        return RateLimiterConfiguration.class;
    }

    @Override
    public RateLimiterPolicy create(String name, RateLimiterConfiguration configuration, PolicyContext context) {
        return new RateLimiterPolicy(name, configuration, context);
    }

    @Override
    public void reconfigure(RateLimiterPolicy instance, RateLimiterConfiguration configuration) {
        instance.reconfigure(configuration);
    }

    @Override
    public List<Place> places(RateLimiterPolicy instance) {
        return List.of(new Place(ID, Order.RATE_LIMITER, instance));
    }

    @Override
    public Snapshot snapshot(RateLimiterPolicy instance) {
        return instance.snapshot();
    }

    @Override
    public List<String> states() {
        return List.of(RateLimiterPolicy.NORMAL, RateLimiterPolicy.OVERFLOWING);
    }

    @Override
    public Optional<KeyedState> keyed(RateLimiterPolicy instance) {
        return Optional.of(instance.keys());
    }

    @Override
    public List<PlacementAttribute> placementAttributes() {
        return List.of(
                new PlacementAttribute("key", Type.EXPRESSION),
                new PlacementAttribute("cost", Type.EXPRESSION),
                new PlacementAttribute("tier", Type.EXPRESSION));
    }

    /** What begins like a number and has a slash was meant as limits, even if it is malformed: then the reason is told. */
    @Override
    public Optional<String> shorthand(String value) {
        return value.matches("\\s*[+-]?\\d[^/]*/.*") ? Optional.of("limits") : Optional.empty();
    }

    @Override
    public List<Problem> misplacements(RateLimiterConfiguration configuration, Site site) {
        List<Problem> problems = new ArrayList<>();
        if (!configuration.overrides().isEmpty() && isUnset("key", configuration.key(), site.placement())) {
            problems.add(unused("overrides", "key", "#agentId"));
        }
        if (!configuration.tiers().isEmpty() && isUnset("tier", configuration.tier(), site.placement())) {
            problems.add(unused("tiers", "tier", "#tier"));
        }
        for (String cost : site.placement().getOrDefault("cost", List.of())) {
            String flaw = configuration.flawOfCost(cost);
            if (flaw != null) {
                problems.add(new Problem("cost", cost, null, flaw, "Write for example 'cost: 1'"));
            }
        }
        return problems;
    }

    /** A rate limiter without limits would be no limiter. */
    @Override
    public boolean hasUsefulDefaults() {
        return false;
    }

    private static boolean isUnset(String attribute, @Nullable String knob, Map<String, List<String>> placement) {
        return knob == null && placement.getOrDefault(attribute, List.of()).isEmpty();
    }

    private static Problem unused(String knob, String attribute, String example) {
        return new Problem(
                knob,
                null,
                null,
                "has no effect without a " + attribute,
                "Write for example '" + attribute + ": " + example + "'");
    }
}
