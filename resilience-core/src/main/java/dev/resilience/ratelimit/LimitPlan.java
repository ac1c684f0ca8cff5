package dev.resilience.ratelimit;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which engine decides about a caller: override beats tier beats limits. Worked out once per configuration; immutable.
 *
 * <p>Names of tiers are compared ignoring case. Of a caller who belongs to several tiers the first counts, in the order in
 * which the limiter lists them; one who belongs to nobody is in the tier {@code anonymous}, if there is one; one whose
 * tiers the limiter doesn't list has the limits without a tier.
 */
final class LimitPlan {

    private final long maxWaitNanos;
    private final ChargeOn chargeOn;
    private final int maxKeys;
    private final RateLimiterConfiguration configuration;
    private final List<Memory> memories;
    private final Tiers everybody;
    private final Map<String, Tiers> overrides = new HashMap<>();

    /** @param before the plan it replaces, or null */
    LimitPlan(RateLimiterConfiguration configuration, RateLimiter limiter, @Nullable LimitPlan before) {
        this.configuration = configuration;
        this.memories = Memory.of(configuration.allLimits(), before == null ? List.of() : before.memories);
        Function<Limits, Engine> engines = engines(limiter.engines());
        this.maxWaitNanos = configuration.maxWait().toNanos();
        this.maxKeys = configuration.maxKeys();
        this.chargeOn = configuration.chargeOn();
        this.everybody = new Tiers(configuration, null, engines);
        configuration.overrides().keySet().forEach(key -> overrides.put(key, new Tiers(configuration, key, engines)));
    }

    private Function<Limits, Engine> engines(Engines all) {
        return switch (configuration.algorithm()) {
            case SLIDING_WINDOW -> limits -> all.of(limits, memories);
            case TOKEN_BUCKET -> limits -> all.of(limits, configuration.slowest(), configuration.bursts());
            case FIXED_WINDOW -> limits -> all.of(limits, configuration.windows(), configuration.zoneId());
        };
    }

    long maxWaitNanos() {
        return maxWaitNanos;
    }

    ChargeOn chargeOn() {
        return chargeOn;
    }

    int maxKeys() {
        return maxKeys;
    }

    /** Every tier that has limits of its own. */
    Set<String> tiers() {
        return configuration.tiers().keySet();
    }

    /** The limits that are this key's alone, if it has some. */
    Optional<Limits> override(Object key) {
        return Optional.ofNullable(configuration.overrides().get(key.toString()));
    }

    /** The engine for this key without any tier. */
    Engine untiered(Object key) {
        return overrides.getOrDefault(key.toString(), everybody).untiered;
    }

    /** Whether it matters in which tier a caller is. */
    boolean hasTiers() {
        return everybody.names.length > 0;
    }

    /** The engine of those who have neither tier nor override. */
    Engine untiered() {
        return everybody.untiered;
    }

    /** @param tier a name, a collection of names, or null for nobody in particular */
    Engine engine(@Nullable Object key, @Nullable Object tier) {
        if (key == null || overrides.isEmpty()) {
            return everybody.engine(tier);
        }
        return overrides.getOrDefault(key.toString(), everybody).engine(tier);
    }

    /** The engine of one key by tier. */
    private static final class Tiers {
        private static final String NOBODY = "anonymous";

        private final Engine untiered;
        private final String[] names;
        private final Engine[] engines;
        private final Engine anonymous;

        private Tiers(RateLimiterConfiguration configuration, @Nullable String key, Function<Limits, Engine> made) {
            this.untiered = made.apply(configuration.limitsFor(null, key));
            this.names = configuration.tiers().keySet().toArray(String[]::new);
            this.engines = Arrays.stream(names)
                    .map(tier -> made.apply(configuration.limitsFor(tier, key)))
                    .toArray(Engine[]::new);
            this.anonymous = named(NOBODY);
        }

        private Engine engine(@Nullable Object tier) {
            if (names.length == 0) {
                return untiered;
            }
            if (tier == null) {
                return anonymous;
            }
            return tier instanceof Collection<?> several ? first(several) : named(tier.toString());
        }

        private Engine named(String tier) {
            for (int at = 0; at < names.length; at++) {
                if (isSame(names[at], tier)) {
                    return engines[at];
                }
            }
            return untiered;
        }

        private Engine first(Collection<?> tiers) {
            int first = names.length;
            for (Object tier : tiers) {
                for (int at = 0; at < first && tier != null; at++) {
                    if (isSame(names[at], tier.toString())) {
                        first = at;
                    }
                }
            }
            return first < names.length ? engines[first] : untiered;
        }

        /** Ignores case and nothing else: to {@code equalsIgnoreCase} a dotless i, or the sign for Kelvin, is a letter of ASCII. */
        private static boolean isSame(String one, String other) {
            boolean same = one.length() == other.length();
            for (int at = 0; same && at < one.length(); at++) {
                same = isSame(one.charAt(at), other.charAt(at));
            }
            return same;
        }

        private static boolean isSame(char one, char other) {
            return one == other
                    || (one < 128) == (other < 128) && Character.toLowerCase(one) == Character.toLowerCase(other);
        }
    }
}
