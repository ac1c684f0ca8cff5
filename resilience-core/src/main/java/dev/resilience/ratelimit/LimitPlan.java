package dev.resilience.ratelimit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which limits a caller meets: override beats tier beats limits. Worked out once per configuration; immutable. */
final class LimitPlan {

    private final long maxWaitNanos;
    private final int maxKeys;
    private final Tiers everybody;
    private final Map<String, Tiers> overrides = new HashMap<>();

    LimitPlan(RateLimiterConfiguration configuration, RateLimiter limiter) {
        List<Memory> memories = Memory.of(configuration.allLimits());
        Function<Limits, Engine> engines = limits -> limiter.engine(limits, memories);
        this.maxWaitNanos = configuration.maxWait().toNanos();
        this.maxKeys = configuration.maxKeys();
        this.everybody = new Tiers(configuration, null, engines);
        configuration.overrides().keySet().forEach(key -> overrides.put(key, new Tiers(configuration, key, engines)));
    }

    long maxWaitNanos() {
        return maxWaitNanos;
    }

    int maxKeys() {
        return maxKeys;
    }

    Engine engine(@Nullable Object key, @Nullable String tier) {
        if (key == null || overrides.isEmpty()) {
            return everybody.engine(tier);
        }
        return overrides.getOrDefault(key.toString(), everybody).engine(tier);
    }

    /** The engines of one key by tier. */
    private static final class Tiers {
        private final Engine untiered;
        private final Map<String, Engine> tiers = new HashMap<>();

        private Tiers(RateLimiterConfiguration configuration, @Nullable String key, Function<Limits, Engine> made) {
            this.untiered = made.apply(configuration.limitsFor(null, key));
            configuration
                    .tiers()
                    .keySet()
                    .forEach(tier -> tiers.put(tier, made.apply(configuration.limitsFor(tier, key))));
        }

        private Engine engine(@Nullable String tier) {
            return tier == null ? untiered : tiers.getOrDefault(tier, untiered);
        }
    }
}
