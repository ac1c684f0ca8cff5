package dev.resilience.ratelimit;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which windows a caller meets: override beats tier beats limits. Worked out once per configuration; immutable.
 *
 * <p>Names of tiers are compared ignoring case. Of a caller who belongs to several tiers the first counts, in the order in
 * which the limiter lists them; one who belongs to nobody is in the tier {@code anonymous}, if there is one; one whose
 * tiers the limiter doesn't list has the limits without a tier.
 */
final class LimitPlan {

    private final long maxWaitNanos;
    private final int maxKeys;
    private final Tiers everybody;
    private final Map<String, Tiers> overrides = new HashMap<>();

    LimitPlan(RateLimiterConfiguration configuration, RateLimiter limiter) {
        List<Memory> memories = Memory.of(configuration.allLimits());
        Function<Limits, SlidingWindows> windows = limits -> limiter.windows(limits, memories);
        this.maxWaitNanos = configuration.maxWait().toNanos();
        this.maxKeys = configuration.maxKeys();
        this.everybody = new Tiers(configuration, null, windows);
        configuration.overrides().keySet().forEach(key -> overrides.put(key, new Tiers(configuration, key, windows)));
    }

    long maxWaitNanos() {
        return maxWaitNanos;
    }

    int maxKeys() {
        return maxKeys;
    }

    /** Whether it matters in which tier a caller is. */
    boolean hasTiers() {
        return everybody.names.length > 0;
    }

    /** The windows of those who have neither tier nor override. */
    SlidingWindows untiered() {
        return everybody.untiered;
    }

    /** @param tier a name, a collection of names, or null for nobody in particular */
    SlidingWindows windows(@Nullable Object key, @Nullable Object tier) {
        if (key == null || overrides.isEmpty()) {
            return everybody.windows(tier);
        }
        return overrides.getOrDefault(key.toString(), everybody).windows(tier);
    }

    /** The windows of one key by tier. */
    private static final class Tiers {
        private static final String NOBODY = "anonymous";

        private final SlidingWindows untiered;
        private final String[] names;
        private final SlidingWindows[] windows;
        private final SlidingWindows anonymous;

        private Tiers(
                RateLimiterConfiguration configuration, @Nullable String key, Function<Limits, SlidingWindows> made) {
            this.untiered = made.apply(configuration.limitsFor(null, key));
            this.names = configuration.tiers().keySet().toArray(String[]::new);
            this.windows = Arrays.stream(names)
                    .map(tier -> made.apply(configuration.limitsFor(tier, key)))
                    .toArray(SlidingWindows[]::new);
            this.anonymous = named(NOBODY);
        }

        private SlidingWindows windows(@Nullable Object tier) {
            if (names.length == 0) {
                return untiered;
            }
            if (tier == null) {
                return anonymous;
            }
            return tier instanceof Collection<?> several ? first(several) : named(tier.toString());
        }

        private SlidingWindows named(String tier) {
            for (int at = 0; at < names.length; at++) {
                if (names[at].equalsIgnoreCase(tier)) {
                    return windows[at];
                }
            }
            return untiered;
        }

        private SlidingWindows first(Collection<?> tiers) {
            int first = names.length;
            for (Object tier : tiers) {
                for (int at = 0; at < first && tier != null; at++) {
                    if (names[at].equalsIgnoreCase(tier.toString())) {
                        first = at;
                    }
                }
            }
            return first < names.length ? windows[first] : untiered;
        }
    }
}
