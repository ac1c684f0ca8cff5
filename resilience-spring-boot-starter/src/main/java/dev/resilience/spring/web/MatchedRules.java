package dev.resilience.spring.web;

import dev.resilience.Call;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.ratelimit.RateLimiterPolicy;
import dev.resilience.spring.guard.RequestRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules about a request.
 *
 * @param pipeline their limiters
 */
public record MatchedRules(List<RequestRule> rules, Pipeline pipeline) {

    /** Whether any of them takes an answer of this status for a failure. */
    public boolean isFailure(int status) {
        return rules.stream().anyMatch(rule -> rule.failureStatuses().contains(status));
    }

    /** Notes how the caller of a request that was let in stands with each of them. */
    public void note(Standings standings, Object[] request, @Nullable Object context) {
        for (RequestRule rule : rules) {
            if (rule.placed().instance().mode() == Mode.ENFORCED) {
                standings.note(standing(rule, request, context));
            }
        }
    }

    private static Standing standing(RequestRule rule, Object[] request, @Nullable Object context) {
        Placement placement = rule.placed().placement();
        Expression key = placement.key();
        Object ofCaller = key == null ? null : evaluate(key, request, context);
        Object named = key != null && ofCaller == null ? Call.NULL_KEY : ofCaller;
        Object tier = placement.tier() == null ? null : evaluate(placement.tier(), request, context);
        RateLimiterPolicy limiter = (RateLimiterPolicy) rule.placed().instance().state();
        return new Standing(rule.placed().instance().name(), limiter.usage(named, tier));
    }

    private static @Nullable Object evaluate(Expression expression, Object[] request, @Nullable Object context) {
        return expression.evaluate(request, context);
    }
}
