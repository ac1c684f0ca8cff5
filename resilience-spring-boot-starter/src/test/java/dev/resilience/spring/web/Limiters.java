package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.ratelimit.RateLimiterPolicy;
import dev.resilience.spring.Rig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Limiters that calls have passed or failed to pass, for tests of what callers are told about them. */
final class Limiters {

    final Rig rig = new Rig();
    private final Map<String, Pipeline> pipelines = new HashMap<>();

    /** How a caller stands after so many calls, which all pass. */
    Standing after(int calls, String policy, String limits) throws Exception {
        PolicyInstance<?, ?> instance = limiter(policy, limits);
        for (int call = 0; call < calls; call++) {
            pipelines.get(policy).call(() -> "through");
        }
        return standing(policy, instance);
    }

    /** What a caller meets who calls once more than the limits allow. */
    RateLimitedException refusal(String policy, String limits) {
        limiter(policy, limits);
        return catchThrowableOfType(RateLimitedException.class, () -> {
            for (; ; ) {
                pipelines.get(policy).call(() -> "through");
            }
        });
    }

    void advance(Duration duration) {
        rig.time.advance(duration);
    }

    /** The same with a token bucket. */
    Standing afterBucket(int calls, String policy, String limits, String burst) throws Exception {
        Map<String, String> settings = Map.of("limits", limits, "algorithm", "token-bucket", "burst", burst);
        PolicyInstance<?, ?> instance = rig.policy("rate-limiters", policy, settings);
        for (int call = 0; call < calls; call++) {
            rig.pipeline("call", instance).call(() -> "through");
        }
        return standing(policy, instance);
    }

    private PolicyInstance<?, ?> limiter(String policy, String limits) {
        PolicyInstance<?, ?> instance = rig.policy("rate-limiters", policy, Map.of("limits", limits));
        pipelines.put(policy, rig.pipeline("call", instance));
        return instance;
    }

    private static Standing standing(String policy, PolicyInstance<?, ?> instance) {
        return new Standing(policy, ((RateLimiterPolicy) instance.state()).usage(null, null));
    }
}
